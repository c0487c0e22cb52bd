"""What only e-mail has: conversations without ids of their own, forged names, loops, forged headers."""

import email.policy
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.case import thread_hash
from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import (
    AutomationWrote,
    CustomerWrote,
    HumanReplied,
    MessageEchoed,
    MessageFailed,
    Outcome,
)
from chalicelib.core.message import Lane, Thread
from chalicelib.platforms import email as mail
from chalicelib.platforms import email_mail, email_text
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, Inbound
from tests.platforms import harness as h
from tests.platforms.doubles import email as double

US, IVANA = "help@lampy.example", "ivana@posta.example"
KEY = "0123456789abcdef0123.0123456789ab"
OPTIONS: dict[str, Any] = double.ACCOUNT["options"]
MAILGUN = {"options": {**OPTIONS, "provider": "mailgun"}}
SERVER = {"options": {**OPTIONS, "via": "smtp", "smtp_server": "smtps://mail.lampy.example:465"}}
WORDS = Thread(channel="shop", key=KEY)


def channel(**changes: Any) -> Channel:
    return h.channel("email", **changes)


def arrived(name: str = "customer_first_mail", **changes: Any) -> h.Fixture:
    one = h.fixture("email", name)
    return replace(one, body={**one.body, **changes})


def with_headers(one: h.Fixture, **headers: str) -> h.Fixture:
    added = [{"Name": name.replace("_", "-"), "Value": value} for name, value in headers.items()]
    return replace(one, body={**one.body, "Headers": [*one.body["Headers"], *added]})


def event_of(one: h.Fixture) -> Any:
    (event,) = h.parsed(one).events
    return event


# Which conversation, and whose


@pytest.mark.parametrize("name", ["customer_reply_to_ours", "customer_reply_without_references"])
def test_a_reply_that_names_ours_is_in_the_conversation_of_the_first_mail(name: str) -> None:
    first = event_of(arrived())

    assert event_of(arrived(name)).thread == first.thread


def test_our_own_id_leads_back_to_the_thread_it_was_made_for() -> None:
    first = event_of(arrived())
    ours = email_mail.our_message_id(h.outgoing("email", thread=first.thread), channel())
    answer = with_headers(arrived(MessageID="other"), In_Reply_To=ours)

    assert event_of(answer).thread == first.thread


def test_somebody_who_knows_an_id_does_not_get_into_the_case_of_another() -> None:
    # Else the answers of that case would go to them.
    first, stranger = event_of(arrived()), event_of(arrived("customer_third_person_writes_to_us"))

    assert first.thread.key != stranger.thread.key
    assert first.thread.place == stranger.thread.place


def test_an_id_of_ours_at_another_domain_is_not_ours() -> None:
    forged = "<hb.k.0123456789abcdef0123@evil.example>"

    assert email_mail.mark_in(forged, channel()) is None


def test_a_customer_who_writes_under_our_message_id_is_still_a_customer_r7() -> None:
    one = arrived("echo_of_ours", FromFull={"Email": IVANA, "Name": ""}, From=IVANA, CcFull=[], ToFull=[])

    assert not isinstance(event_of(one), MessageEchoed)


def test_two_mails_with_one_message_id_are_two_messages() -> None:
    # Some machines and forms give all their mails the same id.
    assert event_of(arrived()).id != event_of(arrived(TextBody="Nešto drugo")).id


def test_one_mail_that_came_by_two_addresses_is_one_message() -> None:
    assert event_of(arrived()).id == event_of(arrived(MessageID="pm-2", OriginalRecipient="x@y.example")).id


def test_a_mail_is_no_older_than_the_last_servers_stamp_and_never_of_the_future_r4() -> None:
    stamp = "by mx; Fri, 20 Nov 2026 23:00:00 +0000"

    assert event_of(with_headers(arrived(), Received=stamp)).at <= h.RECEIVED


@pytest.mark.parametrize(
    "date", ["", "soon", "Fri, 99 Nov 2026", "x" * 5000, "Mon, 1 Jan 99999 00:00:00 +9999"]
)
def test_a_date_that_is_none_is_the_time_of_receipt_r4(date: str) -> None:
    assert event_of(arrived(Headers=[], Date=date)).at == h.RECEIVED


def test_postmarks_own_date_is_the_mails_r4() -> None:
    assert event_of(arrived(Date="Fri, 20 Nov 2026 11:30:00 +0100")).at == h.RECEIVED.replace(
        hour=10, minute=30, second=0
    )


def test_one_unknown_charset_does_not_hide_the_rest_of_a_subject() -> None:
    subject = "=?x-unknown?Q?Order_7?= =?utf-8?Q?, hvala_=C5=A1to?="

    assert event_of(arrived(Subject=subject)).address["subject"] == "Order 7, hvala što"


@settings(max_examples=300)
@given(
    name=st.text(st.sampled_from("Aaż .'\"(),_-9="), max_size=12),
    address=st.from_regex(r"[a-zż.+_'-]{1,6}@[a-zž.-]{1,8}(\.[a-z]{2})?", fullmatch=True),
)
def test_a_mailbox_that_is_read_quickly_is_read_as_the_parser_does(name: str, address: str) -> None:
    for field in (address, f"<{address}>", f"{name} <{address}>"):
        # A comma behind it asks for the parser.
        assert email_mail.mailbox(field) == email_mail.mailbox(f"{field},")


