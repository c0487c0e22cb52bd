"""What every platform of the registry must do; a new one is held to all of it by its line there."""

import inspect
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import connect
from chalicelib.core.case import Case
from chalicelib.core.decide import decide
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import BadPayload, BadPolicy, BadSignature
from chalicelib.core.events import CustomerWrote, Event, HumanReplied, MessageEchoed, Outcome, ThreadEvent
from chalicelib.core.message import Lane
from chalicelib.core.policy import Numbers
from chalicelib.envelope import seal, unseal
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.besides import Looking, Resolving
from chalicelib.platforms.contract import (
    Finding,
    HttpRequest,
    HttpResponse,
    Parsed,
    Platform,
    Report,
    Unresolved,
)
from chalicelib.policies.load import load
from chalicelib.tokens import Tokens
from tests.builders import POLICY
from tests.platforms import harness as h
from tests.platforms import mutations as m

NAMES = sorted(PLATFORMS)
SENDING = [name for name in NAMES if not platform(name).CAPABILITIES.hosted]
FIXTURES = [one for name in NAMES for one in h.fixtures(name)]
LEFT_OPEN = [one for one in FIXTURES if one.lookup is not None and one.resolved]
ECHOES_OF_OURS = [one for one in FIXTURES if "echo_of_ours" in one.name]
NOTHINGS: tuple[Any, ...] = (None, {}, [], "", 0)
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
    assert set(h.double(name).ADDRESSES) == set(platform(name).CAPABILITIES.lanes)


@every_platform
@pytest.mark.parametrize("kind", h.KINDS)
def test_a_platform_has_a_fixture_of_everything_it_tells(name: str, kind: str) -> None:
    shown = any(one.name.startswith(kind) for one in h.fixtures(name))

    assert shown is (kind not in h.double(name).NEVER_TOLD)


@every_platform
def test_every_credential_is_described(name: str) -> None:
    assert all(one.name and one.what for one in platform(name).CREDENTIALS)


@every_platform
def test_where_every_credential_is_found_is_said(name: str) -> None:
    assert all(one.where or one.make or one.learned for one in platform(name).CREDENTIALS)


@every_platform
def test_the_options_that_are_asked_for_are_options(name: str) -> None:
    assert set(platform(name).WANTED) <= set(platform(name).OPTIONS)


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
        bundle = load(folder, h.RECEIVED).bundle
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

    with pytest.raises(BadSignature):
        platform(name).verify(h.bare(one), h.channel(name))


@every_platform
def test_a_request_with_a_forged_proof_is_a_bad_signature(name: str) -> None:
    forged = h.proven(first(name), secret="whsec_Zm9yZ2Vk")

    with pytest.raises(BadSignature):
        platform(name).verify(forged, h.channel(name))


@pytest.mark.parametrize("name", [name for name in NAMES if h.double(name).PROVES_BODY])
def test_a_request_with_an_altered_body_is_a_bad_signature(name: str) -> None:
    honest = h.proven(first(name))
    altered = replace(honest, body=honest.body + b" ")

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
    live = {} if none is None else {h.double(name).PROVING: none}
    empty = h.proven(first(name), secret="")

    with pytest.raises(BadSignature):
        platform(name).verify(empty, h.channel(name, secrets=live))


@every_platform
@given(data=st.data(), body=st.binary(max_size=50))
def test_whatever_the_headers_hold_a_stranger_is_a_bad_signature(
    name: str, data: st.DataObject, body: bytes
) -> None:
    honest = h.proven(first(name))
    values = st.one_of(
        st.text(), st.sampled_from(["v1", "v1,", ",", "v1,%%% v1,\u00e9", "sha256=", "Basic é"])
    )
    names = st.fixed_dictionaries({}, optional=dict.fromkeys(honest.headers, values))
    stranger = replace(honest, headers=data.draw(names), body=body)

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
    facts = getattr(h.double(name), "FACTS", {})
    for later in spoken.resolve(event, facts, h.channel(name)):
        assert later.thread.key
        assert unseal(seal("shop", later).body) == ("shop", later)


