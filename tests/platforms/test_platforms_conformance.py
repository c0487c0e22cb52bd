"""What every platform of the registry must do; a new one is held to all of it by its line there."""

import inspect
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadPolicy, BadSignature
from chalicelib.core.events import CustomerWrote, HumanReplied, MessageEchoed, Outcome, Speaker
from chalicelib.envelope import seal, unseal
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.contract import HttpResponse, Inbound, Parsed, Platform, Resolving, Unresolved
from chalicelib.policies.load import load
from tests.platforms import harness as h
from tests.platforms import mutations as m

NAMES = sorted(PLATFORMS)
SENDING = [name for name in NAMES if not platform(name).CAPABILITIES.hosted]
FIXTURES = [one for name in NAMES for one in h.fixtures(name)]
LEFT_OPEN = [one for one in FIXTURES if one.lookup is not None and one.resolved]
ECHOES_OF_OURS = [one for one in FIXTURES if re.search(r"echo_of_ours|by_our_bot", one.name)]
NOTHINGS: tuple[Any, ...] = (None, {}, [], "", 0)
MARKS_OF_OURS = {"metadata", "sender_business_bot", "key"}

POLICIES = Path(__file__).parents[2] / "policies"
HEADINGS = (
    "What you need",
    "Set it up",
    "The entry in channels.yaml",
    "What works",
    "Limits",
    "Costs",
    "When something is wrong",
)

every_platform = pytest.mark.parametrize("name", NAMES)
every_sending_platform = pytest.mark.parametrize("name", SENDING)
every_fixture = pytest.mark.parametrize("one", FIXTURES, ids=str)


# The parts a platform consists of


@every_platform
def test_a_platform_has_every_member_of_the_contract(name: str) -> None:
    assert isinstance(platform(name), Platform)


@every_platform
def test_a_platform_takes_what_the_contract_gives(name: str) -> None:
    functions = [member for _, member in inspect.getmembers(Platform, inspect.isfunction)]
    wanted = {
        function.__name__: [*inspect.signature(function).parameters][1:]
        for function in functions
        if not function.__name__.startswith("_")
    }

    assert {one: [*inspect.signature(getattr(platform(name), one)).parameters] for one in wanted} == wanted


@every_platform
def test_a_platform_goes_by_its_name_in_the_registry(name: str) -> None:
    assert name == platform(name).NAME


@every_platform
def test_a_platform_has_fixtures(name: str) -> None:
    assert h.fixtures(name)


@every_platform
def test_a_platform_is_known_to_the_harness(name: str) -> None:
    assert name in h.PROOFS
    assert name in h.PROVING


@every_platform
def test_every_credential_is_described(name: str) -> None:
    assert all(one.name and one.what for one in platform(name).CREDENTIALS)


@every_platform
def test_every_secret_that_is_made_up_is_a_new_one_each_time(name: str) -> None:
    made_up = [one.make for one in platform(name).CREDENTIALS if one.make]

    assert all(make() != make() and len(make()) >= 32 for make in made_up)


# Its guide


def guide(name: str) -> str:
    return (h.GUIDES / f"{name}.md").read_text(encoding="utf-8")


@every_platform
def test_a_guide_has_the_headings_of_all_guides(name: str) -> None:
    assert re.findall(r"^## (.+)$", guide(name), re.MULTILINE) == list(HEADINGS)


@every_platform
def test_a_guide_names_every_field_its_platform_has(name: str) -> None:
    spoken = platform(name)
    fields = {*spoken.OPTIONS, *spoken.NEEDS, *(one.name for one in spoken.CREDENTIALS)}

    assert {field for field in fields if f"`{field}`" not in guide(name)} == set()