@given(value=st.text(max_size=60))
def test_whatever_stands_in_the_headers_of_a_mail_it_is_read(value: str) -> None:
    names = ("From", "To", "References", "In-Reply-To", "Received", "List-Post", "X-Original-From")
    headers = [{"Name": name, "Value": value} for name in names]
    changed = {"From": value, "ReplyTo": value, "Subject": value, "Date": value}

    assert len(h.parsed(arrived(Headers=headers, **changed)).events) == 1


@pytest.mark.parametrize("part", ["(", ":", "<", '"', "[", "a,", "=?", "@", "\\"])
def test_a_thousand_brackets_in_an_address_break_nothing(part: str) -> None:
    assert email_mail.addresses(part * 20_000) == ()


# Who spoke


def test_a_person_in_a_domain_of_the_business_is_no_customer_r3() -> None:
    assert isinstance(event_of(arrived("human_reply_with_a_copy_to_us")), HumanReplied)


def test_without_the_domain_named_only_the_account_is_the_business() -> None:
    one = arrived("human_reply_with_a_copy_to_us")
    (event,) = h.parsed(one, options={}).events

    assert not isinstance(event, HumanReplied)


def test_a_web_form_that_nobody_named_is_nobodys_message() -> None:
    one = arrived("customer_through_a_web_form")

    assert h.parsed(one, options={"addresses": ["@lampy.example"]}).events == ()


def test_a_form_that_the_business_filled_in_itself_is_nobodys_message() -> None:
    assert h.parsed(arrived("customer_through_a_web_form", ReplyTo=US)).events == ()


def test_a_blind_copy_that_names_nobody_else_is_a_customers() -> None:
    # A mailbox that forwards may stand in neither To nor Cc.
    one = with_headers(arrived(ToFull=[{"Email": "old-name@other.example"}]), References="<q0@x.example>")

    assert isinstance(event_of(one), CustomerWrote)


def test_a_machine_on_the_other_side_that_is_us_is_not_answered_r20() -> None:
    # Two businesses with Hearback must not thank each other for ever.
    ours = json.loads(mail.compose(h.outgoing("email"), channel()).body)
    one = arrived(Headers=ours["Headers"], TextBody=ours["TextBody"])
    there = {"account": "x@other.example", "options": {}}

    assert isinstance(h.parsed(one, **there).events[0], AutomationWrote)


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply",
        "noreply",
        "do_not_reply",
        "MAILER-DAEMON",
        "postmaster",
        "bounces+12=x",
        "forwarding-noreply",
    ],
)
def test_nobody_reads_what_is_sent_to_a_machine_r20(sender: str) -> None:
    address = f"{sender}@sklep.example"

    assert event_of(arrived(FromFull={"Email": address}, From=address)).sign == "sender"


@pytest.mark.parametrize("sender", ["replyna", "nora", "daemon.kowalski", "norbert.reply"])
def test_a_person_with_an_odd_name_is_no_machine(sender: str) -> None:
    address = f"{sender}@poczta.example"

    assert isinstance(event_of(arrived(FromFull={"Email": address}, From=address)), CustomerWrote)


@pytest.mark.parametrize(
    ("name", "value"),
    [("Auto-Submitted", "no"), ("Precedence", "normal"), ("X-Auto-Response-Suppress", "DR")],
)
def test_what_says_that_a_person_wrote_is_no_sign_of_a_machine(name: str, value: str) -> None:
    one = arrived()
    headers = [*one.body["Headers"], {"Name": name, "Value": value}]

    assert isinstance(event_of(arrived(Headers=headers)), CustomerWrote)


@pytest.mark.parametrize("told", ["(c) no", "no (by a person)", "NO; x=1", "(a) (b)"])
def test_comments_in_a_header_say_nothing(told: str) -> None:
    assert isinstance(event_of(with_headers(arrived(), Auto_Submitted=told)), CustomerWrote)


@pytest.mark.parametrize(
    "told", [("no", "auto-replied"), ("auto-replied", "no"), ("no", "(no) auto-generated")]
)
def test_of_several_headers_one_gives_a_machine_away_r20(told: tuple[str, str]) -> None:
    one = arrived()
    added = [{"Name": "Auto-Submitted", "Value": value} for value in told]

    assert event_of(arrived(Headers=[*one.body["Headers"], *added])).sign == "auto-submitted"


@pytest.mark.parametrize("path", ["<>", " <> ", "", "  ", "< >"])
def test_a_blank_return_path_is_an_empty_one_r20(path: str) -> None:
    headers = [{"Name": "Return-Path", "Value": path}]

    assert event_of(arrived(Headers=headers)).sign == "empty-return-path"


def test_a_list_of_others_is_a_list_r20() -> None:
    one = with_headers(arrived(), List_Post="<mailto:news@other.example>", Precedence="list")

    assert isinstance(event_of(one), AutomationWrote)


def test_a_failure_report_that_names_none_of_ours_is_a_machines() -> None:
    one = arrived("failure_report_of_ours", Attachments=[])

    assert isinstance(event_of(one), AutomationWrote)