@every_fixture
def test_a_webhook_with_any_one_part_missing_or_empty_is_read_or_refused(one: h.Fixture) -> None:
    for route in m.routes(one.body):
        check(read(one, h.encoded(one, m.without(one.body, route))), one.platform)
        for nothing in NOTHINGS:
            check(read(one, h.encoded(one, m.having(one.body, route, nothing))), one.platform)


@every_platform
@settings(max_examples=100)
@given(data=st.data())
def test_no_mutation_of_a_webhook_is_anything_but_read_or_refused(name: str, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(h.fixtures(name)))
    body = data.draw(m.mutated(one.body))

    check(read(one, h.encoded(one, body)), name)


@every_platform
@given(body=st.one_of(st.binary(max_size=200), m.JUNK.map(m.as_bytes)))
def test_no_body_is_anything_but_read_or_refused(name: str, body: bytes) -> None:
    check(read(first(name), body), name)


@every_platform
@pytest.mark.parametrize("depth", [500, 900, 100_000])
def test_nesting_without_end_is_read_or_refused(name: str, depth: int) -> None:
    one = first(name)
    for route in m.routes(one.body):
        body = h.encoded(one, m.having(one.body, route, "@@here@@"))
        check(read(one, body.replace(b'"@@here@@"', b"[" * depth + b"]" * depth)), name)


# What of ours it takes for somebody else's (R7)


@pytest.mark.parametrize("one", ECHOES_OF_OURS, ids=str)
def test_our_own_echo_is_ours_or_nothing_tells_whose_it_is_r7(one: h.Fixture) -> None:
    events = h.parsed(one).events

    assert events
    assert all(isinstance(event, MessageEchoed) and (event.ours or event.unmarked) for event in events)


def on_its_way(event: MessageEchoed) -> Case:
    """Return the case of an echo's thread while the message it is of has not been answered for yet."""
    key = event.nonce or "c4se0000000000aa.1-1"
    return h.unanswered(event, h.acknowledgement(key=key, text=event.text))


def what_follows(event: Event, case: Case) -> Case:
    return decide(case, event, POLICY, h.RECEIVED + timedelta(minutes=1)).case


@pytest.mark.parametrize("one", ECHOES_OF_OURS, ids=str)
def test_our_own_echo_that_comes_before_the_send_returns_is_no_reply_of_a_person_r7(one: h.Fixture) -> None:
    for event in h.parsed(one).events:
        assert isinstance(event, MessageEchoed)
        after = what_follows(event, on_its_way(event))

        assert after.owed
        assert [d.status for d in after.outbox] == [DeliveryStatus.SENT]


def events_of(one: h.Fixture) -> list[object]:
    """Return the events of a fixture, resolved where the platform leaves something open."""
    return h.resolved(one) if one.resolved else [*h.parsed(one).events]


@pytest.mark.parametrize("one", [one for one in FIXTURES if one.name.startswith("human_reply")], ids=str)
def test_a_person_in_the_platforms_own_app_stops_the_ack_r3(one: h.Fixture) -> None:
    events = [event for event in events_of(one) if isinstance(event, HumanReplied | MessageEchoed)]

    assert events
    assert all(what_follows(event, h.unanswered(event)).owed is None for event in events)


@pytest.mark.parametrize("one", [one for one in FIXTURES if one.name.startswith("automation")], ids=str)
def test_another_automation_neither_stops_the_ack_nor_earns_one_r3_r20(one: h.Fixture) -> None:
    for event in events_of(one):
        assert isinstance(event, ThreadEvent)
        after = what_follows(event, h.unanswered(event))

        assert after.owed
        assert [message.id for message in after.owed.messages] == ["asked"]


