"""`hearback policy explain` and `hearback policy timeline`: what would become of a message."""

import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib import explain, wiring
from chalicelib.cli import places
from chalicelib.core.message import Surface
from chalicelib.core.policy import Policy

if TYPE_CHECKING:
    from chalicelib.replay.foresee import Foresight
    from chalicelib.replay.sentences import Line

_NARROWEST, _WIDEST = 40, 120
_INDENT = " " * 21


def _question(command: places.Command) -> places.Command:
    """Give a command the options that describe a message."""
    options: list[Callable[[places.Command], places.Command]] = [
        places.json_option,
        places.policies_option,
        click.option("--public/--private", "public", default=None, help="Who can read the thread."),
        click.option("--surface", type=click.Choice([one.value for one in Surface]), help="Where it stands."),
        click.option(
            "--at", "at", default="", help='When, by the channel\'s clock: "2026-11-20 16:50"; else now.'
        ),
        click.option("--text", required=True, help="What the customer writes."),
        click.option("--channel", default="", help="The id of a channel."),
        click.option("--platform", default="", help="Or any channel of a platform, such as facebook."),
    ]
    for option in options:
        command = option(command)
    return command


@click.command("explain")
@_question
def explain_command(folder: Path, *, as_json: bool, **asked: Any) -> None:
    """Tell which rule a message would get and everything that would follow if nobody replied.

    Reads the files of the folder; nothing is published, nothing is sent.
    """
    found, made_up = _foreseen(folder, **asked)
    if as_json:
        places.print_json(_data(found))
        return
    places.echo_lines([*_answer(found, made_up=made_up), "", *_steps(found)])


@click.command("timeline")
@_question
def timeline_command(folder: Path, *, as_json: bool, **asked: Any) -> None:
    """Draw what would follow a message if nobody replied: one row a day, your hours shaded.

    Reads the files of the folder; nothing is published, nothing is sent.
    """
    found, made_up = _foreseen(folder, **asked)
    if as_json:
        places.print_json(_data(found))
        return
    places.echo_lines([*_answer(found, made_up=made_up)[:2], "", *_drawn(found)])


def _foreseen(
    folder: Path,
    *,
    platform: str,
    channel: str,
    text: str,
    at: str,
    surface: str | None,
    public: bool | None,
) -> tuple["Foresight", bool]:
    """Return what would become of a message, and whether its channel had to be made up."""
    from chalicelib.policies.publish import built
    from chalicelib.policies.sources import checked
    from chalicelib.replay import foresee

    now = wiring.now()
    bundle, made_up = checked(folder, now).bundle, False
    if platform and not channel:
        bundle, channel, made_up = foresee.with_platform(bundle, platform)
    else:
        channel = foresee.channel_named(bundle, channel)
    # Nothing is sent: that a secret has a name in the files stands for its value.
    policies = built(bundle, "files", lambda name: name)
    connected = policies.channel(channel)
    if platform and connected.platform != platform:
        raise foresee.BadQuestion(
            f"the channel {channel} is one of {connected.platform}: leave --platform out"
        )
    where = Surface(surface) if surface else _surface(connected.platform, public=public)
    foresee.check_surface(connected.platform, where)
    question = foresee.Question(
        channel=channel,
        surface=where,
        public=foresee.usually_public(where) if public is None else public,
        text=text,
        at=foresee.moment(at, connected.timezone) if at else now.replace(microsecond=0),
    )
    return foresee.foresee(question, policies), made_up


def _surface(platform: str, *, public: bool | None) -> Surface:
    from chalicelib.replay.foresee import usual_surface

    usual = usual_surface(platform)
    return Surface.COMMENT if public and usual is Surface.DM else usual