@every_platform
def test_the_entry_in_a_guide_is_one_that_the_policy_check_accepts(name: str, tmp_path: Path) -> None:
    entry = re.findall(r"```yaml\n(.+?)```", guide(name), re.DOTALL)[0]
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    with (folder / "channels.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + entry)

    try:
        bundle = load(folder, h.RECEIVED)
    except BadPolicy as error:
        pytest.fail(str(error))

    assert bundle.channels["channels"][-1]["platform"] == name


# What it reads


@every_fixture
def test_a_webhook_becomes_the_events_it_means(one: h.Fixture) -> None:
    assert h.agrees(one.expected, [h.told(event) for event in h.parsed(one).events])


@every_fixture
def test_what_is_not_known_is_named(one: h.Fixture) -> None:
    assert h.parsed(one).unknown == tuple(one.unknown)


@pytest.mark.parametrize("one", LEFT_OPEN, ids=str)
def test_what_a_webhook_leaves_open_is_resolved_by_the_platforms_answer(one: h.Fixture) -> None:
    assert h.agrees(one.resolved, [h.told(event) for event in h.resolved(one)])


@every_fixture
def test_a_webhook_delivered_again_has_the_same_event_ids(one: h.Fixture) -> None:
    later = h.proven(one, at=h.RECEIVED + timedelta(hours=5))
    again = platform(one.platform).parse(later, h.channel(one.platform))

    assert [event.id for event in again.events] == [event.id for event in h.parsed(one).events]


@every_fixture
def test_events_survive_the_queue_unchanged(one: h.Fixture) -> None:
    events = h.parsed(one).events

    assert [unseal(seal("shop", event).body) for event in events] == [("shop", event) for event in events]


@every_platform
def test_no_two_fixtures_have_the_same_event_id(name: str) -> None:
    spoken = [
        event.id
        for one in h.fixtures(name)
        if "echo_of_ours" not in one.name
        for event in h.parsed(one).events
        if isinstance(event, CustomerWrote)
    ]

    assert len(set(spoken)) == len(spoken)


# Whom it believes


@every_fixture
def test_a_proven_request_is_accepted(one: h.Fixture) -> None:
    platform(one.platform).verify(h.proven(one), h.channel(one.platform))


def first(name: str) -> h.Fixture:
    return h.fixtures(name)[0]


@every_platform
def test_a_request_without_proof_is_a_bad_signature(name: str) -> None:
    one = first(name)
    bare = Inbound(method="POST", headers=one.headers, body=h.proven(one).body, received_at=h.RECEIVED)

    with pytest.raises(BadSignature):
        platform(name).verify(bare, h.channel(name))


@every_platform
def test_a_request_with_a_forged_proof_is_a_bad_signature(name: str) -> None:
    forged = h.proven(first(name), secret="whsec_Zm9yZ2Vk")

    with pytest.raises(BadSignature):
        platform(name).verify(forged, h.channel(name))


@pytest.mark.parametrize("name", sorted(h.BODY_IS_PROVEN))
def test_a_request_with_an_altered_body_is_a_bad_signature(name: str) -> None:
    honest = h.proven(first(name))
    altered = Inbound(method="POST", headers=honest.headers, body=honest.body + b" ", received_at=h.RECEIVED)

    with pytest.raises(BadSignature):
        platform(name).verify(altered, h.channel(name))


@every_platform
@pytest.mark.parametrize("secret", [h.NEWEST, h.OLDER])
def test_both_live_secrets_are_accepted(name: str, secret: str) -> None:
    platform(name).verify(h.proven(first(name), secret=secret), h.channel(name))


@every_platform
def test_a_retired_secret_is_not_accepted(name: str) -> None:
    with pytest.raises(BadSignature):
        platform(name).verify(h.proven(first(name), secret=h.RETIRED), h.channel(name))


@every_platform
@pytest.mark.parametrize("none", [None, (), ("",), ("whsec_",)], ids=["unset", "empty", "blank", "no key"])
def test_without_a_secret_nothing_is_accepted(name: str, none: tuple[str, ...] | None) -> None:
    live = {} if none is None else {h.PROVING[name]: none}
    empty = h.proven(first(name), secret="")

    with pytest.raises(BadSignature):
        platform(name).verify(empty, h.channel(name, secrets=live))


@every_platform
@given(
    headers=st.fixed_dictionaries(
        {},
        optional={
            "x-hub-signature-256": st.text(),
            "x-telegram-bot-api-secret-token": st.text(),
            "authorization": st.text(),
            "webhook-id": st.text(),
            "webhook-timestamp": st.one_of(st.just(str(int(h.RECEIVED.timestamp()))), st.text()),
            "webhook-signature": st.one_of(
                st.text(), st.sampled_from(["v1", "v1,", ",", "v1,%%% v1,\u00e9"])
            ),
        },
    ),
    body=st.binary(max_size=50),
)
def test_whatever_the_headers_hold_a_stranger_is_a_bad_signature(
    name: str, headers: dict[str, str], body: bytes
) -> None:
    stranger = Inbound(method="POST", headers=headers, body=body, received_at=h.RECEIVED)

    with pytest.raises(BadSignature):
        platform(name).verify(stranger, h.channel(name))


# What it does with nonsense


def read(one: h.Fixture, body: bytes) -> Parsed | None:
    """Return what a platform makes of a body, None where it refuses it; anything else is an error."""
    try:
        return platform(one.platform).parse(h.proven(one, body=body), h.channel(one.platform))
    except BadPayload:
        return None


def check(found: Parsed | None, name: str) -> None:
    """Whatever is read of nonsense is whole, and goes through the queue unchanged."""
    for event in found.events if found else ():
        assert event.id
        assert event.at.utcoffset() == timedelta(0)
        assert unseal(seal("shop", event).body) == ("shop", event)
        if isinstance(event, Unresolved):
            check_resolution(event, name)


def check_resolution(event: Unresolved, name: str) -> None:
    spoken = platform(name)
    assert isinstance(spoken, Resolving)
    for later in spoken.resolve(event, {"user_id": "5500009", "staff": ["5550002"]}, h.channel(name)):
        assert later.thread.key
        assert unseal(seal("shop", later).body) == ("shop", later)


@every_fixture
def test_a_webhook_with_any_one_part_missing_or_empty_is_read_or_refused(one: h.Fixture) -> None:
    for route in m.routes(one.body):
        check(read(one, m.as_bytes(m.without(one.body, route))), one.platform)
        for nothing in NOTHINGS:
            check(read(one, m.as_bytes(m.having(one.body, route, nothing))), one.platform)


@every_platform
@settings(max_examples=400)
@given(data=st.data())
def test_no_mutation_of_a_webhook_is_anything_but_read_or_refused(name: str, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(h.fixtures(name)))
    body = data.draw(m.mutated(one.body))

    check(read(one, m.as_bytes(body)), name)


@every_platform
@given(body=st.one_of(st.binary(max_size=200), m.JUNK.map(m.as_bytes)))
def test_no_body_is_anything_but_read_or_refused(name: str, body: bytes) -> None:
    check(read(first(name), body), name)


@every_platform
@pytest.mark.parametrize("depth", [500, 900, 100_000])
def test_nesting_without_end_is_read_or_refused(name: str, depth: int) -> None:
    one = first(name)
    for route in m.routes(one.body):
        body = m.as_bytes(m.having(one.body, route, "@@here@@"))
        check(read(one, body.replace(b'"@@here@@"', b"[" * depth + b"]" * depth)), name)


# What of ours it takes for somebody else's (R7)


@every_platform
def test_a_platform_that_echoes_has_a_fixture_of_it(name: str) -> None:
    shown = {one.platform for one in ECHOES_OF_OURS}

    assert name in shown or not platform(name).CAPABILITIES.echo


@pytest.mark.parametrize("one", ECHOES_OF_OURS, ids=str)
def test_our_own_echo_is_ours_r7(one: h.Fixture) -> None:
    events = h.parsed(one).events

    assert events
    assert all(isinstance(event, MessageEchoed) and event.ours for event in events)


@pytest.mark.parametrize("one", ECHOES_OF_OURS, ids=str)
def test_our_own_echo_with_a_part_missing_is_never_a_persons_r7(one: h.Fixture) -> None:
    for route in m.routes(one.body):
        if MARKS_OF_OURS & set(route):
            continue
        found = read(one, m.as_bytes(m.without(one.body, route)))
        for event in found.events if found else ():
            assert not isinstance(event, CustomerWrote | HumanReplied)
            assert not isinstance(event, MessageEchoed) or event.otherwise is not Speaker.HUMAN


# What it sends


@every_sending_platform
@given(
    text=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
        st.sampled_from(
            ['"', "'", "\\", "{name}", "{{", "${x}", "\n\r\t", "👩‍👩‍👧", "\u202e<b>&amp;", '"},"to":"x']
        ),
    ),
    human=st.booleans(),
    silence=st.integers(0, 200),
)
def test_what_goes_out_is_json_that_holds_the_words_as_they_are(
    name: str, text: str, *, human: bool, silence: int
) -> None:
    out = h.outgoing(name, text=text, human=human, last_customer_at=h.RECEIVED - timedelta(hours=silence))

    sent = platform(name).compose(out, h.channel(name))

    assert text in h.texts(json.loads(sent.body))


