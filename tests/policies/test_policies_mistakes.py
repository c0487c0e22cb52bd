"""Every mistake in the three YAML files names file, line, field and a remedy that helps."""

from datetime import timedelta

import pytest

from chalicelib.core.errors import BadPolicy
from chalicelib.policies import schemas
from chalicelib.policies.load import FILES, OPTIONAL, load
from tests.policies.folders import NOON, SHIPPED, Folder

P, H, C = "policy.yaml", "hours.yaml", "channels.yaml"
DAYS = "calendars.default.exceptions"

# file, what is written, what it is replaced with, line, field, remedy
MISTAKES = [
    (P, "window: 15m", "windw: 15m", 13, "rules[3].windw", "Did you mean `window`?"),
    (P, "    window: 15m\n", "", 12, "rules[3].window", "Add `window: 15m`"),
    (P, "  - name: messages\n    window", "  - window", 12, "rules[3].name", "Add `name: messages`"),
    (P, "window: 15m", "window: 1 d", 13, "rules[3].window", "`24h` or `1 business_day`"),
    (P, "window: 15m", "window: 15", 13, "rules[3].window", "Write for example `15m`"),
    (P, "window: 15m", "window: soon", 13, "rules[3].window", "Write a duration such as `90s`"),
    (P, "window: 15m", "window:", 13, "rules[3].window", "Write for example `15m`"),
    (P, "window: 15m", "window: [15m]", 13, "rules[3].window", "Write for example `15m`"),
    (P, "promise: 2 business_hours", "promise: 2 buisness_hours", 14, "rules[3].promise", "business_hours"),
    (P, "promise: 2 business_hours", "promise: never", 14, "rules[3].promise", "Write a duration"),
    (P, "promise: 2 business_hours", "promise: 900 business_days", 14, "rules[3].promise", "Write less"),
    (P, "name: messages", "name: Private messages", 12, "rules[3].name", "`messages`"),
    (P, "name: messages", "name: shop", 12, "rules[3].name", "Rename one"),
    (P, "surface: review", "surface: reveiw", 6, "rules[1].when.surface", "Did you mean `review`?"),
    (P, "surface: review", "surface: [dm, letter]", 6, "rules[1].when.surface[2]", "Write one of dm"),
    (P, "platform: facebook", "platform: facebok", 6, "rules[1].when.platform", "Did you mean `facebook`?"),
    (P, "platform: facebook", "platform: [icq]", 6, "rules[1].when.platform[1]", "Write one of "),
    (P, "platform: facebook", "category: angry", 6, "rules[1].when.category", "Write one of complaint"),
    (P, "platform: facebook", "language: polish", 6, "rules[1].when.language", "two letters such as `en`"),
    (P, "platform: facebook", "language: xx", 6, "rules[1].when.language", "There is no such language"),
    (P, "platform: facebook", "public: yes", 6, "rules[1].when.public", "Write `true` or `false`"),
    (P, "platform: facebook", "reopened: no", 6, "rules[1].when.reopened", "Write `true` or `false`"),
    (P, "platform: facebook", "time: closed", 6, "rules[1].when.time", "such as `18:00-22:00`"),
    (P, "platform: facebook", "time: evening", 6, "rules[1].when.time", "Write hours such as"),
    (P, "platform: facebook", "days: weekend", 6, "rules[1].when.days", "such as `monday`"),
    (P, "platform: facebook", "days: [sunday, sunnday]", 6, "rules[1].when.days[2]", "such as `monday`"),
    (P, "platform: facebook", "platfrom: facebook", 6, "rules[1].when.platfrom", "Did you mean `platform`?"),
    (P, "{ channel: shop,", "{ channel: shpo,", 10, "rules[2].when.channel", "Did you mean `shop`?"),
    (P, "{ channel: shop,", "{ channel: [],", 10, "rules[2].when.channel", "Write at least 1"),
    (P, "[refund, zwrot]", "refund", 10, "rules[2].when.keywords", "Write a list such as"),
    (P, "[refund, zwrot]", "[]", 10, "rules[2].when.keywords", "Write at least 1"),
    (P, "[refund, zwrot]", "[a]", 10, "rules[2].when.keywords[1]", "at least 2 characters"),
    (P, "[refund, zwrot]", "[404]", 10, "rules[2].when.keywords[1]", 'Put quotes around it: "404"'),
    (P, "{ channel: shop, keywords: [refund, zwrot] }", "{}", 10, "rules[2].when", "Write at least 1"),
    (P, "  - name: messages", "  - when: {open: true}\n    name: messages", 12, "rules[3].when", "without"),
    (P, "    when: { channel: shop, keywords: [refund, zwrot] }\n", "", 9, "rules[2]", "Move it to the end"),
    (P, "kill_switch: false", "kill_switch: off", 1, "kill_switch", "Write `true` or `false`"),
    (P, "kill_switch: false", "kil_switch: false", 1, "kil_switch", "Did you mean `kill_switch`?"),
    (P, "dry_run: false", "zzz: 1", 2, "zzz", "Remove it, or write one of dry_run"),
    (P, "dry_run: false", "alerts: [OWNER_ALERTS]", 2, "alerts", "write into roster.yaml"),
    (P, "grace: 10s", "grace: 1 business_hour", 16, "settings.grace", "calendar time"),
    (P, "grace: 10s", "grace: -10s", 16, "settings.grace", "Write a duration such as"),
    (P, "max_updates: 3", "max_updates: 11", 17, "settings.max_updates", "Write 10 or less"),
    (P, "max_updates: 3", "max_updates: -1", 17, "settings.max_updates", "Write 0 or more"),
    (P, "max_updates: 3", "max_updates: many", 17, "settings.max_updates", "Write a whole number"),
    (P, "max_updates: 3", "max_update: 3", 17, "settings.max_update", "Did you mean `max_updates`?"),
    (P, ", 1 business_day]", ", 1 day]", 18, "settings.update_gaps[2]", "`1 business_day`"),
    (P, "[4 business_hours, 1 business_day]", "[]", 18, "settings.update_gaps", "Write at least 1"),
    (P, "formality: formal", "formality: formel", 19, "settings.formality", "Did you mean `formal`?"),
    (P, "formality: formal", "formality: 7", 19, "settings.formality", "Write one of formal"),
    (H, "  default:", "  defautl:", 1, "calendars.default", "the hours of every channel"),
    (H, "  default:", "  default: closed\n  other:", 2, "calendars.default", "each as `name: value`"),
    (H, "friday: 9:00-17:00", "friday: 9-17", 4, "calendars.default.week.monday-friday", "`9:00-17:00`"),
    (H, "monday-friday: 9", "monday-fryday: 9", 4, "calendars.default.week.monday-fryday", "`monday-friday`"),
    (H, "monday-friday", "friday-monday", 4, "calendars.default.week.friday-monday", "begins with monday"),
    (H, "      saturday", "      friday", 5, "calendars.default.week.friday", "Name each day once"),
    (H, "22:00-2:00", "22:00-25:00", 5, "calendars.default.week.saturday", "from 0:00 to 24:00"),
    (H, "22:00-2:00", "22:00-22:00", 5, "calendars.default.week.saturday", "`0:00-24:00`"),
    (H, "22:00-2:00", "9:00-5:00", 5, "calendars.default.week.saturday", "`17:00`"),
    (H, "22:00-2:00", "9:00-14:00, 13:00-15:00", 5, "calendars.default.week.saturday", "hours overlap"),
    (H, "22:00-2:00", "930", 5, "calendars.default.week.saturday", "Write for example `9:00-17:00`"),
    (H, "holidays: PL", "holidays: pl", 6, "calendars.default.holidays", "Did you mean `PL`?"),
    (H, "holidays: PL", "holidays: Poland", 6, "calendars.default.holidays", "Did you mean `PL`?"),
    (H, "holidays: PL", "holidays: Hrvatska", 6, "calendars.default.holidays", "Did you mean `HR`?"),
    (H, "holidays: PL", "holidays: XX", 6, "calendars.default.holidays", "such as `PL`"),
    (H, "holidays: PL", "holidays: DE-by", 6, "calendars.default.holidays", "Did you mean `DE-BY`?"),
    (H, "holidays: PL", "holidays: DE-ZZ", 6, "calendars.default.holidays", "`DE` alone, or one of DE-"),
    (H, "holidays: PL", "holidays: GB-Scotland", 6, "calendars.default.holidays", "Did you mean `GB-SCT`?"),
    (H, "holidays: PL", "holidays: HR-01", 6, "calendars.default.holidays", "Write `HR` alone"),
    (H, "holidays: PL", "holidays: [PL, Ukraine]", 6, "calendars.default.holidays[2]", "Did you mean `UA`?"),
    (H, "holidays: PL", "holidays: []", 6, "calendars.default.holidays", "Write at least 1"),
    (H, "holidays: PL", "holidays: UA", 6, "calendars.default.holidays", "such as `08-24: closed`"),
    (H, "2026-12-31", "12-32", 9, "calendars.default.exceptions.12-32", "or `12-24` for every year"),
    (H, "2026-12-31", "12-24..2026-12-26", 9, "calendars.default.exceptions.12-24..2026-12-26", "both sides"),
    (H, "2026-12-31", "2026-12-31..2026-12-25", 9, f"{DAYS}.2026-12-31..2026-12-25", "earlier"),
    (H, "2026-12-31", "2026-12-24..2026-12-24", 9, f"{DAYS}.2026-12-24..2026-12-24", "once"),
    (H, "holidays: PL", "hollidays: PL", 6, "calendars.default.hollidays", "Did you mean `holidays`?"),
    (H, "2026-12-24", "2026-12-32", 8, "calendars.default.exceptions.2026-12-32", "such as `2026-12-24`"),
    (H, "2026-12-24", "24.12.2026", 8, "calendars.default.exceptions.24.12.2026", "such as `2026-12-24`"),
    (H, "2026-12-24", "20261224", 8, "calendars.default.exceptions.20261224", "such as `2026-12-24`"),
    (H, "  night:", "  Night:", 10, "calendars.Night", "in small letters"),
    (H, "{ friday: 20:00-24:00 }", "{}", 11, "calendars.night.week", "Write at least 1"),
    (H, "    week: { friday: 20:00-24:00 }", "    holidays: PL", 10, "calendars.night.week", "Add `week:`"),
    (H, "{ friday: 20:00-24:00 }", "{ friday: closed }", 10, "calendars.night", "Give at least one day"),
    (C, "id: shop", "id: Shop!", 2, "channels[1].id", "`shop-telegram`"),
    (C, "id: page", "id: shop", 11, "channels[2].id", "Rename one"),
    (C, "platform: telegram", "platform: telegramm", 3, "channels[1].platform", "Did you mean `telegram`?"),
    (C, "Europe/Warsaw", "Europe/Warszawa", 4, "channels[1].timezone", "Did you mean `Europe/Warsaw`?"),
    (C, "Europe/Warsaw", "CEST", 4, "channels[1].timezone", "time zone"),
    (C, "language: en", "language: polski", 5, "channels[1].language", "two letters such as `en`"),
    (C, "language: en", "language: pl", 5, "channels[1].language", "Create it, or write one of en"),
    (C, "calendar: default", "calendar: defautl", 6, "channels[1].calendar", "Did you mean `default`?"),
    (C, "bot_token:", "bot_tokn:", 8, "channels[1].credentials.bot_tokn", "Did you mean `bot_token`?"),
    (C, "SHOP_BOT_TOKEN", "123456:AbC-dEf", 8, "channels[1].credentials.bot_token", "never stands here"),
    (C, "SHOP_BOT_TOKEN", "123456", 8, "channels[1].credentials.bot_token", "Write one word, or several"),
    (C, "[SHOP_WEBHOOK_SECRET, S", "[A_B, C_D, S", 9, "channels[1].credentials.webhook_secret", "at most 2"),
    (C, "options: { staff", "options: { staf", 10, "channels[1].options.staf", "Did you mean `staff`?"),
    (C, '["1", "2"]', "[1]", 10, "channels[1].options.staff[1]", 'Put quotes around it: "1"'),
    (C, '"381719875602663"', "381719875602663", 13, "channels[2].account", 'Put quotes around it: "3817'),
    (C, '    account: "381719875602663"\n', "", 11, "channels[2].account", "the id of your page"),
    (C, ", page_token: PAGE_TOKEN", "", 16, "channels[2].credentials.page_token", "PAGE_PAGE_TOKEN"),
    (C, "calendar: default", "api_base: localhost", 6, "channels[1].api_base", "https://bot-api.example.com"),
    (C, "calendar: default", "api_base: 'http://[::'", 6, "channels[1].api_base", "Write a web address"),
    (C, "calendar: default", "api_base: http://bots.example", 6, "channels[1].api_base", "Write `https://`"),
    (C, "calendar: default", "api_base: http://10.0.0.7:8081", 6, "channels[1].api_base", "Write `https://`"),
    (C, "calendar: default", "api_base: http://localhost.example", 6, "channels[1].api_base", "`https://`"),
    (P, "window: 15m", "window: 0s", 13, "rules[3].window", "or `never` for no acknowledgement"),
    (P, "window: 15m", "window: 0 business_days", 13, "rules[3].window", "such as `15m`"),
    (P, "promise: 2 business_hours", "promise: 0m", 14, "rules[3].promise", "Zero is no length of time"),
    (P, "grace: 10s", "round_to: 0s", 16, "settings.round_to", "Zero is no length of time"),
    (P, "grace: 10s", "skew_limit: 0s", 16, "settings.skew_limit", "Zero is no length of time"),
    (P, "grace: 10s", "stale_after: 0h", 16, "settings.stale_after", "Zero is no length of time"),
    (P, "grace: 10s", "legal_margin: 0m", 16, "settings.legal_margin", "Zero is no length of time"),
    (P, "grace: 10s", "legal_margin: 24h", 16, "settings.legal_margin", "Write less than `24h`"),
    (P, "grace: 10s", "ack_cooldown: -1h", 16, "settings.ack_cooldown", "Write a duration such as"),
    (P, "grace: 10s", "grace: 16m", 16, "settings.grace", "Write less than `15m`"),
    (P, ", 1 business_day]", ", 0h]", 18, "settings.update_gaps[2]", "Zero is no length of time"),
    (P, ", 1 business_day]", ", 4h]", 18, "settings.update_gaps[2]", "the last one repeats by itself"),
]  # fmt: skip


