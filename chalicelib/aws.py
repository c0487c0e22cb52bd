"""AWS's clients, whose errors say in our words when it is AWS that is in trouble, and nothing we asked of it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from chalicelib.core.errors import Unavailable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Client = TypeVar("Client")

_SERVER_ERROR = 500
_TRANSIENT = frozenset(
    {
        "InternalServerError",
        "KMSThrottlingException",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_THROTTLED_WRITES = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


def in_our_words(client: Client) -> Client:
    """Return a client that raises `Unavailable` where AWS is throttling, broken or out of reach."""
    return cast("Client", _Client(client))


def throttled(error: "ClientError") -> bool:
    """Return whether a transaction was cancelled because there was too much to do."""
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in _THROTTLED_WRITES for reason in reasons)


@contextmanager
def _translated() -> Iterator[None]:
    # The app imports this module for what it needs of the queues, also where there is no AWS.
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _TRANSIENT or status >= _SERVER_ERROR:
            raise Unavailable(code) from error
        raise
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise Unavailable(type(error).__name__) from error


class _Client:
    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in ("exceptions", "meta"):
            return found
        return (lambda operation: _Pages(found(operation))) if name == "get_paginator" else _asking(found)


class _Pages:
    def __init__(self, paginator: Any) -> None:
        self._paginator = paginator

    def paginate(self, **query: Any) -> Iterator[Any]:
        pages = iter(self._paginator.paginate(**query))
        ask = _asking(lambda: next(pages, None))
        while (page := ask()) is not None:
            yield page


def _asking(method: Callable[..., Any]) -> Callable[..., Any]:
    def asked(**named: Any) -> Any:
        with _translated():
            return method(**named)

    return asked