def heads_a_thread(event: object) -> bool:
    """Return whether an event is a customer's own message, which alone makes them its thread's customer."""
    return isinstance(event, CustomerWrote) and not event.in_tree


NOT_THE_CUSTOMERS = ("automation", "bystander", "edit", "deletion", "human_reply", "echo")


@pytest.mark.parametrize("one", [one for one in FIXTURES if one.name.startswith(NOT_THE_CUSTOMERS)], ids=str)
def test_what_others_say_never_bends_the_way_to_the_customer_r18(one: h.Fixture) -> None:
    for event in (event for event in events_of(one) if not heads_a_thread(event)):
        assert isinstance(event, ThreadEvent)
        other = replace(event.customer, id=f"not-{event.customer.id}")
        case = replace(h.unanswered(event), customer=other, address={"way": "theirs"})

        assert what_follows(event, case).address == case.address


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
def test_what_goes_out_holds_the_words_as_they_are(
    name: str, text: str, *, human: bool, silence: int
) -> None:
    out = h.outgoing(name, text=text, human=human, last_customer_at=h.RECEIVED - timedelta(hours=silence))

    sent = platform(name).compose(out, h.channel(name))

    assert text in h.words_of(name, sent)


EVERY_LANE = [(name, lane) for name in SENDING for lane in platform(name).CAPABILITIES.lanes]
every_lane = pytest.mark.parametrize(("name", "lane"), EVERY_LANE)


@every_lane
def test_what_goes_out_is_encrypted_and_shows_no_secret_in_its_body(name: str, lane: Lane) -> None:
    here = h.channel(name)
    sent = platform(name).compose(h.outgoing(name, lane), here)

    assert sent.url.startswith(("https://", "smtps://", "smtp://"))
    assert not any(value.encode() in sent.body for values in here.secrets.values() for value in values)


@every_lane
def test_every_lane_carries_the_words(name: str, lane: Lane) -> None:
    out = h.outgoing(name, lane)

    assert out.text in h.words_of(name, platform(name).compose(out, h.channel(name)))


@every_lane
def test_another_server_may_be_sent_to(name: str, lane: Lane) -> None:
    here = h.channel(name, api_base="http://127.0.0.1:9999/")

    assert platform(name).compose(h.outgoing(name, lane), here).url.startswith("http://127.0.0.1:9999")


@every_lane
def test_every_lane_has_a_length(name: str, lane: Lane) -> None:
    assert platform(name).CAPABILITIES.lanes[lane].amount > 0


@every_sending_platform
def test_a_platform_says_how_often_it_may_be_sent_to(name: str) -> None:
    assert platform(name).CAPABILITIES.rates


@every_sending_platform
def test_a_platform_that_looks_says_so_and_one_that_does_not_neither(name: str) -> None:
    assert isinstance(platform(name), Looking) is platform(name).CAPABILITIES.looks


# What it makes of the answer


def outcome(name: str, response: HttpResponse) -> Outcome:
    return platform(name).read_reply(response, h.outgoing(name)).outcome


@every_lane
def test_a_success_is_sent_under_the_platforms_id(name: str, lane: Lane) -> None:
    answer = h.answered(200, h.double(name).SENT[lane])
    result = platform(name).read_reply(answer, h.outgoing(name, lane))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "m_1")


@every_sending_platform
def test_too_many_requests_wait_as_long_as_they_are_asked_to(name: str) -> None:
    result = platform(name).read_reply(
        h.answered(429, h.double(name).TOO_MANY, {"retry-after": "30"}), h.outgoing(name)
    )

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, 30)


