"""The only speaker of SMTP: hands a mail to a server, and says in the words of HTTP what it answered.

`SEND` to smtps://HOST:465 or smtp://HOST:587 delivers the body; `GET` only logs in. The headers hold
`authorization` (Basic), `from` and `to`. Facts: RFC 5321 section 4.2 (answers), RFC 3207 (STARTTLS),
RFC 4954 (login), RFC 6647 (greylisting).
"""

import base64
import binascii
import re
import smtplib
import ssl
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.platforms.contract import HttpRequest, HttpResponse

SECONDS = 15

_PORTS = {"smtp": 587, "smtps": 465}
_DONE, _WILL_FORWARD, _GO_AHEAD, _LEAVING, _WRONG_LOGIN = 250, 251, 354, 421, 535
_LOGIN_WANTED = frozenset({530, 534, _WRONG_LOGIN, 538})
_TAKEN, _NOT_NOW, _NEVER = range(200, 300), range(400, 500), range(500, 600)
_NOT_ON_ITS_OWN_LINE = re.compile(rb"\r\n|\r|\n")
_DOT_AT_THE_START = re.compile(rb"(?m)^\.")


class _Refused(Exception):
    """The server answered a step with a code that ends it."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


class _Hurried(smtplib.SMTP):
    """A connection whose answers are waited for until a moment, not so long each."""

    def __init__(self, until: float, host: str, port: int, **options: Any) -> None:
        self._until = until
        super().__init__(host, port, timeout=self._left(), **options)

    def _left(self) -> float:
        return max(self._until - monotonic(), 0.001)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock:
            self.sock.settimeout(self._left())
        return super().getreply()


class _HurriedSecure(_Hurried, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""


def send(
    request: HttpRequest, seconds: float = SECONDS, context: ssl.SSLContext | None = None
) -> HttpResponse:
    """Hand over one mail once, in all for so many seconds; certificates are always checked.

    `context` may name other authorities than the system's.

    Raises `NotSent` when the server never got the mail, and `SendAmbiguous` when the connection broke
    after the mail had begun to leave.
    """
    trusted, until = context or ssl.create_default_context(), monotonic() + seconds
    try:
        server = _connected(urlsplit(request.url), request, trusted, until)
    except smtplib.SMTPResponseException as error:
        return _answer(error.smtp_code)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from None
    try:
        return _answer(_spoken(server, request))
    except _Refused as refused:
        return _answer(refused.code)
    except smtplib.SMTPResponseException as error:
        return _answer(error.smtp_code)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from None
    finally:
        _leave(server)


def _connected(url: SplitResult, request: HttpRequest, context: ssl.SSLContext, until: float) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    # Without a name smtplib would ask the DNS for ours, which may take its time.
    name = request.headers.get("from", "").rpartition("@")[2] or "localhost"
    if url.scheme == "smtps":
        return _HurriedSecure(until, host, port, local_hostname=name, context=context)
    server = _Hurried(until, host, port, local_hostname=name)
    try:
        # A server that does not encrypt gets neither the password nor the mail.
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _spoken(server: smtplib.SMTP, request: HttpRequest) -> int:
    server.ehlo_or_helo_if_needed()
    if login := request.headers.get("authorization"):
        _log_in(server, *_credentials(login))
    if request.method != "SEND":
        return _require(server.noop())
    _require(server.mail(request.headers["from"]))
    _require(server.rcpt(request.headers["to"]))
    _require(server.docmd("DATA"), _GO_AHEAD)
    try:
        server.send(_on_the_wire(request.body))
        code, _ = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise SendAmbiguous(type(error).__name__) from None
    return code


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except smtplib.SMTPAuthenticationError as error:
        # 454 is a login that cannot be checked just now; whatever is final, is about the password.
        raise _Refused(error.smtp_code if error.smtp_code in _NOT_NOW else _WRONG_LOGIN) from None


def _require(answer: tuple[int, bytes], *wanted: int) -> int:
    code = answer[0]
    if code not in (wanted or (_DONE, _WILL_FORWARD)):
        # What makes no sense here is no yes.
        raise _Refused(code if code in _NEVER or code in _NOT_NOW else _LEAVING)
    return code


def _credentials(header: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(header.partition(" ")[2], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("the login is not Basic") from None
    return user, password


def _on_the_wire(message: bytes) -> bytes:
    lines = _NOT_ON_ITS_OWN_LINE.sub(b"\r\n", message)
    ended = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return _DOT_AT_THE_START.sub(b"..", ended) + b".\r\n"


def _answer(code: int) -> HttpResponse:
    """Return what HTTP would say: 503 for "not now", 401 for the login, 400 for "never"."""
    if code in _TAKEN:
        status = 200
    elif code in _LOGIN_WANTED:
        status = 401
    else:
        status = 400 if code in _NEVER else 503
    return HttpResponse(status=status, headers={"x-smtp-code": str(code)})


def _leave(server: smtplib.SMTP) -> None:
    try:
        # What was said before stands, whether goodbye is heard or not.
        server.putcmd("QUIT")
    except (smtplib.SMTPException, OSError):
        return
    finally:
        server.close()