def _answer(found: "Foresight", *, made_up: bool) -> list[str]:
    asked, meant, policy = found.question, found.understanding, found.policy
    private = "in public" if asked.public else "in private"
    where = f"{asked.channel} ({policy.platform}), {asked.surface} {private}, {policy.calendar.zone}"
    open_or_not = "you are open" if found.open else "you are closed"
    lines = [
        f"Message     {where}",
        f"            {explain.local_time(asked.at, policy)}: {open_or_not}",
        f"Understood  {_understood(found)}",
    ]
    if made_up:
        lines.insert(
            1, "            no such channel in channels.yaml yet: hours and language of your first one"
        )
    if found.counts:
        lines.append(f"Rule        {found.first.rule}, because of {found.first.rule_why}")
    elif meant.withdrawn:
        lines.append("Rule        none: there is nothing open that could be taken back")
    else:
        lines.append("Rule        none: small talk starts no clock")
    if found.automatic_until and found.human_until:
        until = [explain.local_time(moment, policy) for moment in (found.automatic_until, found.human_until)]
        lines.append(f"Platform    takes automatic messages until {until[0]}, a person's until {until[1]}")
    return lines


def _understood(found: "Foresight") -> str:
    meant, policy = found.understanding, found.policy
    language = meant.language or f"no telling, so the channel's own, {policy.language}"
    if meant.language and meant.language not in policy.languages:
        language += f" (no texts in it, so {policy.language})"
    formality = meant.formality or f"no marker, so {policy.formality}"
    kinds = {"small talk": meant.small_talk, "withdrawn": meant.withdrawn}
    said = [name for name, holds in kinds.items() if holds] or ["not small talk"]
    return f"language {language}; category {meant.category}; formality {formality}; {', '.join(said)}"


def _steps(found: "Foresight") -> list[str]:
    from chalicelib.replay.sentences import end, lines, stamp

    said = ["If nobody replies:"]
    for line in lines(found):
        said += [f"{stamp(line.at, found.policy):<19}  {line.what}", *_beneath(line)]
    return [*said, end(found)]


def _beneath(line: "Line") -> list[str]:
    said = [f"{_INDENT}| {row}" for row in line.words.splitlines()]
    return [*said, f"{_INDENT}why: {line.why}"] if line.why else said


def _drawn(found: "Foresight") -> list[str]:
    from chalicelib.replay.picture import ASCII, UNICODE, draw
    from chalicelib.replay.sentences import end, lines, stamp

    width = max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, _WIDEST))
    shades = UNICODE if _prints(UNICODE.open + UNICODE.closed) else ASCII
    picture = draw(lines(found), found.policy, width, shades)
    legend = [f"{shades.open} you are open   {shades.closed} you are closed", ""]
    for mark, line in picture.legend:
        row = f" {mark}  {stamp(line.at, found.policy):<19}  {line.what}"
        legend += textwrap.wrap(row, width, subsequent_indent=" " * 25, drop_whitespace=True) or [row]
    return [*picture.rows, "", *legend, "", *textwrap.wrap(end(found), width)]


def _prints(letters: str) -> bool:
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _data(found: "Foresight") -> dict[str, Any]:
    from chalicelib.replay.sentences import end, lines

    asked, meant, policy = found.question, found.understanding, found.policy
    return {
        "channel": asked.channel,
        "platform": policy.platform,
        "surface": asked.surface,
        "public": asked.public,
        "text": asked.text,
        "at": asked.at.isoformat(),
        "open": found.open,
        "understood": {
            "language": meant.language,
            "category": meant.category,
            "formality": meant.formality,
            "small_talk": meant.small_talk,
            "withdrawn": meant.withdrawn,
        },
        "answered_in": _answered_in(meant.language, policy),
        "rule": found.first.rule,
        "rule_because": found.first.rule_why,
        "automatic_until": found.automatic_until.isoformat() if found.automatic_until else None,
        "human_until": found.human_until.isoformat() if found.human_until else None,
        "steps": [line.as_data(policy) for line in lines(found)],
        "end": end(found),
        "status": found.case.status,
    }


def _answered_in(language: str, policy: Policy) -> str:
    return language if language in policy.languages else policy.language