@every_sending_platform
def test_what_goes_out_goes_over_https_and_shows_no_secret_in_its_body(name: str) -> None:
    here = h.channel(name)
    sent = platform(name).compose(h.outgoing(name), here)

    assert sent.url.startswith("https://")
    assert not any(value.encode() in sent.body for values in here.secrets.values() for value in values)


@every_sending_platform
def test_another_server_may_be_sent_to(name: str) -> None:
    here = h.channel(name, api_base="http://127.0.0.1:9999/")

    assert platform(name).compose(h.outgoing(name), here).url.startswith("http://127.0.0.1:9999/")


# What it makes of the answer

SENT: dict[str, Any] = {
    "facebook": {"recipient_id": "7420000000000011", "message_id": "m_1"},
    "signed": {"message_id": "m_1"},
    "telegram": {"ok": True, "result": {"message_id": "m_1", "chat": {"id": 6100001}, "date": 1}},
}
TOO_MANY: dict[str, Any] = {
    "facebook": {"error": {"message": "Rate limit", "code": 613}},
    "signed": {},
    "telegram": {"ok": False, "error_code": 429, "parameters": {"retry_after": 30}},
}


def outcome(name: str, response: HttpResponse) -> Outcome:
    return platform(name).read_reply(response, h.outgoing(name)).outcome


