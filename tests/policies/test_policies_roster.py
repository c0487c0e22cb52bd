"""roster.yaml: what it means, what is wrong with it, and when nobody is on duty."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import calendar, roster
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.errors import Severity
from chalicelib.core.roster import EVERY_HOUR, Person, Roster
from chalicelib.policies import gaps
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.load import load
from chalicelib.policies.publish import built
from chalicelib.policies.roster import parse_dates
from tests.policies.folders import NOON, ROSTER, SHIPPED, Folder

R = "roster.yaml"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-12-24", date(2026, 12, 24), date(2026, 12, 24)),
        ("2026-12-24..2027-01-01", date(2026, 12, 24), date(2027, 1, 1)),
        (" 2026-12-24 .. 2026-12-26 ", date(2026, 12, 24), date(2026, 12, 26)),
    ],
)
def test_days_off_are_read(text: str, first: date, last: date) -> None:
    assert parse_dates(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "Christmas", "2026-13-01", "2026-12-24-2026-12-31", "2026-12-26..2026-12-24"]
)
def test_days_off_that_cannot_be_read_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_dates(text)


DUTY = "people[1].duty"
MISTAKES = [
    ("  - id: ana", "  - idd: ana", 2, "people[1].idd", "Did you mean `id`?"),
    ("id: ana", "id: Ana!", 2, "people[1].id", "for example `ana`"),
    ("id: ola", "id: ana", 11, "people[2].id", "Rename one"),
    ("[ANA_ALERTS]", "[tgram://1:a/2]", 4, "people[1].alerts[1]", "its value never stands here"),
    ("[ANA_ALERTS]", "ANA_ALERTS", 4, "people[1].alerts", "Write a list such as"),
    ("    alerts: [ANA_ALERTS]\n", "", 2, "people[1].alerts", "Add `alerts:`"),
    ("channels: [shop]", "channels: [shpo]", 5, "people[1].channels", "Did you mean `shop`?"),
    ("[complaint, reviews]", "complant", 6, "people[1].topics", "Did you mean `complaint`?"),
    ("[complaint, reviews]", "[rewiews]", 6, "people[1].topics", "Did you mean `reviews`?"),
    ("y: 9:00-17:00", "y: 9-17", 8, f"{DUTY}.week.monday-friday", "`9:00-17:00`"),
    ("{ monday-", "{ monday: closed, monday-", 8, f"{DUTY}.week.monday-friday", "each day once"),
    ("2027-01-06", "2027-02-30", 9, f"{DUTY}.away[2]", "Write a date that exists"),
    ("2026-12-24..2026-12-26", "2026-12-26..2026-12-24", 9, f"{DUTY}.away[1]", "the earlier date first"),
    ("Europe/Warsaw", "Warsaw", 10, f"{DUTY}.timezone", "Europe/Warsaw"),
    ("coordinator: ana", "coordinator: anna", 13, "coordinator", "Did you mean `ana`?"),
    ("owner: ola", "owner: xxxxxx", 14, "owner", "Write one of ana, ola"),
    ("owner: ola\n", "", 1, "owner", "Add `owner: ana`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "field", "remedy"), MISTAKES)
def test_a_mistake_names_its_place_and_its_remedy(
    folder: Folder, old: str, new: str, line: int, field: str, remedy: str
) -> None:
    folder.change(R, old, new)

    [found] = [one for one in folder.mistakes() if one.field == field]
    assert (found.file, found.line) == (R, line)
    assert remedy in found.remedy


def test_what_is_wrong_elsewhere_is_not_told_as_a_mistake_of_the_roster(folder: Folder) -> None:
    folder.change("policy.yaml", "name: reviews", "name: Reviews!")
    folder.change("channels.yaml", "id: shop", "id: Shop!")

    assert R not in [mistake.file for mistake in folder.mistakes()]


def test_alerts_in_policy_yaml_are_told_where_they_belong_now(folder: Folder) -> None:
    folder.change("policy.yaml", "dry_run: false", "alerts: [OWNER_ALERTS]")

    [mistake] = folder.mistakes()
    assert mistake.problem == "this field is not here any more"
    assert (
        "write into roster.yaml: `owner: me` and `people: [{id: me, alerts: [OWNER_ALERTS]}]`"
        in mistake.remedy
    )


def test_the_remedy_for_alerts_in_policy_yaml_works(folder: Folder) -> None:
    folder.write(R, "owner: me\npeople: [{id: me, alerts: [OWNER_ALERTS]}]\n")

    assert folder.mistakes() == []


@pytest.mark.parametrize("text", ["", "# nothing but words\n"])
def test_a_roster_that_is_all_comment_is_none(folder: Folder, text: str) -> None:
    folder.write(R, text)

    assert folder.load().roster is None


def test_without_a_roster_the_owner_is_the_only_person(folder: Folder) -> None:
    (folder.path / R).unlink()
    policies = built(folder.load(), "1", str)

    assert [person.id for person in policies.roster.people] == [policies.roster.owner]
    assert policies.addresses == {"owner": ()}


def test_a_roster_with_the_other_ending_is_found(folder: Folder) -> None:
    (folder.path / R).rename(folder.path / "roster.yml")

    assert folder.mistakes()[0].remedy == "Rename roster.yml to roster.yaml"


def test_the_shipped_example_works_once_it_is_no_comment(folder: Folder) -> None:
    lines = (SHIPPED / R).read_text(encoding="utf-8").partition("\n\n")[2].splitlines()
    folder.write(R, "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
    folder.change(R, "[demo]", "[shop]")

    assert folder.mistakes() == []
    assert folder.load().roster is not None


def test_the_shipped_files_warn_of_nothing() -> None:
    assert load(SHIPPED, NOON).warnings == ()


def person_of(folder: Folder) -> Person:
    return built(folder.load(), "1", str).roster.people[0]


def test_every_field_of_a_person_reaches_them(folder: Folder) -> None:
    ana = person_of(folder)

    assert (ana.id, ana.name) == ("ana", "Ana Nowak")
    assert ana.channels == {"shop"} and ana.topics == {"complaint", "reviews"}
    assert (ana.week[0], ana.week[5], ana.zone) == ((Interval(540, 1020),), (), "Europe/Warsaw")
    assert date(2026, 12, 25) in ana.away and date(2026, 12, 27) not in ana.away


def test_what_is_left_out_means_every_channel_at_every_hour(folder: Folder) -> None:
    folder.write(R, "owner: me\npeople: [{id: me, alerts: [OWNER_ALERTS]}]\n")

    assert person_of(folder) == Person(id="me", name="me", week=EVERY_HOUR)


def test_the_values_of_secrets_are_looked_up_and_unset_ones_left_out(folder: Folder) -> None:
    policies = built(folder.load(), "1", lambda name: "" if name == "OLA_MAIL" else f"json://{name}")

    assert policies.addresses == {"ana": ("json://ANA_ALERTS",), "ola": ("json://OLA_PHONE",)}
    assert "json://" not in repr(policies)


def test_a_version_keeps_its_roster(folder: Folder) -> None:
    bundle = folder.load()

    assert bundle.roster is not None
    assert Bundle.from_json(bundle.to_json()) == bundle


def test_a_version_from_before_there_was_a_roster_is_still_read(folder: Folder) -> None:
    data = json.loads(folder.load().to_json())
    del data["roster"]

    assert Bundle.from_json(json.dumps(data)).roster is None


# Gaps


def warned(folder: Folder, *entries: str, roles: str = "owner: ola") -> list[str]:
    """Return what is warned of with these people, all of them with an address."""
    people = "".join(f"  - {{ alerts: [AN_ADDRESS], {entry} }}\n" for entry in entries)
    folder.write(R, f"people:\n{people}{roles}\n")
    return [str(one) for one in folder.warnings()]


def test_hours_without_anybody_on_duty_are_a_warning(folder: Folder) -> None:
    hours = "duty: { week: { monday-friday: 9:00-17:00 } }"
    [warning] = warned(folder, f"id: ola, {hours}")

    assert warning == (
        "roster.yaml:1:1: warning: people: Saturday 22:00-02:00: nobody is on duty for shop, page; "
        "the owner is called. Put somebody on duty then, or leave it so"
    )


def test_a_warning_does_not_keep_the_files_from_going_live(folder: Folder) -> None:
    warned(folder, "id: ola, duty: { week: { monday: 9:00-17:00 } }")

    assert folder.mistakes() == []
    assert {one.severity for one in folder.warnings()} == {Severity.WARNING}


def test_a_gap_of_one_channel_names_it_alone(folder: Folder) -> None:
    found = warned(
        folder,
        "id: ola, channels: [page]",
        "id: ana, channels: shop, duty: { week: { saturday: 0:00-24:00 } }",
    )

    days = "Monday, Tuesday, Wednesday, Thursday, Friday"
    assert any(f"{days} 09:00-17:00: nobody is on duty for shop; the owner" in one for one in found)


def test_days_on_which_everybody_is_away_are_named_by_their_dates(folder: Folder) -> None:
    [warning] = warned(folder, "id: ola, duty: { away: 2026-12-01..2026-12-02 }")

    assert "Tuesday 2026-12-01, Wednesday 2026-12-02 09:00-17:00: nobody is on duty" in warning


def test_days_on_which_the_business_is_closed_are_no_gap(folder: Folder) -> None:
    folder.change("hours.yaml", "2026-12-24: 9:00-12:00", "2026-12-01: closed")

    assert warned(folder, "id: ola, duty: { away: 2026-12-01 }") == []


def test_days_off_beyond_four_weeks_are_not_told_yet(folder: Folder) -> None:
    assert warned(folder, "id: ola, duty: { away: 2027-01-11 }") == []


def test_who_is_called_in_a_gap_is_told(folder: Folder) -> None:
    hours = "duty: { week: { monday-friday: 9:00-17:00 } }"
    [warning] = warned(folder, f"id: ola, {hours}", f"id: ana, {hours}", roles="owner: ola\ncoordinator: ana")

    assert "the coordinator is called" in warning


def test_people_who_relieve_each_other_leave_no_gap(folder: Folder) -> None:
    morning = "id: ana, duty: { week: { monday-saturday: 0:00-13:00 } }"
    evening = "id: ola, duty: { week: { monday-friday: 13:00-24:00, saturday: 13:00-2:00 } }"

    assert warned(folder, morning, evening) == []


def test_with_a_mistake_elsewhere_nothing_is_said_of_gaps(folder: Folder) -> None:
    warned(folder, "id: ola, duty: { week: { monday: 9:00-17:00 } }")
    folder.change("policy.yaml", "window: 15m", "windw: 15m")

    assert {one.severity for one in folder.mistakes()} == {Severity.ERROR}


INTERVALS = st.tuples(st.integers(0, 23), st.integers(1, 8)).map(
    lambda i: (Interval(i[0] * 60, (i[0] + i[1]) * 60),)
)
WEEKS = st.lists(INTERVALS | st.just(()), min_size=7, max_size=7).map(tuple)
ZONES = st.sampled_from(["", "UTC", "America/New_York", "Asia/Kolkata"])


@given(
    WEEKS,
    st.lists(st.tuples(WEEKS, ZONES), max_size=3),
    st.integers(0, 270),
)
def test_a_gap_is_just_where_a_channel_is_open_and_nobody_on_duty(
    week: Any, duties: list[tuple[Any, str]], day: int
) -> None:
    now = NOON - timedelta(days=day)
    hours = Calendar(zone="Europe/Warsaw", week=week)
    people = tuple(
        Person(id=f"p{at}", name="p", week=one, zone=zone) for at, (one, zone) in enumerate(duties)
    )
    house = Roster(people=people, owner="p0")
    found = gaps.gaps(house, "shop", hours, now)

    for step in range(0, 14 * 24, 5):
        moment = now + timedelta(hours=step, minutes=7)
        uncovered = calendar.is_open(hours, moment) and not roster.on_duty(house, "shop", hours.zone, moment)
        assert uncovered == any(begin <= moment < end for begin, end in found)


def test_the_small_roster_is_right(folder: Folder) -> None:
    folder.write(R, ROSTER)

    assert folder.warnings() == []
