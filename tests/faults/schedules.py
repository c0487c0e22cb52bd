"""What is tried: a story that customers and people live through, and the weather in which it happens."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.faults.boundaries import Kind
from tests.faults.platforms import Mood
from tests.faults.sides import SIDES

WINDOW, GRACE = 60, 10
MAX_PROMISES = 2
QUESTION = "Where is my order, please?"
COMPLAINT = "It came broken and I want my money back!"


class Act(StrEnum):
    """Something that happens outside."""

    WRITES = "writes"
    REPLIES = "replies"
    CLOSES = "closes"
    PUBLISHES = "publishes"
    """The owner puts other policies in force, and again until the program says that they are."""


@dataclass(frozen=True)
class Step:
    """At so many seconds somebody does something in the conversation of a customer.

    The webhook of it arrives `later` seconds after, and `times` times.
    """

    at: float
    act: Act
    who: str
    later: float = 0.3
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A story and its weather.

    `moods` are how the platform takes the first messages, and until `expired` it takes none at all. The echo
    comes `echo` seconds after a post, 0 before the platform has even answered, None never. At the first
    message on its way a person `barges` in. Sweeps come each minute, as `sweeps` says: how many at once, and
    how late the first is. Two workers take turns where there are `workers`, the second's clock wrong by
    `skew` seconds. One that `takes_back` has what was in hand at once when it starts again, as on a laptop,
    where no other can be at it; else a visibility timeout must run out. `outages` are stretches of seconds in
    which what begins with a name fails every time. `policy` names the owner's files in force, `words` are
    what customers write, and the story goes on for `lasts` seconds though nobody does anything. Steps in
    which people publish come with the steps of the story.
    """

    name: str
    side: str
    steps: tuple[Step, ...] = ()
    moods: tuple[Mood, ...] = ()
    expired: float = 0
    echo: float | None = 1.0
    barges: bool = False
    policy: str = "plain"
    words: str = QUESTION
    lasts: float = 0
    sweeps: int = 1
    sweep_every: float = 60
    late: float = 0
    workers: int = 1
    skew: float = 0
    takes_back: bool = False
    outages: tuple[tuple[str, float, float], ...] = ()
    faults: tuple[tuple[int, Kind], ...] = field(default=())

    @property
    def publishes(self) -> bool:
        """Whether the policies change on the way."""
        return any(step.act is Act.PUBLISHES for step in self.steps)

    @property
    def is_about_sending(self) -> bool:
        """Whether it differs from others only in what befalls what is sent to a platform."""
        return bool(self.moods or self.barges or self.expired or self.echo != 1.0)

    @property
    def command(self) -> str:
        """The command that repeats exactly this."""
        return f"./hearback bench faults --case {self.name}"


SHORT = (Step(0, Act.WRITES, "a", times=2), Step(20, Act.WRITES, "a"))
"""One customer, who writes twice and is acknowledged."""

LONG = (
    *SHORT,
    Step(5, Act.WRITES, "b"),
    Step(30, Act.REPLIES, "b", times=2),
    Step(40, Act.WRITES, "c"),
    Step(60, Act.CLOSES, "c"),
    Step(200, Act.REPLIES, "a"),
    Step(260, Act.WRITES, "a"),
)
"""Three: one is acknowledged, answered, and asks again; one is answered in time; one is closed."""

REORDERED = (
    Step(0, Act.WRITES, "a", later=24.0),
    Step(20, Act.WRITES, "a"),
    Step(5, Act.WRITES, "b", later=30.0),
    Step(30, Act.REPLIES, "b", later=0.1),
    Step(72, Act.REPLIES, "a", later=40.0),
)

PROMISED = (
    Step(0, Act.WRITES, "a"),
    Step(5, Act.WRITES, "b"),
    Step(10, Act.WRITES, "c"),
    Step(1500, Act.REPLIES, "b"),
    Step(1510, Act.CLOSES, "c"),
    Step(4800, Act.CLOSES, "a"),
)
"""Three were promised a time that is missed: one is told so to the last, one answered, one closed."""

