"""Who is called for a case, and who when nobody of them takes the call (R21, R34). Pure.

holder, else experts of the topic, else everybody on duty ──> coordinator ──> owner
"""

from collections.abc import Callable, Container, Iterator
from datetime import date, datetime
from enum import StrEnum

from chalicelib.core import calendar
from chalicelib.core.calendar import MINUTES_A_DAY, Calendar, Interval
from chalicelib.core.values import dataclass

EVERY_HOUR = ((Interval(0, MINUTES_A_DAY),),) * 7


class Level(StrEnum):
    """How high a call goes; each missed promise raises it (R21)."""

    HOLDER = "holder"
    COORDINATOR = "coordinator"
    OWNER = "owner"


class Role(StrEnum):
    """As what somebody is called."""

    HOLDER = "holder"
    EXPERT = "expert"
    ON_DUTY = "on duty"
    COORDINATOR = "coordinator"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Away(Container[date]):
    """The days on which a person is away, from each first to each last one."""

    spans: tuple[tuple[date, date], ...] = ()

    def __contains__(self, day: object) -> bool:
        """Return whether a day is one of them."""
        return isinstance(day, date) and any(first <= day <= last for first, last in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the house; `channels` and `topics` left empty mean all channels and no topic.

    `week` holds the hours of duty of seven days, Monday first, in `zone`; where that is empty, on the clock
    of the channel in question. Topics are categories and names of rules.
    """

    id: str
    name: str
    channels: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    week: tuple[tuple[Interval, ...], ...] = EVERY_HOUR
    away: Away = Away()
    zone: str = ""

    def duty(self, zone: str) -> Calendar:
        """Return when this person is on duty for a channel in `zone`."""
        return Calendar(zone=self.zone or zone, week=self.week, holidays=self.away)

    def serves(self, channel: str) -> bool:
        """Return whether this person looks after a channel."""
        return not self.channels or channel in self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a call is about: a case's channel with its time zone, who holds it, and what it is."""

    channel: str
    zone: str
    holder: str = ""
    category: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Some people who are called together, and as what."""

    people: tuple[Person, ...]
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of the house; `owner` and `coordinator` are ids among them, the latter empty for none."""

    people: tuple[Person, ...]
    owner: str
    coordinator: str = ""

    def find(self, name: str) -> Person | None:
        """Return the person of this id, else of this name, else in this role; None for a stranger."""
        wanted = name.strip().casefold()
        roles: dict[str, str] = {Level.OWNER: self.owner, Level.COORDINATOR: self.coordinator}
        wishes = (("id", wanted), ("name", wanted), ("id", roles.get(wanted)))
        found = (
            person
            for field, wish in wishes
            for person in self.people
            if wish and getattr(person, field).casefold() == wish
        )
        return next(found, None)

    def person(self, identifier: str) -> Person | None:
        """Return the person of this id, None where there is none."""
        return next((person for person in self.people if person.id == identifier), None)


def is_on_duty(person: Person, zone: str, now: datetime) -> bool:
    """Return whether a person is on duty at `now`; `zone` is the channel's."""
    return calendar.is_open(person.duty(zone), now)


def on_duty(roster: Roster, channel: str, zone: str, now: datetime) -> tuple[Person, ...]:
    """Return who is on duty for a channel, in the order of the file."""
    return tuple(one for one in roster.people if one.serves(channel) and is_on_duty(one, zone, now))


def route(roster: Roster, matter: Matter, level: Level, now: datetime) -> tuple[Call, ...]:
    """Return whom to call, and after them, where nobody takes the call, whom next; never nobody (R34).

    Nobody is called twice. Who is off duty is called only where nobody at all is on duty on the channel; but
    for the owner, who is the last of every route at any hour.
    """
    levels = tuple(Level)
    calls: list[Call] = []
    for one in levels[levels.index(level) :]:
        called = {person.id for call in calls for person in call.people}
        found = _LEVELS[one](roster, matter, now)
        fresh = tuple(person for person in found.people if person.id not in called) if found else ()
        if found and fresh:
            calls.append(Call(fresh, found.role))
    return tuple(calls)


def _in_charge(roster: Roster, matter: Matter, now: datetime) -> Call | None:
    """Return the holder on duty, else the experts on duty, else everybody on duty, None for nobody."""
    return next((call for call in _candidates(roster, matter, now) if call.people), None)


def _candidates(roster: Roster, matter: Matter, now: datetime) -> Iterator[Call]:
    holder = roster.find(matter.holder)
    # A holder has taken this case, whichever channels are theirs otherwise.
    yield Call((holder,) if holder and is_on_duty(holder, matter.zone, now) else (), Role.HOLDER)
    there = on_duty(roster, matter.channel, matter.zone, now)
    topics = {matter.category, matter.rule}
    yield Call(tuple(person for person in there if person.topics & topics), Role.EXPERT)
    yield Call(there, Role.ON_DUTY)


def _coordinator(roster: Roster, matter: Matter, now: datetime) -> Call | None:
    found = roster.person(roster.coordinator)
    if found is None:
        return None
    # Off duty they stand in for everybody, but for those days on which they are away.
    stands_in = not on_duty(roster, matter.channel, matter.zone, now) and _is_here(found, matter.zone, now)
    return Call((found,), Role.COORDINATOR) if stands_in or is_on_duty(found, matter.zone, now) else None


def _is_here(person: Person, zone: str, now: datetime) -> bool:
    return calendar.local(person.duty(zone), now).date() not in person.away


def _owner(roster: Roster, _matter: Matter, _now: datetime) -> Call | None:
    found = roster.person(roster.owner)
    return Call((found,), Role.OWNER) if found else None


_LEVELS: dict[Level, Callable[[Roster, Matter, datetime], Call | None]] = {
    Level.HOLDER: _in_charge,
    Level.COORDINATOR: _coordinator,
    Level.OWNER: _owner,
}
