"""Others judge our reading and our writing of mail: django-anymail, and the standard library's own parser."""

# mypy: disable-error-code="import-untyped"

import json
import re
from email import message_from_bytes, policy
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest as DjangoRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events import CustomerWrote
from chalicelib.platforms import email as mail
from tests.platforms import harness as h
from tests.platforms.doubles import email as double

if not settings.configured:
    secrets = {"WEBHOOK_SECRET": f"hearback:{h.NEWEST}", "MAILGUN_WEBHOOK_SIGNING_KEY": h.NEWEST}
    settings.configure(ANYMAIL=secrets, SECRET_KEY="x")
    django.setup()

from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView

CUSTOMERS = [one for one in h.fixtures("email") if one.name.startswith("customer") and "form" not in one.name]
# It neither unwraps what a group has renamed nor reads what Mailgun has stored.
FIRST_MAILS = [one for one in CUSTOMERS if "group" not in one.name and "stored" not in one.name]
FORM = "application/x-www-form-urlencoded"


def to_the_judge(one: h.Fixture, secret: str = h.NEWEST) -> tuple[Any, DjangoRequest]:
    """Return the judge's view for a fixture's provider, and the request as it would get it."""
    sent = h.proven(one, secret=secret)
    of_mailgun = one.encoding == "form"
    view = MailgunInboundWebhookView(webhook_secret="") if of_mailgun else PostmarkInboundWebhookView()
    kind = FORM if of_mailgun else "application/json"
    login = {"HTTP_AUTHORIZATION": sent.headers.get("authorization", "")}
    return view, RequestFactory().post("/", data=sent.body, content_type=kind, **login)


def as_judged(one: h.Fixture) -> Any:
    view, request = to_the_judge(one)
    (event,) = view.parse_events(request)
    return event.message


@pytest.mark.parametrize("one", FIRST_MAILS, ids=str)
def test_the_judge_reads_the_same_sender(one: h.Fixture) -> None:
    (event,) = h.parsed(one).events

    assert isinstance(event, CustomerWrote)
    assert as_judged(one).from_email.addr_spec.lower() == event.customer.id


@pytest.mark.parametrize("one", FIRST_MAILS, ids=str)
def test_the_judge_reads_every_word_that_we_read(one: h.Fixture) -> None:
    (event,) = h.parsed(one).events
    judged = as_judged(one)
    page = re.sub("<[^>]+>", "", judged.html or "").replace("&amp;", "&")
    whole = "".join(f"{judged.subject} {judged.text} {page}".split())

    assert isinstance(event, CustomerWrote)
    assert all(word in whole for word in event.text.split())


BOTH = pytest.mark.parametrize("name", ["customer_by_mailgun", "customer_first_mail"])


@BOTH
def test_the_judge_accepts_the_proof_that_we_accept(name: str) -> None:
    view, request = to_the_judge(h.fixture("email", name))

    view.run_validators(request)


@BOTH
def test_the_judge_refuses_the_proof_that_we_refuse(name: str) -> None:
    view, request = to_the_judge(h.fixture("email", name), secret=h.RETIRED)

    with pytest.raises(SuspiciousOperation):
        view.run_validators(request)


SERVER = {**double.ACCOUNT["options"], "via": "smtp", "smtp_server": "smtps://mail.lampy.example"}


@given(
    subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200),
)
def test_the_standard_library_finds_no_fault_with_what_goes_out(subject: str, text: str) -> None:
    out = h.outgoing("email", text=text, address={"to": "ivana@posta.example", "subject": subject})
    sent = mail.compose(out, h.channel("email", options=SERVER))
    read = message_from_bytes(sent.body, policy=policy.default)

    assert read.defects == [] and all(not value.defects for value in read.values())
    assert read.get_content().rstrip("\r\n") == text.rstrip("\r\n")


@given(subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_every_way_out_carries_the_same_subject(subject: str) -> None:
    out = h.outgoing("email", address={"to": "ivana@posta.example", "subject": subject})
    by_server = mail.compose(out, h.channel("email", options=SERVER))
    posted = json.loads(mail.compose(out, h.channel("email")).body)
    read = message_from_bytes(by_server.body, policy=policy.default)

    assert str(read["Subject"]).split() == posted["Subject"].split()
