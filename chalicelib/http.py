"""The only importer of requests: sessions, timeouts, size limits, and what a failure means for a send."""

import threading
from collections.abc import Callable

import requests
from requests.adapters import HTTPAdapter

from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.platforms.contract import HttpRequest, HttpResponse

CONNECT_SECONDS = 5
READ_SECONDS = 20
ANSWER_LIMIT = 2_000_000

Send = Callable[[HttpRequest], HttpResponse]

_local = threading.local()


def send(request: HttpRequest) -> HttpResponse:
    """Send a request once; redirects are not followed.

    Raises `NotSent` when no connection was made, and `SendAmbiguous` when the request may have been
    carried out although no whole answer came back.
    """
    try:
        response = _session().request(
            request.method,
            request.url,
            headers=dict(request.headers),
            data=request.body,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )
        body = response.raw.read(ANSWER_LIMIT, decode_content=True)
    except (
        requests.ConnectTimeout,
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
    ) as error:
        raise NotSent(type(error).__name__) from None
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise NotSent("ConnectionError") from None
        raise SendAmbiguous("ConnectionError") from None
    except (requests.RequestException, OSError) as error:
        # The messages of these errors hold URLs, and URLs hold tokens: only the kind is told.
        raise SendAmbiguous(type(error).__name__) from None
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HttpResponse(status=response.status_code, headers=headers, body=body)


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_local, "session", None)
    if session is None:
        session = _local.session = requests.Session()
        # One retry inside the library would be one message too many.
        session.mount("https://", HTTPAdapter(max_retries=0))
        session.mount("http://", HTTPAdapter(max_retries=0))
        session.trust_env = True
    return session


def _never_connected(error: requests.ConnectionError) -> bool:
    from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(reason, NewConnectionError | NameResolutionError)