def bounced(text: str, **outgoing: Any) -> Any:
    """Return what a report in prose means that holds these words and a mail of ours."""
    ours = email_mail.our_message_id(
        h.outgoing("email", thread=event_of(arrived()).thread, **outgoing), channel()
    )
    below = (
        f"--- Below this line is a copy of the message.\n\nFrom: Lampy <{US}>\nTo: x\nMessage-ID: {ours}\n"
    )
    sent_back: dict[str, Any] = {
        "From": "MAILER-DAEMON@mx.firma.example",
        "FromFull": {"Email": "MAILER-DAEMON@mx.firma.example"},
        "TextBody": f"{text}\n\n{below}",
    }
    return event_of(arrived(**sent_back))


def test_a_failure_in_prose_is_told_in_the_thread_of_the_address_it_names_r34() -> None:
    event = bounced(f"I could not deliver it, {US}.\n\n<{IVANA}>:\n550 5.1.1 no such mailbox.")

    assert isinstance(event, MessageFailed)
    assert event.thread == event_of(arrived()).thread


def test_of_several_addresses_in_prose_the_one_whose_case_it_was_is_told_r34() -> None:
    first = event_of(arrived())
    text = f"Write to help@firma.example.\n<olga@home.example>, {IVANA}: 550 5.1.1 no such mailbox"

    assert bounced(text, key=f"{thread_hash(first.thread)}.1-1").thread == first.thread


def test_a_customer_who_quotes_an_error_has_not_failed_us() -> None:
    words = f"Dobio sam 550 5.1.1 na {email_mail.our_message_id(h.outgoing('email'), channel())}"

    assert isinstance(event_of(arrived(TextBody=words)), CustomerWrote)


# The words


@pytest.mark.parametrize(
    "history",
    [
        "On Fri, 20 Nov 2026 at 13:00, Lampy <help@lampy.example> wrote:\n> Dear",
        "W dniu 20.11.2026 o 13:00, Lampy pisze:\n> Szanowna",
        "pt., 20 lis 2026 o 13:00 Lampy <help@lampy.example> napisał(a):\n\n> Szanowna",
        "Dana 20. 11. 2026. u 13:00 Lampy <help@lampy.example> je napisao:\n> Poštovana",
        "20 ноября 2026 г., 13:00, Lampy <help@lampy.example> написал(а):\n> Уважаемая",
        "пт, 20 нояб. 2026 г. в 13:00, Lampy <help@lampy.example>:\n> Уважаемая",
        "On Fri, 20 Nov 2026 at 13:00, Lampy Support\n<help@lampy.example> wrote:\n> Dear",
        "-----Original Message-----\nFrom: Lampy\nHello",
        "----- Wiadomość oryginalna -----\nSzanowna",
        "Od: Lampy <help@lampy.example>\nWysłano: piątek\nDo: Ivana\n\nSzanowna",
        "From: Lampy\nSent: Friday\nTo: Ivana\nSubject: Lamp\n\nDear",
        "*From:* help@lampy.example\nTo: Ivana\n\nDear",
        "От: Lampy <help@lampy.example>\nДата: пятница\n\nУважаемая",
        "Šalje: Lampy <help@lampy.example>\nPoslano: petak\n\nPoštovana",
        "-- \nIvana\ntel. 1",
        "Sent from my iPhone",
        "Wysłane z iPhone'a",
        "Poslano s mog iPhonea",
        "Отправлено с iPhone",
    ],
)
def test_what_is_quoted_or_signed_below_is_left_away(history: str) -> None:
    assert email_text.own_words(f"Where is it?\n\n{history}") == "Where is it?"


def test_an_answer_below_what_is_quoted_stays() -> None:
    words = "On 20 Nov 2026, at 13:00, Lampy wrote:\n> When may we call?\n\nTomorrow, please."

    assert email_text.own_words(words) == "Tomorrow, please."


@pytest.mark.parametrize(
    "text",
    [
        "Wczoraj kurier napisał:\nnie ma mnie w domu",
        "He wrote: never mind\nSo what now?",
        "From: me\nTo: you, with love",
        "I travel.\nFrom: Warsaw\nDate: 1 May\nTo: Zagreb\nWhen does it arrive?",
        "Jadę.\nOd: Warszawy\nData: 1 maja\nIle to kosztuje?",
        "Hello\nFrom: anna@poczta.example I have heard nothing.\nWhy?",
        "---------- Forwarded message ---------\nFrom: Shop\nDate: today\nYour order",
        "> all of it\n> is quoted",
        "--\nonly a signature",
    ],
)
def test_what_may_be_the_customers_own_words_stays(text: str) -> None:
    assert email_text.own_words(text) == text


@given(text=st.text(max_size=300))
def test_nobodys_words_vanish_altogether(text: str) -> None:
    assert bool(email_text.own_words(text)) is bool(text.strip())


@given(html=st.text(st.sampled_from("<>/abp&;! -\"'=divblockquotescript"), max_size=300))
def test_no_html_breaks_the_reader(html: str) -> None:
    assert "<script" not in email_text.of_html(f"<script>{html}</script>") or "script" in html


