"""The threads of the laptop mode: consumers of both queues, the sweep, and the watch over the policies."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from chalicelib import deliver, handle, sweep
from chalicelib.ports import Ports
from chalicelib.queues.contract import Queue, Received

log = logging.getLogger("hearback.workers")

WAIT = timedelta(seconds=1)
SWEEP_SECONDS = 60.0
DELIVERERS = 6

_EVENTS_AT_ONCE = 10
_WAKEUPS_AT_ONCE = 2
_LONGEST_RETRY = 60

Consume = Callable[[Sequence[Received], Ports], list[Received]]


class Workers:
    """All background threads; they stop after what they have in hand."""

    def __init__(self, ports: Ports, clean: Callable[[], None], watch: Callable[[], None]) -> None:
        """Take what each minute's cleaning and each second's watching does."""
        self._stop = threading.Event()
        self._threads = [
            self._thread(
                "events", lambda: self._consume(ports.events, handle.consume, _EVENTS_AT_ONCE, ports)
            ),
            self._thread("sweep", lambda: self._every(SWEEP_SECONDS, lambda: sweep.sweep(ports))),
            self._thread("clean", lambda: self._every(SWEEP_SECONDS, clean)),
            self._thread("watch", lambda: self._every(1.0, watch)),
        ]
        self._threads += [
            self._thread(
                f"deliver-{number}",
                lambda: self._consume(ports.wakeups, deliver.consume, _WAKEUPS_AT_ONCE, ports),
            )
            for number in range(DELIVERERS)
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish what it has in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        return threading.Thread(target=work, name=f"hearback-{name}", daemon=True)

    def _consume(self, queue: Queue, consume: Consume, limit: int, ports: Ports) -> None:
        while not self._stop.is_set():
            self._guarded(lambda: consume_once(queue, consume, limit, ports))

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


def consume_once(queue: Queue, consume: Consume, limit: int, ports: Ports, wait: timedelta = WAIT) -> int:
    """Receive once, work, and give back what failed with a growing delay; return how many were received."""
    received = queue.receive(limit, wait)
    if not received:
        return 0
    failed = {one.handle: one for one in consume(received, ports)}
    queue.done([one for one in received if one.handle not in failed])
    for one in failed.values():
        queue.retry(one, timedelta(seconds=min(2**one.receives, _LONGEST_RETRY)))
    return len(received)
