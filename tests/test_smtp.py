"""A mail handed to real servers on this machine: what they take, refuse, put off, and leave half done."""

import asyncio
import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from chalicelib import http, smtp
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.platforms.contract import HttpRequest, HttpResponse

HOST = "127.0.0.1"
LOGIN = {"authorization": "Basic " + base64.b64encode(b"help@lampy.example:right").decode()}
WRONG = {"authorization": "Basic " + base64.b64encode(b"help@lampy.example:wrong").decode()}
MAIL = b"Subject: Hello\r\n\r\nFirst line\n.\n..two dots\rlast"


class Mailbox:
    """What a server does: each step may be answered with something else than yes."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "cut" in self.answers:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        self.taken.append(envelope)
        return self.answers.get("data", "250 OK queued")


def authenticator(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


@contextmanager
def serving(mailbox: Mailbox, context: ssl.SSLContext, scheme: str = "smtp") -> Iterator[str]:
    encrypted: dict[str, Any] = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    controller = Controller(
        mailbox,
        hostname=HOST,
        port=free_port(),
        authenticator=authenticator,
        auth_require_tls=scheme == "smtp",
        **encrypted,
    )
    controller.start()
    try:
        yield f"{scheme}://{HOST}:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


def mail(url: str, **changes: Any) -> HttpRequest:
    headers = {"from": "help@lampy.example", "to": "ivana@posta.example", **changes.pop("headers", {})}
    return HttpRequest(method=changes.pop("method", "SEND"), url=url, headers=headers, body=MAIL)


def code(answer: HttpResponse) -> tuple[int, str]:
    return answer.status, answer.headers["x-smtp-code"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_is_taken_over_both_ways_of_encryption(
    scheme: str, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    mailbox = Mailbox()
    with serving(mailbox, certified, scheme) as url:
        answer = smtp.send(mail(url, headers=LOGIN), context=trusting)

    assert code(answer) == (200, "250")
    assert [(one.mail_from, one.rcpt_tos) for one in mailbox.taken] == [
        ("help@lampy.example", ["ivana@posta.example"])
    ]


def test_lines_and_dots_arrive_as_they_were(trusting: ssl.SSLContext, certified: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with serving(mailbox, certified) as url:
        smtp.send(mail(url), context=trusting)

    assert mailbox.taken[0].content == b"Subject: Hello\r\n\r\nFirst line\r\n.\r\n..two dots\r\nlast\r\n"


@pytest.mark.parametrize(
    ("step", "said", "status"),
    [
        ("rcpt", "450 4.2.0 Greylisted, come back in a minute", 503),
        ("rcpt", "421 4.7.0 Too many connections", 503),
        ("rcpt", "451 4.7.1 Try again later", 503),
        ("rcpt", "550 5.1.1 No such user", 400),
        ("mail", "530 5.7.0 Authentication required", 401),
        ("mail", "553 5.7.1 Not your address", 400),
        ("data", "452 4.3.1 No room", 503),
        ("data", "554 5.7.1 Spam", 400),
    ],
)
def test_every_refusal_has_its_status(
    step: str, said: str, status: int, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    with serving(Mailbox(**{step: said}), certified) as url:
        answer = smtp.send(mail(url), context=trusting)

    assert code(answer) == (status, said[:3])


def test_a_server_that_puts_off_a_stranger_takes_the_mail_the_second_time(
    trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    mailbox = Mailbox(rcpt="450 4.2.0 Greylisted")
    with serving(mailbox, certified) as url:
        first = smtp.send(mail(url), context=trusting)
        mailbox.answers.clear()
        second = smtp.send(mail(url), context=trusting)

    assert (first.status, second.status, len(mailbox.taken)) == (503, 200, 1)


def test_a_wrong_password_is_told_and_nothing_is_sent(
    trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    mailbox = Mailbox()
    with serving(mailbox, certified) as url:
        answer = smtp.send(mail(url, headers=WRONG), context=trusting)

    assert code(answer) == (401, "535")
    assert mailbox.taken == []


def test_a_login_can_be_tried_without_a_mail(trusting: ssl.SSLContext, certified: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with serving(mailbox, certified) as url:
        right, wrong = (
            smtp.send(mail(url, method="GET", headers=login), context=trusting) for login in (LOGIN, WRONG)
        )

    assert (right.status, wrong.status, mailbox.taken) == (200, 401, [])


def test_a_connection_cut_after_the_mail_has_left_is_ambiguous(
    trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    with serving(Mailbox(cut="yes"), certified) as url, pytest.raises(SendAmbiguous):
        smtp.send(mail(url), context=trusting)


def test_a_server_that_cannot_be_reached_got_nothing(trusting: ssl.SSLContext) -> None:
    with pytest.raises(NotSent):
        smtp.send(mail(f"smtps://{HOST}:{free_port()}"), context=trusting)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    scheme: str, certified: ssl.SSLContext
) -> None:
    mailbox = Mailbox()
    with serving(mailbox, certified, scheme) as url, pytest.raises(NotSent, match="SSL"):
        smtp.send(mail(url, headers=LOGIN))

    assert mailbox.taken == []


def test_a_certificate_of_another_name_is_none(trusting: ssl.SSLContext, certified: ssl.SSLContext) -> None:
    with serving(Mailbox(), certified) as url, pytest.raises(NotSent, match="SSL"):
        smtp.send(mail(url.replace(HOST, "localhost")), context=trusting)


class Script:
    """A server that says what it is told to say, line by line, then what comes last, or nothing."""

    def __init__(self, *lines: bytes, silent: bool = False) -> None:
        self.lines = lines
        self.silent = silent
        self.heard: list[bytes] = []
        self._done = threading.Event()

    @contextmanager
    def serving(self, context: ssl.SSLContext | None = None) -> Iterator[str]:
        with socket.create_server((HOST, 0)) as listening:
            thread = threading.Thread(target=self._serve, args=(listening, context))
            thread.start()
            yield f"{'smtps' if context else 'smtp'}://{HOST}:{listening.getsockname()[1]}"
            self._done.set()
            thread.join()

    def _serve(self, listening: socket.socket, context: ssl.SSLContext | None) -> None:
        plain, _ = listening.accept()
        line = context.wrap_socket(plain, server_side=True) if context else plain
        with line:
            for said in self.lines:
                line.sendall(said)
                self.heard.append(line.recv(10_000))
            if self.silent:
                self._done.wait(5)


HELLO = (b"220 ready\r\n", b"250-here\r\n250 8BITMIME\r\n")


def test_a_server_that_does_not_encrypt_gets_nothing(trusting: ssl.SSLContext) -> None:
    server = Script(*HELLO)
    with server.serving() as url, pytest.raises(NotSent, match="SMTPNotSupportedError"):
        smtp.send(mail(url, headers=LOGIN), context=trusting)

    assert b"AUTH" not in b"".join(server.heard)


def test_a_server_that_is_too_busy_to_say_hello_is_tried_again(trusting: ssl.SSLContext) -> None:
    with Script(b"421 busy\r\n").serving() as url:
        answer = smtp.send(mail(url), context=trusting)

    assert code(answer) == (503, "421")


@pytest.mark.parametrize("steps", range(5))
def test_a_connection_cut_before_the_mail_has_left_sent_nothing(
    steps: int, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    lines = (*HELLO, b"250 sender\r\n", b"250 recipient\r\n")[:steps]
    with Script(*lines).serving(certified) as url, pytest.raises(NotSent):
        smtp.send(mail(url), context=trusting)


def test_a_connection_cut_while_the_mail_is_leaving_is_ambiguous(
    trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    lines = (*HELLO, b"250 sender\r\n", b"250 recipient\r\n", b"354 go ahead\r\n")
    with Script(*lines).serving(certified) as url, pytest.raises(SendAmbiguous):
        smtp.send(mail(url), context=trusting)


def test_a_server_that_falls_silent_after_the_mail_is_ambiguous(
    trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    lines = (*HELLO, b"250 sender\r\n", b"250 recipient\r\n", b"354 go ahead\r\n")
    with Script(*lines, silent=True).serving(certified) as url, pytest.raises(SendAmbiguous):
        smtp.send(mail(url), seconds=0.3, context=trusting)


class Slow(Mailbox):
    """A server that takes its time over every step."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(0.3)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(0.3)
        return await super().handle_MAIL(server, session, envelope, address, options)