def test_the_small_folder_is_right(folder: Folder) -> None:
    assert folder.mistakes() == []


def test_the_shipped_folder_loads() -> None:
    assert sorted(load(SHIPPED, NOON).bundle.messages) == sorted(
        ["cs", "de", "en", "es", "fr", "hr", "it", "pl", "ru", "sk", "sl", "uk"]
    )


@pytest.mark.parametrize(("name", "old", "new", "line", "field", "remedy"), MISTAKES)
def test_a_mistake_names_its_place_and_its_remedy(
    folder: Folder, name: str, old: str, new: str, line: int, field: str, remedy: str
) -> None:
    folder.change(name, old, new)
    found = folder.mistakes()

    assert [(m.file, m.line, m.field) for m in found] == [(name, line, field)]
    assert remedy in found[0].remedy


def test_mistakes_of_all_files_are_told_at_once_in_the_order_of_file_and_line(folder: Folder) -> None:
    folder.change(P, "window: 15m", "windw: 15m")
    folder.change(P, "kill_switch: false", "kill_switch: off")
    folder.change(H, "holidays: PL", "holidays: Poland")
    folder.change(C, "language: en", "language: de")
    folder.change(C, "id: page", "id: shop")
    folder.change("messages/en.ftl", "ack-2 =", "ack-9 { =")

    assert folder.places() == [
        (C, 5, "channels[1].language"),
        (C, 11, "channels[2].id"),
        (H, 6, "calendars.default.holidays"),
        ("messages/en.ftl", 8, "text"),
        ("messages/en.ftl", 9, "ack"),
        (P, 1, "kill_switch"),
        (P, 13, "rules[3].windw"),
    ]


