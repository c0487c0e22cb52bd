"""`hearback run`: the whole responder on one machine, until Ctrl-C."""

import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import uvicorn

from chalicelib import connect, logs, wiring
from chalicelib.desk.session import new_link
from chalicelib.platforms.contract import Channel
from chalicelib.queues.local import answering_later
from chalicelib.serve import address, lock, measured
from chalicelib.serve.front import Front
from chalicelib.serve.lock import CannotStart
from chalicelib.serve.watch import Watch
from chalicelib.serve.workers import Workers
from chalicelib.settings import EnvFile
from chalicelib.sqlite import in_words
from chalicelib.wiring import Laptop

_BACKLOG = 2048
_GRACEFUL_SECONDS = 5
_PORTS = {
    errno.EADDRINUSE: "is taken by another program: stop that one, or choose another with --port",
    errno.EACCES: "is not for everybody: choose one above 1023 with --port",
}


def run(
    *,
    host: str,
    port: int,
    data: Path,
    folder: Path,
    env_file: Path,
    public_url: str,
    verbose: bool,
    tell: Callable[[str], None],
) -> None:
    """Start everything, print what to open, and serve until SIGINT or SIGTERM.

    Raises `BadPolicy` when the files have mistakes and no version of them is in the store, `BadEnvFile`,
    `BadDatabase`, and `CannotStart` when port or data cannot be had.
    """
    from app import app

    for asked in (signal.SIGINT, signal.SIGTERM):
        # A shell that starts it in the background lets it ignore SIGINT; it is to stop cleanly all the same.
        signal.signal(asked, _interrupt)
    with in_words(data / "hearback.sqlite"), ExitStack() as held:
        held.enter_context(lock.taken(data))
        listening = held.enter_context(listen(host, port))
        public = address.checked(public_url or EnvFile(env_file).public_url())
        base_url = public or address.here(listening, host)
        _log(data / "hearback.log", verbose=verbose)
        laptop = wiring.laptop(data, env_file, base_url)
        held.callback(laptop.file.close)
        watch = Watch(laptop, folder, tell)
        version = watch.start()
        _take_over(laptop)
        front = Front(app, answering_later, {measured.PATH: measured.page(laptop)})
        workers = Workers(laptop.ports, laptop.clean, watch.look, front.busy)
        workers.start()
        held.callback(workers.stop)
        welcome = _welcome(laptop, version, watch)
        serve(front, listening, begun=lambda: tell(welcome))
        tell("Stopping ...")
        listening.close()
    tell("Stopped. Everything is on the disk.")


def serve(front: Front, listening: socket.socket, begun: Callable[[], None] = lambda: None) -> None:
    """Answer requests until SIGINT or SIGTERM, which are heard once `begun` is called."""
    server = uvicorn.Server(_config(front))

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, stop)
    begun()
    server.run(sockets=[listening])
    # Whoever asks again does not want to wait for what is in hand.
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _interrupt)


def _config(front: Front) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises `CannotStart` when the host or the port cannot be had."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise CannotStart(f"There is no host {host!r}: choose one of this machine with --host") from None
    family = min((one[0] for one in found), key=lambda known: known is not socket.AF_INET)
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise CannotStart(f"{host} is no address of this machine: choose one with --host") from None
        otherwise = f"cannot be used ({os.strerror(error.errno or 0)}): choose another with --port"
        raise CannotStart(f"Port {port} {_PORTS.get(error.errno or 0, otherwise)}") from None


def _log(file: Path, *, verbose: bool) -> None:
    try:
        logs.configure(file, verbose=verbose)
    except OSError as error:
        raise CannotStart(
            f"{file} cannot be written ({error.strerror}): make it a file that you may write, or remove it"
        ) from None


def _take_over(laptop: Laptop) -> None:
    """Make this the running program; the lock says that whoever ran before is gone."""
    wiring.install(laptop.ports)
    for queue in laptop.queues:
        queue.take_back()
    address.remember(laptop.ports.base_url, laptop.ports)


def _welcome(laptop: Laptop, version: str, watch: Watch) -> str:
    base_url = laptop.ports.base_url
    policies = laptop.ports.policies.live()
    channels = [one for one in policies.channels.values() if one.id not in policies.retired]
    chats = [channel for channel in channels if channel.platform == "webchat"]
    old = ", the last good one: your files have mistakes (see above)" if watch.mistaken else ""
    lines = [f"Hearback is running on policy version {version}{old}.", ""]
    lines += [f"  Write as a customer   {base_url}/chat/{channel.id}" for channel in chats]
    lines += [
        f"  Open the desk         {new_link('owner', laptop.ports)}",
        "                        (the link works once, for an hour)",
        "",
    ]
    lines += [_channel_line(channel, base_url, watch.missing) for channel in channels]
    lines += ["", "Ctrl-C stops it."]
    return "\n".join(lines)


def _channel_line(channel: Channel, base_url: str, missing: Mapping[str, Mapping[str, str]]) -> str:
    names = missing.get(channel.id, connect.missing_secrets(channel))
    state = f"not ready: no value for {', '.join(names)}" if names else f"{base_url}/webhooks/{channel.id}"
    return f"  {channel.id:<21} {channel.platform:<10} {state}"


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def say(text: str) -> None:
    """Print for the owner at once, also where the output is not a terminal."""
    print(text, file=sys.stdout, flush=True)