@pytest.mark.parametrize(
    "part", ["<", "<!--", "<a ", "<![", "&#", "<div>", "<blockquote>", "</", "<script>", "<?"]
)
def test_endless_html_does_not_hold_up_the_webhook(part: str) -> None:
    began = time.monotonic()
    email_text.of_html(part * 200_000)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "part", ["> ", "On ", "wrote:\n", "\n", "-", "- ", "a" * 399 + "\n", "From: \n", "pisze "]
)
def test_endless_text_does_not_hold_up_the_webhook(part: str) -> None:
    began = time.monotonic()
    email_text.own_words((part * 20_000)[:20_000])

    assert time.monotonic() - began < 2


# Mailgun's form and signature


def mailgun(body: bytes, content_type: str = "application/x-www-form-urlencoded", **changes: Any) -> Inbound:
    request = Inbound(
        method="POST", headers={"content-type": content_type}, body=body, received_at=h.RECEIVED
    )
    return replace(request, **changes)


def signed(
    body: bytes = b"from=a%40b.example", secret: str = h.NEWEST, late: timedelta = timedelta()
) -> Inbound:
    return mailgun(body + double.mailgun_signature(secret, h.RECEIVED - late))


@pytest.mark.parametrize("secret", [h.NEWEST, h.OLDER])
def test_mailguns_signature_under_both_live_keys_is_accepted(secret: str) -> None:
    mail.verify(signed(secret=secret), channel())


def test_mailguns_signature_is_the_hmac_of_timestamp_and_token() -> None:
    # Made with: printf '1795176000%s' "$TOKEN" | openssl dgst -sha256 -hmac key-1
    signature = "483c186465fa983c8ca099e86b9393bcca1a5b3dd260db1d905b3604e8c7eb84"
    body = f"timestamp=1795176000&token=0123456789abcdef&signature={signature}".encode()

    mail.verify(mailgun(body), channel(secrets={"signing_key": ("key-1",)}))


@pytest.mark.parametrize(
    "live", [{}, {"signing_key": ()}, {"signing_key": ("",)}, {"webhook_password": ("x",)}]
)
def test_without_a_signing_key_no_form_is_accepted(live: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(BadSignature):
        mail.verify(signed(secret=""), channel(secrets=live))


def test_a_retired_signing_key_is_not_accepted() -> None:
    with pytest.raises(BadSignature):
        mail.verify(signed(secret=h.RETIRED), channel())


def test_a_webhook_that_mailgun_repeats_after_eight_hours_is_accepted() -> None:
    mail.verify(signed(late=timedelta(hours=8)), channel())


@pytest.mark.parametrize("late", [timedelta(hours=10), -timedelta(minutes=10)])
def test_an_old_or_a_future_signature_is_not_accepted(late: timedelta) -> None:
    with pytest.raises(BadSignature):
        mail.verify(signed(late=late), channel())


@given(
    timestamp=st.one_of(st.text(max_size=12), st.sampled_from(["1795176000", "²", "-1", "9" * 400, ""])),
    token=st.text(max_size=10),
    signature=st.text(max_size=70),
)
def test_no_forged_signature_is_anything_but_bad(timestamp: str, token: str, signature: str) -> None:
    body = {"signature": {"timestamp": timestamp, "token": token, "signature": signature}, "event-data": {}}

    with pytest.raises(BadSignature):
        mail.verify(mailgun(json.dumps(body).encode(), "application/json"), channel())


@pytest.mark.parametrize("login", ["Bearer x", "x", "Digest basic", ""])
def test_a_signature_counts_once_whatever_else_is_sent_along(login: str) -> None:
    one = signed()
    inbound = replace(one, headers={**one.headers, "authorization": login})
    mail.verify(inbound, channel())

    assert mail.parse(inbound, channel()).once == ("t0ken" * 10,)


def test_a_login_proves_a_form_without_its_signature_and_uses_up_no_token() -> None:
    one = signed(secret=h.RETIRED)
    login = double.prove({"content-type": "application/json"}, b"", h.NEWEST, h.URL, h.RECEIVED)[0]
    inbound = replace(one, headers={**one.headers, "authorization": login["authorization"]})
    mail.verify(inbound, channel())

    assert mail.parse(inbound, channel()).once == ()


def test_the_token_that_is_proven_is_the_one_that_is_used_up() -> None:
    one = signed(b"from=a%40b.example&TOKEN=other&Token=another")

    assert mail.parse(one, channel()).once == ("t0ken" * 10,)


class Unread(bytes):
    """A body that nobody may look into."""

    def split(self, *_args: Any) -> Any:
        raise AssertionError("it was read")

    def decode(self, *_args: Any, **_how: Any) -> Any:
        raise AssertionError("it was read")


def test_without_a_secret_for_it_a_body_is_not_even_read() -> None:
    with pytest.raises(BadSignature):
        mail.verify(mailgun(Unread(b"a=1")), channel(secrets={"webhook_password": ("x",)}))


def test_json_that_nobody_vouches_for_is_not_read_where_it_is_large() -> None:
    fields = parse_qs(double.mailgun_signature(h.NEWEST, h.RECEIVED).decode())
    signature = {name: values[0] for name, values in fields.items()}
    small, large = (
        json.dumps({"signature": signature, "x": "x" * size}).encode() for size in (1_000, 1_100_000)
    )
    mail.verify(mailgun(small, "application/json"), channel())

    with pytest.raises(BadSignature):
        mail.verify(mailgun(large, "application/json"), channel())


def test_a_signature_in_a_form_with_files_is_read() -> None:
    signature = parse_qs(double.mailgun_signature(h.NEWEST, h.RECEIVED).decode())
    parts = [(f'name="{name}"', values[0]) for name, values in signature.items()]
    body = multipart(('name="body-plain"', "Dobar dan"), *parts)

    mail.verify(mailgun(body, f"multipart/form-data; boundary={BOUNDARY}"), channel())


BOUNDARY = "----x7"


def multipart(*parts: tuple[str, str]) -> bytes:
    whole = "".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n" for head, body in parts
    )
    return f"{whole}--{BOUNDARY}--\r\n".encode()