def test_one_mistake_in_a_rule_does_not_hide_the_others_beside_it(folder: Folder) -> None:
    folder.change(
        P, "{ channel: shop, keywords", "{ channel: nope, platform: telegrm, language: xx, keywords"
    )
    folder.change(P, "window: 2 business_hours", "windw: 1h\n    promise: 900 business_days")

    assert folder.places() == [
        (P, 10, "rules[2].when.channel"),
        (P, 10, "rules[2].when.platform"),
        (P, 10, "rules[2].when.language"),
        (P, 11, "rules[2].windw"),
        (P, 12, "rules[2].promise"),
    ]


def test_one_mistake_in_a_channel_does_not_hide_the_others_beside_it(folder: Folder) -> None:
    folder.change(C, "timezone: Europe/Warsaw", "timezone: CEST")
    folder.change(C, "language: en", "language: de")
    folder.change(C, "calendar: default", "calendar: defautl")
    folder.change(C, "bot_token: SHOP_BOT_TOKEN", "bot_tokn: SHOP_BOT_TOKEN")
    folder.change(C, 'staff: ["1", "2"]', "staf: [1]")

    assert folder.places() == [
        (C, 4, "channels[1].timezone"),
        (C, 5, "channels[1].language"),
        (C, 6, "channels[1].calendar"),
        (C, 8, "channels[1].credentials.bot_tokn"),
        (C, 10, "channels[1].options.staf"),
        (C, 10, "channels[1].options.staf[1]"),
    ]


