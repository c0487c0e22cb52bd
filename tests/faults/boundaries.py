"""Every call of the flow to something outside itself has a number, and something may happen there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.core.errors import NotSent, SendAmbiguous


class Killed(BaseException):
    """The process died here: nothing in the flow may catch it."""


class Kind(StrEnum):
    """What happens at a boundary.

    A kill ends the process, before the call or after it. A failure is an error in its place: before, nothing
    was done; after, all was done and only the answer is lost. At an interruption another worker does all
    there is to do; at a stall so much time passes besides that leases and visibility timeouts run out.
    """

    KILL_BEFORE = "kill-before"
    KILL_AFTER = "kill-after"
    FAIL_BEFORE = "fail-before"
    FAIL_AFTER = "fail-after"
    INTERRUPT = "interrupt"
    STALL = "stall"


KILLS = (Kind.KILL_BEFORE, Kind.KILL_AFTER)

Work = Callable[[], Any]


@dataclass
class Boundaries:
    """Numbers the calls, from 1, and lets happen at them what is planned; `names` tells what was called.

    `out` tells by the name alone whether a call fails, such as those to a store that is down for minutes.
    """

    planned: Mapping[int, Kind] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    out: Callable[[str], bool] = lambda name: False
    meanwhile: Callable[[Kind], None] = lambda kind: None
    reached: set[int] = field(default_factory=set)

    def around(self, process: "Mortal", name: str, work: Work) -> Any:
        """Do one call, or whatever happens in its place. Raises `Killed`, or the error of a failure."""
        process.must_live()
        self.names.append(name)
        number = len(self.names)
        kind = self.planned.get(number)
        if kind:
            self.reached.add(number)
        if kind in (Kind.INTERRUPT, Kind.STALL):
            self.meanwhile(kind)
            # Nobody can look at a claim between this and the request itself.
            process.stood_still = kind is Kind.STALL and name == "send"
        if kind is Kind.KILL_BEFORE:
            process.die()
        if kind is Kind.FAIL_BEFORE or self.out(name):
            return failed(name)
        result = work()
        process.stood_still = False
        if kind is Kind.KILL_AFTER:
            process.die()
        return lost(name, result) if kind is Kind.FAIL_AFTER else result


class Mortal:
    """A process; once it is dead, none of its calls does anything."""

    dead = False
    stood_still = False
    """Whether it stood still after its last look and before the request that it is making."""

    def die(self) -> None:
        """End here. Raises `Killed`."""
        self.dead = True
        raise Killed

    def must_live(self) -> None:
        """Raise `Killed` where this process is dead, whatever `finally` still wants of it."""
        if self.dead:
            raise Killed


class Tap:
    """Stands before a port, whatever methods it has, and counts each call of them."""

    def __init__(self, port: object, name: str, process: Mortal, boundaries: Boundaries) -> None:
        self._port = port
        self._name = name
        self._process = process
        self._boundaries = boundaries

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def tapped(*args: Any, **named: Any) -> Any:
            return self._boundaries.around(
                self._process, f"{self._name}.{name}", lambda: whole(method(*args, **named))
            )

        return tapped

    def __call__(self, *args: Any, **named: Any) -> Any:
        port: Any = self._port
        return self._boundaries.around(self._process, self._name, lambda: port(*args, **named))


def whole(result: Any) -> Any:
    """Return what a call returned; what is read bit by bit is read here, inside its boundary."""
    return iter(list(result)) if isinstance(result, Iterator) else result


def failed(name: str) -> Any:
    """Fail as the real port does when nothing was done; a telephone only says that nobody took the call."""
    if name == "alert":
        return False
    if name == "send":
        raise NotSent("ConnectTimeout")
    said: Any = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}
    raise ClientError(said, name)


def lost(name: str, result: Any) -> Any:
    """Fail as the real port does when all was done and no answer came."""
    if name == "alert":
        return False
    if name == "send":
        raise SendAmbiguous("ReadTimeout")
    raise ReadTimeoutError(endpoint_url="https://aws.example")