PLAIN = (
    ('name="from"', "Jan <jan@poczta.example>"),
    ('name="subject"', "Klosz"),
    ('name="body-plain"', "Pękł.\r\n\r\nCo teraz?"),
    ('name="Message-Id"', "<m1@poczta.example>"),
)
FORM = f'multipart/form-data; boundary="{BOUNDARY}"'


def test_a_mail_with_files_in_a_form_is_read_and_the_files_only_named() -> None:
    file = ('name="attachment-1"; filename="a.jpg"\r\nContent-Type: image/jpeg', "\u0000JFIF")
    (event,) = mail.parse(mailgun(multipart(*PLAIN, file), FORM), channel()).events

    assert isinstance(event, CustomerWrote)
    assert (event.text, event.attachments) == ("Klosz\n\nPękł.\n\nCo teraz?", ("image",))


def test_a_failure_report_in_a_form_is_read() -> None:
    ours = email_mail.our_message_id(h.outgoing("email"), channel())
    kind = 'name="attachment-{}"; filename="x"\r\nContent-Type: message/{}'
    parts = (
        ('name="from"', "mailer-daemon@posta.example"),
        ('name="Content-Type"', "multipart/report; report-type=delivery-status"),
        ('name="body-plain"', "Sorry"),
        (
            kind.format(1, "delivery-status"),
            "Final-Recipient: rfc822; ivana@posta.example\r\nStatus: 5.2.2\r\n",
        ),
        (kind.format(2, "rfc822"), f"Message-ID: {ours}\r\n\r\nx"),
    )
    (event,) = mail.parse(mailgun(multipart(*parts), FORM), channel()).events

    assert h.told(event)["nonce"] == "c4se0000000000aa.1-1"


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 200])
def test_a_form_without_a_usable_boundary_is_refused(boundary: str) -> None:
    with pytest.raises(BadPayload):
        mail.parse(mailgun(multipart(*PLAIN), f"multipart/form-data{boundary}"), channel())


@pytest.mark.parametrize("body", [b"a=1&" * 600, multipart(*[('name="x"', "1")] * 600)])
def test_a_form_of_endless_parts_is_refused(body: bytes) -> None:
    kind = FORM if body.startswith(b"--") else "application/x-www-form-urlencoded"

    with pytest.raises(BadPayload):
        mail.parse(mailgun(body, kind), channel())


@settings(max_examples=200)
@given(
    body=st.binary(max_size=300),
    parts=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=4),
)
def test_no_form_is_anything_but_read_or_refused(body: bytes, parts: list[tuple[str, str]]) -> None:
    for raw in (body, multipart(*PLAIN[:1]) + body, multipart(*PLAIN, *parts).replace(b"\xed", b"")):
        assert mail.parse(mailgun(raw, FORM), channel()) is not None


@pytest.mark.parametrize("field", ["message-headers", "attachments", "content-id-map"])
@pytest.mark.parametrize(
    "value",
    ["[", "[[]]", '[["a"]]', "{}", "[1]", '[["From", 1]]', "[" * 100_000, '{"a": []}', '[{"url": []}]'],
)
def test_broken_json_inside_a_form_loses_no_mail(field: str, value: str) -> None:
    one = h.fixture("email", "customer_by_mailgun")

    assert len(h.parsed(replace(one, body={**one.body, field: value})).events) == 1


# What goes out


def posted(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(mail.compose(h.outgoing("email", **changes), channel()).body)
    return body


def headers_of(body: Mapping[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in body["Headers"]}


def mailed(**changes: Any) -> tuple[HttpRequest, Any]:
    request = mail.compose(h.outgoing("email", **changes), channel(**SERVER))
    return request, BytesParser(policy=email.policy.default).parsebytes(request.body)


def test_a_reply_names_what_it_answers_and_what_was_before() -> None:
    headers = headers_of(
        posted(address={**double.ADDRESSES[Lane.MESSAGE], "references": "<q0@x> <q1@posta.example>"})
    )

    assert headers["In-Reply-To"] == "<q1@posta.example>"
    assert headers["References"] == "<q0@x> <q1@posta.example>"


def test_an_automatic_reply_says_so_and_asks_machines_for_silence_r20_r32() -> None:
    headers = headers_of(posted(human=False))

    assert (headers["Auto-Submitted"], headers["X-Auto-Response-Suppress"]) == ("auto-replied", "All")


def test_what_a_person_wrote_is_not_called_automatic() -> None:
    assert "Auto-Submitted" not in headers_of(posted(human=True))


def test_a_reply_has_the_same_message_id_in_every_attempt_and_on_every_way() -> None:
    _, message = mailed(claimed_at=h.RECEIVED + timedelta(hours=1))
    fields = parse_qs(mail.compose(h.outgoing("email"), channel(**MAILGUN)).body.decode())

    assert headers_of(posted())["Message-ID"] == message["Message-ID"] == fields["h:Message-ID"][0]


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Upit", "Re: Upit"),
        ("RE: Odp: Upit", "Re: Upit"),
        ("Re[2]: Upit", "Re: Upit"),
        ("", "Re:"),
        ("Ответ: a", "Re: a"),
    ],
)
def test_a_subject_has_one_re_in_front(subject: str, reply: str) -> None:
    assert posted(address={"to": IVANA, "subject": subject})["Subject"] == reply