def test_all_steps_together_have_one_deadline(trusting: ssl.SSLContext, certified: ssl.SSLContext) -> None:
    # Each step is fast enough; a claim must not be lost while a mail is still being handed over.
    with serving(Slow(), certified) as url, pytest.raises(NotSent):
        smtp.send(mail(url), seconds=0.5, context=trusting)


@pytest.mark.parametrize("said", [b"250 fine\r\n", b"999 what\r\n", b"100 hm\r\n"])
def test_an_answer_to_data_that_makes_no_sense_is_no_yes(
    said: bytes, trusting: ssl.SSLContext, certified: ssl.SSLContext
) -> None:
    lines = (*HELLO, b"250 sender\r\n", b"250 recipient\r\n", said)
    with Script(*lines).serving(certified) as url:
        answer = smtp.send(mail(url), context=trusting)

    assert answer.status == 503


@pytest.mark.parametrize("url", ["smtp://", "smtps://:0", "smtps://[", "smtp://nowhere.invalid:25"])
def test_an_address_that_is_none_sent_nothing(url: str) -> None:
    with pytest.raises(NotSent):
        smtp.send(mail(url))


def test_http_hands_mails_over() -> None:
    with pytest.raises(NotSent):
        http.send(mail(f"smtp://{HOST}:{free_port()}"))