@every_sending_platform
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"\xff"])
def test_a_broken_server_is_tried_again(name: str, status: int, body: bytes) -> None:
    # Where nothing drops the second of two, it may be out all the same: then it is asked about first.
    doubtful = status in (500, 502, 504) and not platform(name).CAPABILITIES.idempotent

    assert outcome(name, h.answered(status, body)) in {
        Outcome.RETRY,
        *([Outcome.AMBIGUOUS] if doubtful else []),
    }


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
    # Where the platform drops the second of two, it may be tried again, or believed.
    believed = (Outcome.SENT, Outcome.RETRY) if platform(name).CAPABILITIES.idempotent else ()
    safe = {Outcome.AMBIGUOUS, *believed}

    assert outcome(name, h.answered(200, body)) in safe


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
@settings(max_examples=100)
@given(answer=_ANSWERS)
def test_no_answer_raises_or_tells_prose_or_asks_for_more_than_a_day(name: str, answer: HttpResponse) -> None:
    spoken = platform(name)

    outs = [h.outgoing(name, lane) for lane in spoken.CAPABILITIES.lanes]
    for result in (
        *(spoken.read_reply(answer, out) for out in outs),
        *(spoken.read_reconciliation(answer, out) for out in outs),
    ):
        assert re.fullmatch(r"[a-z0-9_/.-]{0,40}", result.reason)
        assert result.retry_after is None or 0 <= result.retry_after <= 24 * 3600
        assert all(result.address.values())


@every_lane
def test_a_reconciliation_never_sends_again_unless_the_platform_drops_the_second(
    name: str, lane: Lane
) -> None:
    plan = platform(name).reconcile(h.outgoing(name, lane), h.channel(name))

    assert plan.resend is platform(name).CAPABILITIES.idempotent
    assert plan.ask is None or plan.ask.method == "GET"


@every_platform
def test_a_platform_whose_key_is_relied_on_says_for_how_long_it_is_known(name: str) -> None:
    known_for = platform(name).CAPABILITIES.idempotent_for

    # R6: longer than a send is tried, else the retries themselves would be doubles.
    assert known_for is None or known_for > Numbers().retry_for


# Registering and checking


def led(name: str, how: str, answer: Callable[[], HttpResponse]) -> tuple[list[HttpRequest], Report]:
    """Lead a conversation to its end and return what was asked and found."""
    asked: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        assert len(asked) < 50
        return answer()

    live = h.answered(200, {"access_token": "live", "expires_in": 3600})
    tokens = Tokens(lambda _: live, lambda: h.RECEIVED)
    told: list[str] = []
    clock = {"clock": lambda: h.RECEIVED} if how == "check" else {}
    report = getattr(connect, how)(h.channel(name), h.URL, send, tokens, told.append, **clock)
    return asked, replace(report, findings=(*report.findings, *(Finding(what=line) for line in told)))


CONVERSATIONS = [(name, how) for name in NAMES for how in ("register", "check")]
every_conversation = pytest.mark.parametrize(("name", "how"), CONVERSATIONS)


@every_conversation
@settings(max_examples=50)
@given(data=st.data())
def test_no_answer_breaks_a_conversation_or_brings_out_a_secret(
    name: str, how: str, data: st.DataObject
) -> None:
    _, report = led(name, how, lambda: data.draw(_ANSWERS, label="answer"))
    told = " ".join(f"{one.what} {one.remedy}" for one in report.findings)

    assert report.findings
    assert not any(value in told for values in h.channel(name).secrets.values() for value in values)


@every_conversation
def test_a_conversation_without_a_good_answer_finds_fault(name: str, how: str) -> None:
    asked, report = led(name, how, lambda: h.answered(400, b""))

    assert all(one.remedy for one in report.findings if not one.ok)
    assert not asked or any(not one.ok for one in report.findings)


@every_platform
def test_a_check_changes_nothing(name: str) -> None:
    asked, _ = led(name, "check", lambda: h.answered(400, b""))

    # Telegram and VK ask with POST, by a method that only reads.
    assert all(one.method == "GET" or "get" in one.url.rpartition("/")[2].lower() for one in asked)


@every_platform
def test_what_only_the_owner_can_do_names_nothing_but_the_address(name: str) -> None:
    assert all(line.format(url=h.URL) for line in platform(name).BY_HAND)