PUBLISHED = (*LONG[:4], Step(28, Act.PUBLISHES, ""), *LONG[4:])

COMPLAINTS = tuple(Step(5 * number, Act.WRITES, who) for number, who in enumerate("abcd"))
"""More than the owner calls a crisis."""

_ECHO_LATE = 45.0
_HOUR = 3600.0

WEATHERS: dict[str, Schedule] = {
    one.name: one
    for one in (
        Schedule(name="plain", side=""),
        Schedule(name="long", side="", steps=LONG),
        Schedule(name="reordered", side="", steps=REORDERED),
        Schedule(name="lost", side="", moods=(Mood.LOST,), echo=_ECHO_LATE),
        Schedule(name="lost-unechoed", side="", moods=(Mood.LOST,), echo=None),
        Schedule(name="deaf", side="", moods=(Mood.DEAF, Mood.DEAF)),
        Schedule(name="limited", side="", moods=(Mood.LIMITED, Mood.LIMITED)),
        Schedule(name="broken", side="", moods=(Mood.BROKEN, Mood.BROKEN, Mood.BROKEN)),
        Schedule(name="broken-posted", side="", moods=(Mood.BROKEN_POSTED,), echo=None),
        Schedule(name="busy", side="", moods=(Mood.BUSY, Mood.BUSY)),
        Schedule(name="gateway", side="", moods=(Mood.GATEWAY_POSTED,), echo=None),
        Schedule(name="gateway-deaf", side="", moods=(Mood.GATEWAY_DEAF,)),
        Schedule(name="expired", side="", expired=400.0),
        Schedule(name="echo-first", side="", echo=0.0),
        Schedule(name="echo-late", side="", echo=_ECHO_LATE),
        Schedule(name="barges", side="", barges=True),
        Schedule(name="two-workers", side="", steps=LONG, workers=2, skew=40.0, sweeps=2),
        Schedule(name="slow-clock", side="", workers=2, skew=-40.0, sweeps=2),
        Schedule(name="sweep-late", side="", late=3600.0),
        Schedule(name="policies-away", side="", outages=(("policies", 15.0, 400.0),)),
        Schedule(name="store-away", side="", outages=(("", 15.0, 1500.0),)),
        Schedule(name="laptop", side="", steps=LONG, takes_back=True),
        Schedule(name="promises", side="", steps=PROMISED, policy="promises", sweep_every=600),
        Schedule(
            name="promises-lost",
            side="",
            steps=PROMISED,
            policy="promises",
            sweep_every=600,
            moods=(Mood.GOOD, Mood.LOST, Mood.GOOD, Mood.GATEWAY_POSTED, Mood.LOST),
        ),
        Schedule(name="published", side="", steps=PUBLISHED),
        Schedule(
            name="crisis",
            side="",
            steps=COMPLAINTS,
            words=COMPLAINT,
            policy="crisis",
            lasts=2400,
            sweep_every=300,
        ),
        Schedule(name="second-lost", side="", moods=(Mood.GOOD, Mood.LOST), echo=_ECHO_LATE),
        Schedule(name="second-unechoed", side="", moods=(Mood.GOOD, Mood.LOST), echo=None),
        Schedule(name="second-deaf", side="", moods=(Mood.GOOD, Mood.DEAF)),
        Schedule(name="second-gateway", side="", moods=(Mood.GOOD, Mood.GATEWAY_POSTED)),
    )
}

_SECOND = "second-"


def weathers(side: str) -> tuple[str, ...]:
    """Return the names of the weathers that make a difference to a side."""
    kind = SIDES[side]
    return tuple(
        name
        for name, one in WEATHERS.items()
        if (kind.invites or not name.startswith(_SECOND)) and not (kind.hosted and one.is_about_sending)
    )


