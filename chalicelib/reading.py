"""What people look at: the reads behind the desk and the command line."""

from dataclasses import dataclass

from chalicelib import explain
from chalicelib.core.case import Case
from chalicelib.core.errors import NotAllowed
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Entry
from chalicelib.platforms import platform
from chalicelib.platforms.payload import TEXT_LIMIT, clean
from chalicelib.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One case with all that explains it; `text_limit` is what its platform takes in one message."""

    case: Case
    timeline: tuple[Entry, ...]
    policy: Policy
    text_limit: int


def look(case_id: str, ports: Ports) -> View:
    """Return one case. Raises `UnknownCase` or `UnknownChannel`."""
    case = ports.store.load(case_id)
    policy = ports.policies.live().policy(case.thread.channel)
    limit = platform(policy.platform).CAPABILITIES.text_limit
    return View(
        case=case, timeline=ports.store.timeline(case_id), policy=policy, text_limit=limit or TEXT_LIMIT
    )


def open_cases(ports: Ports, channel: str = "") -> list[Case]:
    """Return the open cases of one channel or of all, the most urgent first."""
    channels = [channel] if channel else list(ports.policies.live().channels)
    found = [case for name in channels for case in ports.store.open_cases(name)]
    return explain.most_urgent_first(found, ports.clock())


def sendable(text: str, view: View) -> str:
    """Return a person's words as they can be sent. Raises `NotAllowed` when there are none or too many."""
    words = clean(text).strip()
    if not words:
        raise NotAllowed("Please write something")
    if len(words) > view.text_limit:
        raise NotAllowed(
            f"The platform takes at most {view.text_limit} characters, and these are {len(words)}"
        )
    return words
