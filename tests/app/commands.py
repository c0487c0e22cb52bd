"""A folder of the owner's files, and what the commands about channels make of it."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from chalicelib.platforms.contract import Channel
from chalicelib.policies.build import channel_of
from chalicelib.policies.load import load
from chalicelib.settings import EnvFile
from tests.platforms import harness as h

Call = Callable[..., Result]

TELEGRAM = ("telegram", "--id", "shop")
TOKEN = "bot_token=123:hush\n"


def channels(place: Path) -> str:
    return (place / "policies" / "channels.yaml").read_text("utf-8")


def secrets(place: Path) -> EnvFile:
    return EnvFile(place / ".env", {})


def live(place: Path, name: str = "shop") -> Channel:
    """Return a channel as Hearback would have it from the files as they are."""
    entries = load(place / "policies", h.RECEIVED).bundle.channels["channels"]
    return channel_of(next(one for one in entries if one["id"] == name), secrets(place).secret)


def everything(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}
