"""The only importer of requests: sessions, deadlines, size limits, and what a failure means for a send."""

import io
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPResponse as WireResponse
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
)

from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.platforms.contract import SEND_SECONDS, HttpRequest, HttpResponse

CONNECT_SECONDS = 5
SECONDS = SEND_SECONDS
"""For a whole request: a token, a look and a send together take less than `core.outbox.LEASE`."""

ANSWER_LIMIT = 2_000_000

_CHUNK = 65_536
_CONNECTIONS_KEPT = 32

_NEVER_LEFT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    # A header that Latin-1 cannot write, such as a token copied with a typographic quote.
    UnicodeError,
)

_local = threading.local()


def send(request: HttpRequest, seconds: float = SECONDS) -> HttpResponse:
    """Send a request once, in all for so many seconds; redirects are not followed, long answers are cut.

    Raises `NotSent` when no connection was made, and `SendAmbiguous` when the request may have been
    carried out although no whole answer came back.
    """
    if request.url.startswith(("smtp://", "smtps://")):
        from chalicelib import smtp

        return smtp.send(request, seconds)
    _local.until = monotonic() + seconds
    try:
        return _answered(request, seconds)
    except _NEVER_LEFT as error:
        raise NotSent(type(error).__name__) from None
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise NotSent("ConnectionError") from None
        raise SendAmbiguous("ConnectionError") from None
    except (requests.RequestException, HTTPError, OSError) as error:
        # The messages of these errors hold URLs, and URLs hold tokens: only the kind is told.
        raise SendAmbiguous(type(error).__name__) from None


def _answered(request: HttpRequest, seconds: float) -> HttpResponse:
    response = _session().request(
        request.method,
        request.url,
        headers=dict(request.headers),
        data=request.body,
        timeout=(min(CONNECT_SECONDS, seconds), seconds),
        allow_redirects=False,
        stream=True,
    )
    # Closing gives a connection back whose answer was read to its end, and drops any other.
    with response:
        body = b"".join(_up_to(ANSWER_LIMIT, response.iter_content(_CHUNK)))
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HttpResponse(status=response.status_code, headers=headers, body=body)


def _up_to(limit: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    left = limit
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return


def _never_connected(error: requests.ConnectionError) -> bool:
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    return isinstance(reason, NewConnectionError | NameResolutionError)


class _Hurried(io.RawIOBase):
    """What comes over a socket, but in all no longer than until the deadline of this thread's request.

    The timeout of a socket begins anew with every byte, so a server that drips holds on for ever.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _local.until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _HurriedResponse(WireResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Hurried(sock))


class _Connection(HTTPConnection):
    response_class = _HurriedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _HurriedResponse


class _Adapter(HTTPAdapter):
    """Connections with a deadline, shared by all threads."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = _SecureConnection if pool.scheme == "https" else _Connection
        return pool


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name is the library's
        # Nothing is followed, so a broken address to go to is nobody's error.
        return None


# One retry inside the library would be one message too many.
_adapter = _Adapter(pool_maxsize=_CONNECTIONS_KEPT, max_retries=0)


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_local, "session", None)
    if session is None:
        session = _local.session = _Session()
        session.mount("https://", _adapter)
        session.mount("http://", _adapter)
        session.trust_env = True
    return session
