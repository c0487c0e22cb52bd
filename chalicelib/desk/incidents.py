"""The room of crises and incidents: how each channel stands, and the words for everybody who waits (R33)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chalicelib import crises, explain, incidents, pages, statuses
from chalicelib.core.errors import NotAllowed, StaleCase, UnknownChannel
from chalicelib.desk.session import Session
from chalicelib.platforms.contract import Answer
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports

SAID = {
    "open": "The incident is open: your words are on their way to everybody who waits.",
    "status": "The new status is on its way to everybody who waits.",
    "close": "The incident is closed. Nothing was sent; each case is closed on its own.",
}
_SHOWN = 50
_PAST_SHOWN = 10
_BUSY = "Too much is happening at once: please try again"
_TEXT = "text_"


def room(
    person: Session,
    ports: Ports,
    *,
    said: str = "",
    error: str = "",
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """Show how each channel stands, with its forms; `typed` holds the fields of a form that was refused."""
    policies = ports.policies.live()
    past = incidents.past(ports)[:_PAST_SHOWN]
    return pages.render(
        "desk/incidents.html",
        ports,
        status=400 if error else 200,
        person=person,
        channels=[_channel(name, policies, ports) for name in policies.channels],
        past=[
            {
                "channel": name,
                "incident": one,
                "closed": explain.local_time(one.closed_at or one.opened_at, policies.policies[name]),
            }
            for name, one in past
            if name in policies.policies
        ],
        said=SAID.get(said, ""),
        error=error,
        typed=typed,
    )


def act(fields: Mapping[str, str], person: Session, ports: Ports) -> Answer:
    """Carry out what a form asks for; what cannot be said is told beside the form, and no word is lost."""
    action = fields.get("action", "")
    try:
        _carry_out(action, fields, person.name, ports)
    except (NotAllowed, UnknownChannel) as error:
        return room(person, ports, error=str(error), typed=fields)
    except StaleCase:
        return room(person, ports, error=_BUSY, typed=fields)
    return pages.redirect(f"/desk/incidents?said={action}", ports)


def banners(policies: PolicySet, ports: Ports) -> list[str]:
    """Return what the list of cases says of crises and incidents."""
    found = []
    for name in policies.channels:
        standing = crises.standing(name, ports)
        if standing.burst and standing.in_crisis(policies.policy(name), ports.clock()):
            since = explain.local_time(standing.burst.since, policies.policy(name))
            found.append(
                f"Complaints flood {name} since {since}: alerts about single complaints are held back. "
                "Please say what is going on, under Incidents."
            )
        elif standing.incident:
            found.append(f"An incident is open on {name}: see Incidents, and close it when it is over.")
        elif standing.aftermath:
            found.append(f"The crisis on {name} is over: who still waits is listed under Incidents.")
    return found


def _carry_out(action: str, fields: Mapping[str, str], by: str, ports: Ports) -> None:
    channel_id, policies = fields.get("channel", ""), ports.policies.live()
    if action == "close":
        incidents.close(channel_id, ports, by=by)
        return
    texts = {name.removeprefix(_TEXT): text for name, text in fields.items() if name.startswith(_TEXT)}
    words = statuses.checked(texts, channel_id, policies)
    if action == "open":
        chosen = {name: fields.get(name, "").strip() for name in ("category", "keyword")}
        linking = statuses.linking(policies, **chosen)
        incidents.open_incident(channel_id, words, ports, by=by, linking=linking)
    elif action == "status":
        # Whoever looked at another status than the one in force must look again.
        standing = crises.standing(channel_id, ports, strong=True)
        if standing.incident and standing.incident.label != fields.get("after"):
            raise NotAllowed("Somebody has changed the incident meanwhile: please look at it again")
        incidents.give_status(channel_id, words, ports, by=by)
    else:
        raise NotAllowed("There is no such action")


def _channel(name: str, policies: PolicySet, ports: Ports) -> dict[str, Any]:
    policy = policies.policy(name)
    standing = crises.standing(name, ports, strong=True)
    flooded = standing.burst is not None and standing.in_crisis(policy, ports.clock())
    matters = flooded or standing.incident is not None or standing.aftermath is not None
    progress = incidents.progress(name, ports) if matters else incidents.Progress()
    return {
        "name": name,
        "flooded": explain.local_time(standing.burst.since, policy) if standing.burst and flooded else "",
        "over": standing.aftermath is not None,
        "incident": standing.incident,
        "status": standing.incident.statuses[-1] if standing.incident else None,
        "progress": progress,
        "unheard": progress.unheard[:_SHOWN],
        "more": max(0, len(progress.unheard) - _SHOWN),
        "languages": [policy.language, *sorted(policy.languages - {policy.language})],
    }