def test_one_mistake_in_the_hours_does_not_hide_the_others_beside_it(folder: Folder) -> None:
    folder.change(H, "monday-friday: 9:00-17:00", "monday-friday: 9-17")
    folder.change(H, "      saturday: 22:00-2:00", "      friday: 22:00-2:00")
    folder.change(H, "holidays: PL", "holidays: Poland")

    assert folder.places() == [
        (H, 4, "calendars.default.week.monday-friday"),
        (H, 5, "calendars.default.week.friday"),
        (H, 6, "calendars.default.holidays"),
    ]


def test_a_window_behind_a_rule_that_cannot_be_understood_is_not_guessed_at_r25(folder: Folder) -> None:
    folder.change(P, "{ surface: review, platform: facebook }", "{ platfrom: facebook }")
    folder.change(P, "window: 15m", "window: 48h")

    assert folder.places() == [(P, 6, "rules[1].when.platfrom")]


def test_one_broken_file_does_not_hide_mistakes_between_the_others(folder: Folder) -> None:
    folder.write(P, "rules: [")
    folder.change(C, "calendar: default", "calendar: nigth")

    assert [place[0] for place in folder.places()] == [C, P]


def test_a_secret_that_was_written_by_mistake_is_not_repeated(folder: Folder) -> None:
    folder.change(C, "SHOP_BOT_TOKEN", "123456:AbC-dEf")
    folder.change("roster.yaml", "[ANA_ALERTS]", "[tgram://123456:AbC-dEf/7]")

    assert "AbC-dEf" not in "".join(map(str, folder.mistakes()))


