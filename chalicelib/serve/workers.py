"""The threads of the laptop mode: consumers of both queues, the sweep, and the watch over the policies."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from chalicelib import deliver, handle, sweep, wakeups
from chalicelib.core.errors import UnknownCase, UnknownChannel
from chalicelib.ports import Alerting, Ports
from chalicelib.queues.contract import Queue, Received, give_back
from chalicelib.serve.turns import Turn, Turns

log = logging.getLogger("hearback.workers")

WAIT = timedelta(seconds=1)
SWEEP_SECONDS = 60.0

EVENT_HANDLERS = 3
"""More than one, because handling may have to ask a platform, and that one may hang.

Few, so that webhooks are answered soon while there is much to handle.
"""

DELIVERERS = 64
"""They wait most of the time and cost little: at 0.4 s a call half of them send 80 messages a second."""

CALLS_AT_ONCE = 8
"""How many deliverers may call the owner at the same time; the others are for customers."""

_AT_ONCE = 10

Consume = Callable[[Sequence[Received], Ports], list[Received]]


class Workers:
    """All background threads; they stop after what they have in hand."""

    def __init__(
        self,
        ports: Ports,
        clean: Callable[[], None],
        watch: Callable[[], None],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what each minute's cleaning and each second's watching does, and what tells of many webhooks.

        While they wait for their answers, or events for their handling, little is sent: a person's reply may
        be among them.
        """
        self._stop = threading.Event()
        self._behind = False
        self._turns = Turns(DELIVERERS, lambda: self._behind or busy())
        self._threads = [
            self._thread("sweep", lambda: self._every(SWEEP_SECONDS, lambda: sweep.sweep(ports))),
            self._thread("clean", lambda: self._every(SWEEP_SECONDS, clean)),
            self._thread("watch", lambda: self._every(1.0, watch)),
            self._thread("wakeups", lambda: self._repeat(lambda: line_up(self._turns, ports))),
        ]
        self._threads += [
            self._thread(f"events-{number}", lambda: self._repeat(lambda: self._handle_events(ports)))
            for number in range(EVENT_HANDLERS)
        ]
        patient = replace(ports, alert=FewCalls(ports.alert, CALLS_AT_ONCE))
        self._threads += [
            self._thread(f"deliver-{number}", lambda: self._repeat(lambda: take_turn(self._turns, patient)))
            for number in range(DELIVERERS)
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish what it has in hand."""
        self._stop.set()
        self._turns.close()
        for thread in self._threads:
            thread.join()

    def _handle_events(self, ports: Ports) -> None:
        # A full batch has others behind it.
        self._behind = consume_once(ports.events, handle.consume, _AT_ONCE, ports) == _AT_ONCE

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        return threading.Thread(target=work, name=f"hearback-{name}", daemon=True)

    def _repeat(self, work: Callable[[], object]) -> None:
        while not self._stop.is_set():
            self._guarded(work)

    def _every(self, seconds: float, work: Callable[[], object]) -> None:
        while not self._stop.is_set():
            self._guarded(work)
            self._stop.wait(seconds)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # a worker must outlive whatever goes wrong, such as a full disk
            log.exception("a worker failed")
            self._stop.wait(1.0)


class FewCalls:
    """Calls people, a few times at once; who finds all lines busy is told to try again."""

    def __init__(self, alert: Alerting, at_once: int) -> None:
        """Take the way to a person, which may be slow."""
        self._alert = alert
        self._free = threading.BoundedSemaphore(at_once)

    def __call__(self, addresses: Sequence[str], title: str, body: str) -> bool:
        """Call somebody; return whether an address took it, False at once when too many are calling."""
        if not self._free.acquire(blocking=False):
            return False
        try:
            return self._alert(addresses, title, body)
        finally:
            self._free.release()


def consume_once(queue: Queue, consume: Consume, limit: int, ports: Ports, wait: timedelta = WAIT) -> int:
    """Receive once, work, and give back what failed with a growing delay; return how many were received."""
    received = queue.receive(limit, wait)
    if received:
        _finish(queue, received, consume(received, ports))
    return len(received)


def line_up(turns: Turns, ports: Ports, wait: timedelta = WAIT) -> None:
    """Receive wake-ups and let each stand in its line; a case that stands there needs no second one.

    That also removes what was hidden for so long in a line that it came again. Should the program end
    before its turn, the sweep finds the case.
    """
    received = ports.wakeups.receive(_AT_ONCE, wait)
    ports.wakeups.done([one for one in received if not turns.join(*_place(one, ports), one)])


def take_turn(turns: Turns, ports: Ports) -> None:
    """Wait for a turn and do what is due for its case."""
    turn: Turn | None = turns.take()
    if turn is None:
        return
    try:
        _finish(ports.wakeups, [turn.wakeup], deliver.consume([turn.wakeup], ports))
    finally:
        turns.leave(turn)


def _place(wakeup: Received, ports: Ports) -> tuple[str, str]:
    """Return the line of a wake-up, which is that of its platform's address, and its case."""
    try:
        case_id = wakeups.read(wakeup.body).case_id
        channel = ports.policies.live().channel(ports.store.load(case_id).thread.channel)
    except (msgspec.DecodeError, UnknownCase, UnknownChannel):
        # Nothing is sent for these: whoever takes them finds out what is wrong.
        return "", wakeup.body
    return channel.api_base or channel.platform, case_id


def _finish(queue: Queue, received: Sequence[Received], failed: Sequence[Received]) -> None:
    left = {one.handle for one in failed}
    queue.done([one for one in received if one.handle not in left])
    give_back(queue, failed)