EVIL = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["a\r\nBcc: x@evil.example", "a\nBcc: x", "a\rb", "a\u2028b", "a\u0085Bcc: x", "\0", "a\r\n\r\nb"]
    ),
)


@settings(max_examples=200)
@given(subject=EVIL, answered=EVIL, before=EVIL)
def test_no_header_breaks_out_of_the_customers_words(subject: str, answered: str, before: str) -> None:
    address = {"to": IVANA, "subject": subject, "in_reply_to": answered, "references": before}
    _, message = mailed(address=address)
    allowed = {"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"}
    allowed |= {"X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}

    assert set(message.keys()) <= allowed
    assert message.get_content().strip() == h.outgoing("email").text


def test_quotes_in_the_name_of_the_business_end_nothing() -> None:
    named = {"options": {**OPTIONS, "from": '"Lampy \\"Sun\\" \\\\ Co" <help@lampy.example>'}}
    body = json.loads(mail.compose(h.outgoing("email"), channel(**named)).body)

    assert body["From"] == '"Lampy Sun  Co" <help@lampy.example>'


@given(name=EVIL)
def test_no_header_breaks_out_of_the_name_of_the_business(name: str) -> None:
    here = channel(options={**SERVER["options"], "from": f'"{name}" <{US}>'})
    try:
        request = mail.compose(h.outgoing("email"), here)
    except ValueError:
        return

    assert b"\nbcc" not in request.body.lower()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b.example, c@d.example",
        "no-reply@x.example",
        "žarko@posta.example",
        "a@b\r\nBcc: c@d.example",
    ],
)
def test_what_is_no_address_of_one_person_is_not_written_to(to: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        posted(address={"to": to})


def test_long_ids_go_to_the_mail_server_as_they_are() -> None:
    # Encoded as words they would not be recognised by anybody.
    long = f"<{'a' * 200}@posta.example>"
    request, _ = mailed(address={"to": IVANA, "in_reply_to": long, "references": long})

    assert f"In-Reply-To: {long}\r\n".encode() in request.body


@pytest.mark.parametrize("text", ["Dzień dobry", "Здравствуйте\n.\nвсё", "a" * 5000, "From x\n.."])
def test_the_words_reach_the_mail_server_whole_and_in_seven_bits(text: str) -> None:
    request, message = mailed(text=text)

    assert request.body.isascii()
    assert message.get_content().splitlines() == text.splitlines()


def test_a_mail_for_a_server_tells_who_and_where_and_keeps_the_password_out_of_the_mail() -> None:
    secrets = {"smtp_password": ("pa:ss",)}
    request = mail.compose(h.outgoing("email"), channel(**SERVER, secrets=secrets))

    assert (request.method, request.headers["from"], request.headers["to"]) == ("SEND", US, IVANA)
    assert request.headers["authorization"] == "Basic aGVscEBsYW1weS5leGFtcGxlOnBhOnNz"


@pytest.mark.parametrize("address", ["", "mail.lampy.example", "http://mail.lampy.example"])
def test_a_mail_server_without_encryption_is_not_written_to(address: str) -> None:
    here = channel(options={"via": "smtp", "smtp_server": address})

    with pytest.raises(ValueError, match="smtps"):
        mail.compose(h.outgoing("email"), here)


def test_mailgun_is_written_to_at_its_domain_and_region() -> None:
    here = channel(
        options={**MAILGUN["options"], "domain": "mg.lampy.example"}, api_base="https://api.eu.mailgun.net"
    )

    assert (
        mail.compose(h.outgoing("email"), here).url
        == "https://api.eu.mailgun.net/v3/mg.lampy.example/messages"
    )


def test_answers_come_back_to_the_account_wherever_a_reply_comes_from() -> None:
    here = channel(options={"from": "Lampy <maja@lampy.example>"})

    assert json.loads(mail.compose(h.outgoing("email"), here).body)["ReplyTo"] == US


def test_there_is_no_window_r25() -> None:
    assert mail.allowance(WORDS, {}, channel()).automatic is None


# What the answer means


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (422, 406, Outcome.REFUSED),
        (422, 300, Outcome.REFUSED),
        (422, 405, Outcome.CHANNEL_PAUSED),
        (422, 412, Outcome.CHANNEL_PAUSED),
        (422, 400, Outcome.CHANNEL_PAUSED),
        (403, 0, Outcome.CHANNEL_PAUSED),
        (404, 0, Outcome.CHANNEL_PAUSED),
        (413, 0, Outcome.REFUSED),
        (503, 100, Outcome.RETRY),
        (500, 0, Outcome.AMBIGUOUS),
        (502, 0, Outcome.AMBIGUOUS),
    ],
)
def test_a_refusal_is_of_the_message_or_of_the_account(status: int, code: int, outcome: Outcome) -> None:
    answer = h.answered(status, {"ErrorCode": code, "Message": "whatever it says"})

    assert mail.read_reply(answer, h.outgoing("email")).outcome is outcome