def test_two_channels_of_one_account_are_refused(folder: Folder) -> None:
    shop = "    platform: telegram\n"
    folder.change(C, shop, f'{shop}    account: "7"\n')
    folder.change(
        C, "  - id: page\n    platform: facebook\n", "  - id: page\n    platform: telegram\n    options: {}\n"
    )
    folder.change(C, '"381719875602663"', '"7"')

    assert (C, 15, "channels[2].account") in folder.places()


def test_a_file_that_is_missing_says_so(folder: Folder) -> None:
    (folder.path / H).unlink()

    assert [str(m) for m in folder.mistakes()] == [
        "hours.yaml:1:1: error: file: there is no such file. Create hours.yaml"
    ]


def test_a_file_with_the_other_ending_is_found(folder: Folder) -> None:
    (folder.path / H).rename(folder.path / "hours.yml")

    assert folder.mistakes()[0].remedy == "Rename hours.yml to hours.yaml"


def test_a_folder_that_is_missing_names_all_files(folder: Folder) -> None:
    empty = Folder(folder.path / "nowhere")

    assert [place[0] for place in empty.places()] == [C, H, "messages", P]


@pytest.mark.parametrize("name", [P, H, C])
@pytest.mark.parametrize("content", ["", "# nothing\n", "---\n", "null"])
def test_an_empty_file_lacks_its_first_field(folder: Folder, name: str, content: str) -> None:
    folder.write(name, content)
    first = {P: "rules", H: "calendars", C: "channels"}[name]

    assert (name, first) in [(file, field) for file, _, field in folder.places()]


