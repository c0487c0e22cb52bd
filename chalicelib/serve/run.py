"""`hearback run`: the whole responder on one machine, until Ctrl-C."""

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import uvicorn

from chalicelib import logs, wiring
from chalicelib.core.errors import HearbackError
from chalicelib.desk.session import new_link
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel
from chalicelib.policies.build import PolicySet
from chalicelib.policies.load import load
from chalicelib.queues.local import answering_later
from chalicelib.serve.front import Front
from chalicelib.serve.watch import Watch
from chalicelib.serve.workers import Workers
from chalicelib.settings import EnvFile

_BACKLOG = 2048
_GRACEFUL_SECONDS = 5


class CannotStart(HearbackError):
    """Something outside the files keeps the program from starting."""


def run(
    *,
    host: str,
    port: int,
    data: Path,
    folder: Path,
    env_file: Path,
    verbose: bool,
    tell: Callable[[str], None],
) -> None:
    """Start everything, print what to open, and serve until SIGINT or SIGTERM.

    Raises `BadPolicy` when the files have mistakes and `CannotStart` when port or data are taken.
    """
    from app import app

    bundle = load(folder, wiring.now())
    made_up = _make_up_secrets(bundle.channels["channels"], EnvFile(env_file))
    lock = _locked(data)
    listening = listen(host, port)
    base_url = f"http://{host}:{listening.getsockname()[1]}"
    logs.configure(data / "hearback.log", verbose=verbose)
    laptop = wiring.laptop(data, env_file, base_url)
    wiring.install(laptop.ports)
    for queue in laptop.queues:
        # The lock says that whoever held messages is gone.
        queue.take_back()
    watch = Watch(laptop, folder, tell)
    version = watch.start()
    workers = Workers(laptop.ports, laptop.clean, watch.look)
    workers.start()
    for name in made_up:
        tell(f"{name} was missing and is now a random word in {env_file}")
    tell(_welcome(base_url, version, laptop.ports.policies.live(), new_link("owner", laptop.ports)))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        serve(Front(app, answering_later), listening)
    finally:
        tell("Stopping ...")
        listening.close()
        workers.stop()
        laptop.file.close()
        lock.close()
        tell("Stopped. Everything is on the disk.")


def serve(front: Front, listening: socket.socket) -> None:
    """Answer requests until SIGINT or SIGTERM, then finish what is in hand."""
    config = uvicorn.Config(
        front,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        # That is how it is asked to stop.
        return


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises `CannotStart` when the port cannot be had."""
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        problem = f"Port {port} cannot be used ({os.strerror(error.errno or 0)})"
        raise CannotStart(f"{problem}: choose another with --port") from None


def _locked(data: Path) -> IO[str]:
    # The folder holds what customers wrote.
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (data / "hearback.lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotStart(
            f"Hearback is already running on {data}: stop it, or choose another --data"
        ) from None
    return file


def _make_up_secrets(channels: list[dict[str, Any]], secrets: EnvFile) -> list[str]:
    """Invent the secrets that an owner would otherwise have to invent; return their names."""
    made_up = []
    for channel in channels:
        for credential in platform(channel["platform"]).CREDENTIALS:
            named = channel["credentials"].get(credential.name)
            name = named if isinstance(named, str) else named[0] if named else ""
            if credential.make and name and secrets.make_up(name, credential.make):
                made_up.append(name)
    return made_up


def _welcome(base_url: str, version: str, policies: PolicySet, link: str) -> str:
    chats = [channel for channel in policies.channels.values() if channel.platform == "webchat"]
    lines = [f"Hearback is running on policy version {version}.", ""]
    lines += [f"  Write as a customer   {base_url}/chat/{channel.id}" for channel in chats]
    lines += [
        f"  Open the desk         {link}",
        "                        (the link works once, for an hour)",
        "",
    ]
    lines += [_channel_line(channel, base_url) for channel in policies.channels.values()]
    lines += ["", "Ctrl-C stops it."]
    return "\n".join(lines)


def _channel_line(channel: Channel, base_url: str) -> str:
    missing = [
        credential.name
        for credential in platform(channel.platform).CREDENTIALS
        if not credential.optional and not channel.secret(credential.name)
    ]
    state = (
        f"not ready: no value for {', '.join(missing)}" if missing else f"{base_url}/webhooks/{channel.id}"
    )
    return f"  {channel.id:<21} {channel.platform:<10} {state}"


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def say(text: str) -> None:
    """Print for the owner at once, also where the output is not a terminal."""
    print(text, file=sys.stdout, flush=True)
