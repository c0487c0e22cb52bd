"""Talks with a platform about its webhooks: registers them, or looks at what is registered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from chalicelib import skew
from chalicelib.core.errors import GrantRefused, NotSent, SendAmbiguous
from chalicelib.platforms import platform
from chalicelib.platforms.contract import (
    Channel,
    Finding,
    HttpRequest,
    HttpResponse,
    Report,
    Send,
    Step,
    Steps,
)
from chalicelib.tokens import Tokens

Tell = Callable[[str], None]
Clock = Callable[[], datetime]


def register(channel: Channel, url: str, send: Send, tokens: Tokens, tell: Tell) -> Report:
    """Register a channel's webhook at `url` and return what was found; `tell` hears of each step."""
    return _led(channel, lambda live: platform(live.platform).register(live, url), send, tokens, tell)


def check(channel: Channel, url: str, send: Send, tokens: Tokens, tell: Tell, clock: Clock) -> Report:
    """Look at what is registered for a channel, changing nothing; `tell` hears of each step.

    The last finding tells of this machine's clock, where the platform's answers say what time it is.
    """
    ahead: list[tuple[str, timedelta]] = []

    def timed(request: HttpRequest) -> HttpResponse:
        asked = clock()
        answer = send(request)
        found = skew.of(answer.headers, asked, clock())
        ahead.extend([(urlsplit(request.url).hostname or "", found)] if found is not None else ())
        return answer

    report = _led(channel, lambda live: platform(live.platform).check(live, url), timed, tokens, tell)
    # The smallest: an answer that was long on its way tells less.
    nearest = min(ahead, key=lambda one: abs(one[1]), default=None)
    return replace(report, findings=(*report.findings, _clock(*nearest))) if nearest else report


def _clock(server: str, ahead: timedelta) -> Finding:
    what = f"this machine's clock {'is ' if abs(ahead) > skew.ALLOWED else ''}"
    told = what + skew.in_words(ahead, f"the time of {server}")
    return Finding(what=told, ok=abs(ahead) <= skew.ALLOWED, remedy=skew.REMEDY)


def missing_secrets(channel: Channel, *, connecting: bool = False) -> list[str]:
    """Return the credentials without a value that the platform needs; connecting brings the learned ones."""
    described = [one for one in platform(channel.platform).CREDENTIALS if not one.optional]
    needed = [one.name for one in described if not (connecting and one.learned)]
    return [name for name in needed if not channel.secret(name)]


def _led(
    channel: Channel, talk: Callable[[Channel], Steps], send: Send, tokens: Tokens, tell: Tell
) -> Report:
    try:
        live = tokens.renewed(channel)
    except GrantRefused as refused:
        what = f"{channel.platform} takes the credentials no more ({refused})"
        remedy = "get new ones as the guide of this platform says, and keep them where its secrets are"
        return Report(findings=(Finding(what=what, ok=False, remedy=remedy),))
    except NotSent:
        remedy = "check the credentials of this channel, and that this machine reaches the internet"
        return Report(findings=(Finding(what="no access token was given", ok=False, remedy=remedy),))
    return _driven(talk(live), send, tell)


def _driven(steps: Steps, send: Send, tell: Tell) -> Report:
    answer = None
    while True:
        try:
            step = next(steps) if answer is None else steps.send(answer)
        except StopIteration as end:
            report: Report = end.value
            return report
        tell(step.what)
        try:
            answer = send(step.request)
        except (NotSent, SendAmbiguous) as error:
            return _broken_off(step, str(error))


def _broken_off(step: Step, why: str) -> Report:
    server = urlsplit(step.request.url).hostname
    what = f"{step.what}: {server} could not be reached ({why})"
    remedy = "check the connection and try again; every step may be repeated"
    return Report(findings=(Finding(what=what, ok=False, remedy=remedy),))