@pytest.mark.parametrize("name", [P, H, C])
@pytest.mark.parametrize("content", ["- a\n- b\n", "just a word", "7", "true"])
def test_a_file_that_is_no_mapping_says_what_to_write(folder: Folder, name: str, content: str) -> None:
    folder.write(name, content)
    found = [m for m in folder.mistakes() if m.file == name]

    assert [(m.line, m.field, m.remedy) for m in found] == [
        (1, "file", "Write fields, each as `name: value` on a line of its own")
    ]


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        (P, "rules: { a: { window: 1m } }", "rules"),
        (P, "rules: 7", "rules"),
        (P, "rules: [7, [8]]", "rules[1]"),
        (P, "rules: []\nsettings: [1]", "rules"),
        (P, "settings: 7\nrules: x", "rules"),
        (C, "channels: { credentials: { a: B } }", "channels"),
        (C, "channels: [x]", "channels[1]"),
        (C, "channels: 7", "channels"),
        (H, "calendars: 7", "calendars"),
        (H, "calendars: [{ week: {} }]", "calendars"),
        (H, "calendars: { default: 9:00 }", "calendars.default"),
    ],
)
def test_a_part_of_another_shape_is_a_mistake_and_no_crash(
    folder: Folder, name: str, content: str, field: str
) -> None:
    folder.write(name, content)

    assert (name, field) in [(file, at) for file, _, at in folder.places()]


@pytest.mark.parametrize("window", ["24h", "25h", "48h", "30 business_hours", "1 business_day"])
def test_a_window_longer_than_the_platforms_own_is_refused_r25(folder: Folder, window: str) -> None:
    folder.change(P, "window: 15m", f"window: {window}")
    found = folder.mistakes()

    assert [(m.line, m.field, m.remedy) for m in found] == [(13, "rules[3].window", "Write less than `24h`")]


@pytest.mark.parametrize("window", ["23h", "2 business_hours", "never"])
def test_a_window_within_the_platforms_own_is_taken_r25(folder: Folder, window: str) -> None:
    folder.change(P, "window: 15m", f"window: {window}")

    assert folder.mistakes() == []


@pytest.mark.parametrize(
    "earlier",
    [
        "{ platform: facebook }",
        "{ channel: [page, shop], surface: dm }",
        "{ platform: facebook, public: false }",
    ],
)
def test_a_long_window_is_taken_where_an_earlier_rule_has_every_private_message_r25(
    folder: Folder, earlier: str
) -> None:
    folder.change(P, "{ surface: review, platform: facebook }\n    window: 24h", f"{earlier}\n    window: 1h")
    folder.change(P, "window: 15m", "window: 48h")

    assert folder.mistakes() == []


@pytest.mark.parametrize(
    "earlier",
    ["{ platform: facebook, open: true }", "{ channel: page, public: true }", "{ surface: comment }"],
)
def test_a_long_window_is_refused_where_a_private_message_may_reach_it_r25(
    folder: Folder, earlier: str
) -> None:
    folder.change(P, "{ surface: review, platform: facebook }\n    window: 24h", f"{earlier}\n    window: 1h")
    folder.change(P, "window: 15m", "window: 48h")

    assert folder.places() == [(P, 13, "rules[3].window")]