def named(name: str) -> Schedule:
    """Return the schedule of a name: SIDE/WEATHER, SIDE/WEATHER/KIND/NUMBER, or SIDE/seed/NUMBER.

    Raises `ValueError` where there is none.
    """
    side, weather, *rest = name.split("/")
    try:
        if weather == "seed":
            return seeded(side, int(rest[0]))
        one = WEATHERS[weather]
        found = replace(one, name=name, side=side, steps=one.steps or SHORT)
        return replace(found, faults=((int(rest[1]), Kind(rest[0])),)) if rest else found
    except (KeyError, IndexError, ValueError):
        raise ValueError(f"there is no case {name!r}") from None


def seeded(side: str, seed: int) -> Schedule:
    """Return the schedule of a seed: some of everything at once."""
    dice = random.Random(seed)  # noqa: S311 - a choice to be repeated, no secret
    many = dice.random() < 0.3
    policy = dice.choice(("plain", "plain", "plain", "promises", "crisis"))
    faults = sorted((dice.randint(1, 250), dice.choice(tuple(Kind))) for _ in range(dice.randint(0, 5)))
    return Schedule(
        name=f"{side}/seed/{seed}",
        side=side,
        steps=tuple(_steps(dice)),
        moods=tuple(dice.choice(tuple(Mood)) for _ in range(dice.randint(0, 5))),
        expired=dice.choice((0, 0, 0, 300.0, 1500.0)),
        echo=dice.choice((0.0, 0.5, 1.0, 20.0, 61.0, 200.0, None)),
        barges=dice.random() < 0.2,
        sweeps=dice.choice((1, 1, 2)),
        late=dice.choice((0, 0, 0, 150.0, 3600.0)),
        workers=2 if many else 1,
        skew=dice.choice((0, -30.0, 3.0, 30.0)) if many else 0,
        takes_back=not many and dice.random() < 0.5,
        outages=tuple(_outages(dice)),
        faults=tuple(dict(faults).items()),
        policy=policy,
        words=dice.choice((QUESTION, QUESTION, COMPLAINT)),
        # Until its end a crisis keeps the owner from being called.
        lasts=2 * _HOUR if policy == "crisis" else 0,
        sweep_every=dice.choice((60, 60, 300)),
    )


def every_seed(first: int = 1) -> Iterator[Schedule]:
    """Yield seeded schedules of all sides in turn, without an end."""
    names = tuple(SIDES)
    seed = first
    while True:
        yield seeded(names[seed % len(names)], seed)
        seed += 1


def _steps(dice: random.Random) -> Iterator[Step]:
    if dice.random() < 0.15:
        yield Step(round(dice.uniform(0, 200), 1), Act.PUBLISHES, "")
    for who in "abc"[: dice.randint(1, 3)]:
        at = dice.uniform(0, 40)
        yield _step(dice, at, Act.WRITES, who)
        for _ in range(dice.randint(0, 4)):
            at += dice.choice((2.0, 15.0, 48.0, 70.2, 71.0, 200.0)) + dice.random()
            act = dice.choices((Act.WRITES, Act.REPLIES, Act.CLOSES), (5, 4, 1))[0]
            yield _step(dice, at, act, who)


def _step(dice: random.Random, at: float, act: Act, who: str) -> Step:
    later = dice.choice((0.1, 0.3, 1.0, 5.0, 30.0))
    return Step(round(at, 1), act, who, later=later, times=dice.choice((1, 1, 2, 3)))


def _outages(dice: random.Random) -> Iterator[tuple[str, float, float]]:
    for _ in range(dice.choice((0, 0, 1, 2))):
        name = dice.choice(
            ("store", "records", "events", "wakeups", "wakeups.put", "policies", "send", "alert", "")
        )
        start = dice.uniform(0, 200)
        yield name, round(start, 1), round(start + dice.choice((3.0, 20.0, 100.0, 400.0)), 1)
