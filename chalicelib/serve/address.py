"""Where the running program can be reached: said at its start, and remembered for other commands."""

import socket
from urllib.parse import urlsplit

from chalicelib.core.errors import HearbackError
from chalicelib.ports import Ports

_RECORD = "state:address"
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what an owner may have given


class BadAddress(HearbackError):
    """What was given as the public address is none; the sentence says what to write."""


def here(listening: socket.socket, host: str) -> str:
    """Return the address at which a browser on this machine reaches a listening socket."""
    name = _EVERYWHERE.get(host, host)
    port = listening.getsockname()[1]
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def checked(url: str) -> str:
    """Return a public address without a slash at its end, empty where none is given. Raises `BadAddress`."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        good = False
    if url and not good:
        raise BadAddress(f"{url!r} is not a public address: write one such as https://chat.example")
    return url.rstrip("/")


def remember(url: str, ports: Ports) -> None:
    """Note where the program is reached from now on."""
    ports.records.put(_RECORD, url)


def remembered(ports: Ports) -> str:
    """Return where the program was reached last, empty where it has never run."""
    record = ports.records.get(_RECORD, ports.clock())
    return record.value if record else ""