@pytest.mark.parametrize("address", ["https://bots.example/v1", "http://localhost:8081", "http://[::1]:81"])
def test_a_token_goes_out_in_clear_only_to_this_machine(folder: Folder, address: str) -> None:
    folder.change(C, "calendar: default", f"api_base: {address}")

    assert folder.mistakes() == []


@pytest.mark.parametrize("setting", ["grace", "ack_cooldown", "human_cooldown", "reopen_window", "retry_for"])
def test_a_setting_that_can_be_done_without_may_be_zero(folder: Folder, setting: str) -> None:
    folder.change(P, "grace: 10s", f"{setting}: 0s")

    assert folder.mistakes() == []


@pytest.mark.parametrize("margin", ["23h", "30m", "1s"])
def test_a_margin_within_the_platforms_own_window_is_taken_r25(folder: Folder, margin: str) -> None:
    folder.change(P, "grace: 10s", f"legal_margin: {margin}")

    assert folder.mistakes() == []


def test_without_a_platform_that_sets_a_window_every_margin_is_taken_r25(folder: Folder) -> None:
    folder.change(P, "grace: 10s", "legal_margin: 48h")
    text = (folder.path / C).read_text(encoding="utf-8")
    folder.write(C, text.partition("  - id: page")[0])

    assert folder.mistakes() == []


def test_a_grace_as_long_as_the_shortest_window_is_taken_r6b(folder: Folder) -> None:
    folder.change(P, "grace: 10s", "grace: 15m")

    assert folder.mistakes() == []


@pytest.mark.parametrize(
    "gaps", ["[1h, 4 business_hours]", "[24h, 1 business_day]", "[1 business_day, 2 business_days]"]
)
def test_gaps_that_grow_over_a_week_are_taken_r24(folder: Folder, gaps: str) -> None:
    folder.change(P, "[4 business_hours, 1 business_day]", gaps)

    assert folder.mistakes() == []


@pytest.mark.parametrize("gaps", ["[24h, 12h]", "[2h, 2 business_hours]", "[2 business_days, 24h]"])
def test_gaps_that_do_not_grow_in_the_hours_of_the_channels_are_refused_r24(
    folder: Folder, gaps: str
) -> None:
    folder.change(P, "[4 business_hours, 1 business_day]", gaps)

    assert folder.places() == [(P, 18, "settings.update_gaps[2]")]


def test_gaps_are_compared_alike_on_every_day_of_the_year_r24(folder: Folder) -> None:
    folder.change(P, "[4 business_hours, 1 business_day]", "[24h, 1 business_day]")
    days = [NOON + timedelta(days=day) for day in range(0, 366, 6)]

    assert len({load(folder.path, day).bundle.to_json() for day in days}) == 1


def test_more_updates_need_more_words(folder: Folder) -> None:
    folder.change(P, "max_updates: 3", "max_updates: 4")

    assert [(m.line, m.field) for m in folder.mistakes()] == [(15, "update")]
    assert "Add `update-4 = ...`" in folder.mistakes()[0].remedy


def test_a_calendar_that_is_closed_for_a_year_is_refused_r10(folder: Folder) -> None:
    folder.change(
        H, "{ friday: 20:00-24:00 }", "{ friday: closed }\n    exceptions: { 2028-01-07: 9:00-10:00 }"
    )

    assert folder.places() == [(H, 10, "calendars.night")]


def test_a_calendar_that_opens_on_a_single_day_of_the_year_is_taken_r10(folder: Folder) -> None:
    folder.change(
        H, "{ friday: 20:00-24:00 }", "{ friday: closed }\n    exceptions: { 2027-01-07: 9:00-10:00 }"
    )

    assert folder.mistakes() == []


def test_every_mistake_is_one_line_that_an_editor_can_jump_to(folder: Folder) -> None:
    folder.change(P, "kill_switch", '"kill\\nswitch\\e[31m"')
    with pytest.raises(BadPolicy) as caught:
        folder.load()

    assert str(caught.value).startswith("policy.yaml:1:1: ")
    assert str(caught.value).isprintable()