@every_sending_platform
def test_a_success_is_sent_under_the_platforms_id(name: str) -> None:
    result = platform(name).read_reply(h.answered(200, SENT[name]), h.outgoing(name))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "m_1")


@every_sending_platform
def test_too_many_requests_wait_as_long_as_they_are_asked_to(name: str) -> None:
    result = platform(name).read_reply(
        h.answered(429, TOO_MANY[name], {"retry-after": "30"}), h.outgoing(name)
    )

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, 30)


@every_sending_platform
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"\xff"])
def test_a_broken_server_is_tried_again(name: str, status: int, body: bytes) -> None:
    assert outcome(name, h.answered(status, body)) is Outcome.RETRY


@every_sending_platform
def test_a_refused_credential_pauses_the_channel(name: str) -> None:
    assert outcome(name, h.answered(401, b"")) is Outcome.CHANNEL_PAUSED


@every_sending_platform
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"ok": false, "error_code": 400}'])
def test_a_refused_message_is_refused(name: str, body: bytes) -> None:
    assert outcome(name, h.answered(400, body)) is Outcome.REFUSED


@every_sending_platform
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"null", b'{"ok": true}', b"\xff"])
def test_a_success_that_cannot_be_read_is_never_tried_again_blindly(name: str, body: bytes) -> None:
    # Where the platform drops the second of two, a 2xx is all that is needed.
    wanted = Outcome.SENT if platform(name).CAPABILITIES.idempotent else Outcome.AMBIGUOUS

    assert outcome(name, h.answered(200, body)) is wanted


_ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "ok": m.JUNK,
        "error_code": m.JUNK,
        "parameters": st.one_of(
            m.JUNK, st.fixed_dictionaries({"retry_after": m.JUNK, "migrate_to_chat_id": m.JUNK})
        ),
        "error": st.one_of(m.JUNK, st.fixed_dictionaries({"code": m.JUNK, "error_subcode": m.JUNK})),
        "result": st.one_of(m.JUNK, st.fixed_dictionaries({"message_id": m.JUNK})),
        "message_id": m.JUNK,
        "data": st.one_of(
            m.JUNK,
            st.lists(
                st.fixed_dictionaries(
                    {
                        "messages": st.fixed_dictionaries(
                            {
                                "data": st.lists(
                                    st.fixed_dictionaries(
                                        {
                                            "message": st.just("We have received your message."),
                                            "created_time": st.one_of(m.JUNK, st.datetimes().map(str)),
                                            "id": m.JUNK,
                                            "from": m.JUNK,
                                        }
                                    ),
                                    max_size=2,
                                )
                            }
                        )
                    }
                ),
                max_size=2,
            ),
        ),
    },
)
_ANSWERS = st.builds(
    HttpResponse,
    status=st.integers(200, 599),
    headers=st.fixed_dictionaries({}, optional={"retry-after": st.one_of(st.text(), st.integers().map(str))}),
    body=st.one_of(st.binary(max_size=50), m.JUNK.map(m.as_bytes), _ERRORS.map(m.as_bytes)),
)


@every_sending_platform
@settings(max_examples=400)
@given(answer=_ANSWERS)
def test_no_answer_raises_or_tells_prose_or_asks_for_more_than_a_day(name: str, answer: HttpResponse) -> None:
    spoken = platform(name)

    for result in (
        spoken.read_reply(answer, h.outgoing(name)),
        spoken.read_reconciliation(answer, h.outgoing(name)),
    ):
        assert re.fullmatch(r"[a-z0-9_/.-]{0,40}", result.reason)
        assert result.retry_after is None or 0 <= result.retry_after <= 24 * 3600
        assert all(result.address.values())


@every_sending_platform
def test_a_reconciliation_never_sends_again_unless_the_platform_drops_the_second(name: str) -> None:
    plan = platform(name).reconcile(h.outgoing(name), h.channel(name))

    assert plan.resend is platform(name).CAPABILITIES.idempotent
    assert plan.ask is None or plan.ask.method == "GET"