def test_mailguns_answer_is_a_success() -> None:
    answer = h.answered(200, {"id": "<hb.x@lampy.example>", "message": "Queued. Thank you."})

    assert mail.read_reply(answer, h.outgoing("email")).message_id == "<hb.x@lampy.example>"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (200, "250", Outcome.SENT),
        (503, "450", Outcome.RETRY),
        (401, "535", Outcome.CHANNEL_PAUSED),
        (400, "550", Outcome.REFUSED),
    ],
)
def test_a_mail_servers_answer_is_told_by_its_code(status: int, code: str, outcome: Outcome) -> None:
    result = mail.read_reply(HttpResponse(status=status, headers={"x-smtp-code": code}), h.outgoing("email"))

    assert result.outcome is outcome
    assert outcome is Outcome.SENT or result.reason == f"smtp.{code}"


def test_postmark_is_asked_by_the_deliverys_key() -> None:
    ask = mail.reconcile(h.outgoing("email"), channel()).ask

    assert ask and ask.url.endswith("metadata_hearback-key=c4se0000000000aa.1-1")


def test_mailgun_is_asked_by_our_message_id() -> None:
    ask = mail.reconcile(h.outgoing("email", thread=WORDS), channel(**MAILGUN)).ask

    assert ask and "message-id=hb.c4se0000000000aa.1-1.0123456789abcdef0123%40lampy.example" in ask.url


def test_a_mail_server_cannot_be_asked() -> None:
    plan = mail.reconcile(h.outgoing("email"), channel(**SERVER))

    assert (plan.resend, plan.ask) == (False, None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"TotalCount": 1, "Messages": [{"MessageID": "m_1"}]}, Outcome.SENT),
        ({"TotalCount": 0, "Messages": []}, Outcome.UNCERTAIN),
        ({"items": [{"event": "accepted"}]}, Outcome.SENT),
        ({"items": [{"event": "rejected"}]}, Outcome.UNCERTAIN),
        ({"items": []}, Outcome.UNCERTAIN),
    ],
)
def test_only_what_the_provider_knows_was_sent(answer: Any, outcome: Outcome) -> None:
    assert mail.read_reconciliation(h.answered(200, answer), h.outgoing("email")).outcome is outcome


def test_a_failure_names_the_thread_it_was_sent_in_r34() -> None:
    assert event_of(arrived("failure_at_postmark")).thread == event_of(arrived()).thread


# Registering and checking

URL = "https://hearback.example/webhooks/shop"
PASSWORD = {
    "webhook_password": (h.NEWEST,),
    "api_token": ("t",),
    "signing_key": ("k",),
    "smtp_password": ("p",),
}
SERVER_OK = {"InboundHookUrl": URL, "InboundAddress": "5f2c@inbound.postmarkapp.com"}
LOGIN = {"Username": "hearback", "Password": h.NEWEST}
HOOK = {"ID": 7, "Url": URL, "HttpAuth": LOGIN, "Triggers": {"Bounce": {"Enabled": True}}}
HOOKS = {"Webhooks": [HOOK]}
ROUTES = {"total_count": 1, "items": [{"actions": [f'store(notify="{URL}")']}]}
FAILING = {"webhooks": {"permanent_fail": {"urls": [URL]}}}
RECORDS = [{"valid": "valid"}]
DOMAIN = {"domain": {"state": "active"}, "sending_dns_records": RECORDS, "receiving_dns_records": RECORDS}
REFUSED = h.answered(401, {"ErrorCode": 10})


def test_postmark_in_order_has_no_fault_and_tells_where_to_forward() -> None:
    _, report = h.led(mail.check(channel(secrets=PASSWORD), URL), SERVER_OK, HOOKS)

    assert h.faults(report) == []
    assert any("5f2c@inbound.postmarkapp.com" in one.what for one in report.findings)


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ((REFUSED,), "api_token"),
        (({**SERVER_OK, "InboundHookUrl": "https://other.example"}, HOOKS), "mails are not delivered"),
        (
            ({**SERVER_OK, "InboundHookUrl": URL.replace("//", "//hearback:old@")}, HOOKS),
            "mails are not delivered",
        ),
        ((SERVER_OK, {"Webhooks": []}), "failed deliveries"),
        (
            (SERVER_OK, {"Webhooks": [{**HOOK, "Triggers": {"Bounce": {"Enabled": False}}}]}),
            "failed deliveries",
        ),
        (
            (SERVER_OK, {"Webhooks": [{**HOOK, "HttpAuth": {**LOGIN, "Password": h.RETIRED}}]}),
            "failed deliveries",
        ),
        (
            (SERVER_OK, {"Webhooks": [{**HOOK, "HttpAuth": {**LOGIN, "Username": "other"}}]}),
            "failed deliveries",
        ),
        ((SERVER_OK, {"Webhooks": [{**HOOK, "HttpAuth": None}]}), "failed deliveries"),
    ],
)
def test_postmark_out_of_order_is_told(answers: tuple[Any, ...], fault: str) -> None:
    _, report = h.led(mail.check(channel(secrets=PASSWORD), URL), *answers)

    assert len(h.faults(report)) == 1 and fault in h.faults(report)[0]


