"""Whose turn it is: cases that were woken stand in a line for each platform, and no line takes every place.

Waiting costs a few bytes in memory. A line may take a place only while more are free than it holds: one
that hangs holds half of them, the next half of the rest, and so on, so there is always a place for others.
While webhooks wait for their answers, few places are given out: they come first.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.queues.contract import Received

PLACES_WHILE_BUSY = 4
"""Threads share one interpreter: whoever sends messages takes its time from whoever answers webhooks.

Each place that becomes free is given out anew, so all are in use again soon after the webhooks are answered.
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A wake-up in somebody's hand, and the line it stood in."""

    line: str
    wakeup: Received


class Turns:
    """Lines of wake-ups, one for each case at most, and the places where they are worked on."""

    def __init__(self, places: int, busy: Callable[[], bool] = lambda: False) -> None:
        """Take how many may be worked on at the same time, and what tells that webhooks wait."""
        self._places = self._free = places
        self._busy = busy
        self._held: dict[str, int] = {}
        self._lines: dict[str, dict[str, Received]] = {}
        self._changed = threading.Condition()
        self._closed = False

    def join(self, line: str, case_id: str, wakeup: Received) -> bool:
        """Let a wake-up stand in line; return False when its case stands there already."""
        with self._changed:
            waiting = self._lines.setdefault(line, {})
            if case_id in waiting:
                return False
            waiting[case_id] = wakeup
            self._changed.notify()
            return True

    def take(self) -> Turn | None:
        """Return the next turn as soon as there is a place for one, None once the lines are closed."""
        with self._changed:
            while not self._closed:
                if (line := self._next_line()) is not None:
                    return self._taken(line)
                self._changed.wait()
        return None

    def leave(self, turn: Turn) -> None:
        """Give the place back, when the work is done."""
        with self._changed:
            self._free += 1
            self._held[turn.line] -= 1
            if not self._held[turn.line]:
                del self._held[turn.line]
            self._changed.notify()

    def close(self) -> None:
        """Give out no more turns."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next_line(self) -> str | None:
        free = self._free - (max(0, self._places - PLACES_WHILE_BUSY) if self._busy() else 0)
        return next((line for line in self._lines if self._held.get(line, 0) < free), None)

    def _taken(self, line: str) -> Turn:
        waiting = self._lines.pop(line)
        case_id = next(iter(waiting))
        turn = Turn(line, waiting.pop(case_id))
        if waiting:
            # Behind the others: lines take turns.
            self._lines[line] = waiting
        self._free -= 1
        self._held[line] = self._held.get(line, 0) + 1
        return turn