def test_the_schemas_use_only_keywords_whose_mistakes_have_a_remedy() -> None:
    explained = {"type", "enum", "format", "pattern", "required", "additionalProperties", "propertyNames"}
    explained |= {"minItems", "maxItems", "minProperties", "minimum", "maximum", "minLength", "maxLength"}
    explained |= {"uniqueItems"}
    structure = {
        "$schema",
        "$ref",
        "anyOf",
        "$defs",
        "title",
        "description",
        "default",
        "examples",
        "properties",
        "items",
        "x-moved",
    }

    used = {key for name in (*FILES, *OPTIONAL) for key in _keywords(schemas.schema(name))}

    assert used <= explained | structure


def _keywords(schema: object) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    found = {str(key) for key in schema}
    for key in ("properties", "$defs"):
        for part in schema.get(key, {}).values():
            found |= _keywords(part)
    for key in ("items", "additionalProperties", "propertyNames"):
        found |= _keywords(schema.get(key))
    return found


# file, what is written, what it is replaced with, line, remedy
LED_ASTRAY = [
    (P, "kill_switch: false", 'kill_switch: "true"', 1, "Take the quotes away: true"),
    (P, "window: 15m", "window: 999999999999999999h", 13, "That is too long"),
    (P, "window: 15m", "window: 15 min", 13, "Did you mean `15m`?"),
    (P, "window: 15m", "window: 15 minutes", 13, "Did you mean `15m`?"),
    (P, "promise: 2 business_hours", "promise: 2 business hours", 14, "Did you mean `2 business_hours`?"),
    (P, "promise: 2 business_hours", "promise: 2 bussiness_hours", 14, "Did you mean `2 business_hours`?"),
    (P, "grace: 10s", "grace: 10s\n  quiet_hours: 21:00-21:00", 17, "Remove the line for no quiet hours"),
    (P, "grace: 10s", "grace: 10s\n  quiet_hours: none", 17, "Remove the line for no quiet hours"),
    (P, "grace: 10s", "grace: 10s\n  quiet_hours: never", 17, "Remove the line for no quiet hours"),
    (P, "grace: 10s", "grace: 10s\n  quiet_hours: off", 17, "Remove the line for no quiet hours"),
    (P, "platform: facebook", "platform: messenger", 6, "Did you mean `facebook`?"),
    (C, "platform: telegram", "platform: tg", 3, "Did you mean `telegram`?"),
    (P, "platform: facebook", "days: munday-friday", 6, "Did you mean `monday-friday`?"),
    (P, "platform: facebook", "days: sat-sun", 6, "Did you mean `saturday-sunday`?"),
    (P, "platform: facebook", "time: 9-17", 6, "Did you mean `9:00-17:00`?"),
    (P, "[refund, zwrot]", "[refund, zwrot", 10, "Close the bracket"),
    (P, "{ channel: shop, keywords: [refund, zwrot] }", "{ channel: shop", 10, "Close the bracket"),
    (P, "    window: 15m", "    window:20s", 13, "with a space after the colon"),
    (P, "kill_switch: false", "kill_switch:false", 1, "with a space after the colon"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "remedy"), LED_ASTRAY)
def test_a_mistake_is_told_where_it_was_made_and_by_what_was_meant(
    folder: Folder, file: str, old: str, new: str, line: int, remedy: str
) -> None:
    folder.change(file, old, new)
    told = [(one.file, one.line, remedy in one.remedy) for one in folder.mistakes()]
    assert (file, line, True) in told


def test_more_than_500_rules_are_refused_with_a_remedy(folder: Folder) -> None:
    many = "".join(
        f"  - {{ name: r{n}, when: {{ keywords: [word{n}] }}, window: 15m }}\n" for n in range(700)
    )
    folder.change(P, "rules:\n", f"rules:\n{many}")
    (mistake,) = folder.mistakes()
    assert (mistake.line, mistake.problem) == (4, "703 are too many")
    assert mistake.remedy.startswith("Keep at most 500")