def test_postmark_is_given_the_address_with_the_password_and_the_bounces() -> None:
    answers: Any = ({}, {}, {"Webhooks": []}, {}, SERVER_OK, HOOKS)
    asked, report = h.led(mail.register(channel(secrets=PASSWORD), URL), *answers)
    _, put, _, post, *_ = asked

    assert json.loads(put.request.body)["InboundHookUrl"].startswith("https://hearback:whsec_")
    assert json.loads(post.request.body)["Url"] == URL and h.faults(report) == []


def test_registering_twice_makes_no_second_bounce_webhook() -> None:
    asked, _ = h.led(mail.register(channel(secrets=PASSWORD), URL), {}, {}, HOOKS, {}, SERVER_OK, HOOKS)

    assert [one.request.method for one in asked] == ["GET", "PUT", "GET", "PUT", "GET", "GET"]


def test_registering_with_a_new_password_tells_the_bounce_webhook_too() -> None:
    old = {"Webhooks": [{**HOOK, "HttpAuth": {**LOGIN, "Password": h.OLDER}}]}
    secrets = {**PASSWORD, "webhook_password": (h.NEWEST, h.OLDER)}
    steps = mail.register(channel(secrets=secrets), URL)
    asked, report = h.led(steps, {}, {}, old, {}, SERVER_OK, HOOKS)
    changed = asked[3].request

    assert (changed.method, changed.url.partition(".com")[2]) == ("PUT", "/webhooks/7")
    assert json.loads(changed.body)["HttpAuth"] == LOGIN and h.faults(report) == []


@pytest.mark.parametrize("password", [h.OLDER, "********"])
def test_bounces_with_a_password_that_still_lives_or_is_not_shown_are_in_order(password: str) -> None:
    hooks = {"Webhooks": [{**HOOK, "HttpAuth": {**LOGIN, "Password": password}}]}
    secrets = {**PASSWORD, "webhook_password": (h.NEWEST, h.OLDER)}
    _, report = h.led(mail.check(channel(secrets=secrets), URL), SERVER_OK, hooks)

    assert h.faults(report) == []


def test_mailgun_in_order_has_no_fault() -> None:
    _, report = h.led(mail.check(channel(**MAILGUN, secrets=PASSWORD), URL), ROUTES, FAILING, DOMAIN)

    assert h.faults(report) == []


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ((REFUSED,), "api_token"),
        (({"items": []}, FAILING, DOMAIN), "mails are not delivered"),
        ((ROUTES, {"webhooks": {}}, DOMAIN), "failed deliveries"),
        ((ROUTES, FAILING, REFUSED), "does not know the domain"),
        ((ROUTES, FAILING, {**DOMAIN, "domain": {"state": "unverified"}}), "active"),
        ((ROUTES, FAILING, {**DOMAIN, "sending_dns_records": [{"valid": "unknown"}]}), "SPF or DKIM"),
    ],
)
def test_mailgun_out_of_order_is_told(answers: tuple[Any, ...], fault: str) -> None:
    _, report = h.led(mail.check(channel(**MAILGUN, secrets=PASSWORD), URL), *answers)

    assert len(h.faults(report)) == 1 and fault in h.faults(report)[0]


def test_mailgun_is_given_a_route_that_keeps_attachments_there() -> None:
    answers: Any = ({"items": []}, {}, {"webhooks": {}}, {}, ROUTES, FAILING, DOMAIN)
    asked, report = h.led(mail.register(channel(**MAILGUN, secrets=PASSWORD), URL), *answers)
    route = parse_qs(asked[1].request.body.decode())

    assert route["action"] == [f'store(notify="{URL}")'] and h.faults(report) == []
    assert route["expression"] == ['match_recipient("help@lampy\\.example")']


def test_the_mail_servers_login_is_tried_without_a_mail() -> None:
    asked, report = h.led(mail.check(channel(**SERVER, secrets=PASSWORD), URL), SERVER_OK, HOOKS, {})

    assert (asked[2].request.method, asked[2].request.url) == ("GET", "smtps://mail.lampy.example:465")
    assert h.faults(report) == []


def test_a_login_that_the_mail_server_refuses_is_told() -> None:
    _, report = h.led(mail.check(channel(**SERVER, secrets=PASSWORD), URL), SERVER_OK, HOOKS, h.answered(401))

    assert h.faults(report) == ["the mail server refuses the login"]


@pytest.mark.parametrize(
    ("lacking", "answers"), [("webhook_password", (SERVER_OK, HOOKS)), ("api_token", ())]
)
def test_a_missing_secret_is_told(lacking: str, answers: tuple[Any, ...]) -> None:
    secrets = {name: values for name, values in PASSWORD.items() if name != lacking}
    _, report = h.led(mail.check(channel(secrets=secrets), URL), *answers)

    assert f"{lacking} is not set" in h.faults(report)
