"""How long a backtest takes: cases out of a SQLite file, replayed under the shipped files.

Run with `./hearback bench backtest [CASES]`. The cases are lives of eight days on the demo chat: half of them
are answered after a while, half never. Goal: 1,000 cases in less than a minute.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.programs import PROJECT
from chalicelib import wiring
from chalicelib.core.events import CustomerWrote, HumanReplied
from chalicelib.core.message import Customer, Thread
from chalicelib.policies.publish import publish
from chalicelib.policies.sources import checked
from chalicelib.replay import past
from chalicelib.replay.backtest import backtest
from chalicelib.replay.play import Happening, Play
from chalicelib.replay.rules import rules_of
from chalicelib.wiring import Laptop

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIFE = timedelta(days=8)
TEXTS = (
    "Where is my order 1234? I have been waiting for a week.",
    "Dzień dobry, kiedy Państwo wyślą moją paczkę?",
    "Dobar dan, zanima me imate li ovo u plavoj boji?",
    "Это просто ужас, заказ так и не пришёл!",
)


def main() -> None:
    """Make the cases, replay them, print the figure."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder, _laptop(Path(folder)) as laptop:
        started = time.perf_counter()
        for one in range(number):
            _live(laptop, one)
        print(f"made {number} cases in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        cases = past.cases(laptop.ports, 30)
        histories = past.histories(cases, laptop.ports, laptop.ports.clock())
        replayed = list(backtest(histories, laptop.ports.policies.live()))
        took = time.perf_counter() - started
    assert len(replayed) == number
    assert not any(one.differences for one in replayed), "the same files make no difference"
    acks = sum(one.after.counts.get("acknowledgements", 0) for one in replayed)
    assert acks, "somebody was acknowledged"
    print(f"replayed {number} cases in {took:.1f} s, {took / number * 1000:.1f} ms a case")


@contextmanager
def _laptop(folder: Path) -> Iterator[Laptop]:
    secrets = folder / ".env"
    secrets.write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")
    laptop = wiring.laptop(folder / "data", secrets, "", clock=lambda: NOW)
    files = checked(PROJECT / "policies", NOW)
    publish(files.bundle, laptop.ports.records, NOW, by="bench")
    try:
        yield laptop
    finally:
        laptop.file.close()


def _live(laptop: Laptop, number: int) -> None:
    """Let one case live its eight days and keep it with its timeline."""
    thread = Thread(channel="demo", key=f"visitor-{number}")
    customer = Customer(id=thread.key)
    began = NOW - LIFE - timedelta(minutes=number)
    events: list[Happening] = [
        CustomerWrote(
            id=f"wrote-{number}",
            at=began,
            thread=thread,
            customer=customer,
            message_id=f"m-{number}",
            text=TEXTS[number % len(TEXTS)],
        )
    ]
    if number % 2:
        replied = began + timedelta(minutes=number % 600)
        events.append(
            HumanReplied(
                id=f"r-{number}", at=replied, thread=thread, customer=customer, message_id="r", text="Here."
            )
        )
    play = Play(rules_of(laptop.ports.policies.live()))
    timeline = [step.entry for step in play.run(events, NOW)]
    assert play.case
    laptop.store.commit(play.case, timeline, seen="", now=NOW)


if __name__ == "__main__":
    main()
