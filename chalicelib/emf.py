"""Metrics as lines that CloudWatch reads by itself: no call, no permission, no waiting.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from chalicelib.metrics import METRICS, Labels, label_values

VALUES = 100
"""How many values of a metric one line may hold."""

_Key = tuple[str, Labels]


class Emf:
    """Collects what is measured and writes it with `flush`, once at the end of an invocation.

    Satisfies `metrics.Meter`. One line is enough unless one invocation measured the same metric under
    different labels: a line gives each label one value.
    """

    def __init__(self, write: Callable[[str], object], clock: Callable[[], datetime], namespace: str) -> None:
        """Take what writes a line to the function's log, the clock, and whose figures these are."""
        self._write = write
        self._clock = clock
        self._namespace = namespace
        self._lock = threading.Lock()
        self._values: dict[_Key, list[float]] = {}

    def count(self, name: str, by: int = 1, **labels: str) -> None:
        """Add to a counter."""
        key = name, label_values(name, labels)
        with self._lock:
            self._values[key] = [sum(self._values.get(key, ()), by)]

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Enter a length of time."""
        key = name, label_values(name, labels)
        with self._lock:
            self._values.setdefault(key, []).append(seconds)

    def stands(self, name: str, level: float, **labels: str) -> None:
        """Enter how things stand."""
        key = name, label_values(name, labels)
        with self._lock:
            self._values[key] = [level]

    def flush(self) -> None:
        """Write what was collected, and begin anew."""
        with self._lock:
            collected, self._values = self._values, {}
        for line in _lines(collected, self._clock(), self._namespace):
            self._write(json.dumps(line) + "\n")


def _lines(collected: dict[_Key, list[float]], now: datetime, namespace: str) -> Iterator[dict[str, Any]]:
    left = list(_pieces(collected))
    while left:
        line: dict[str, Any] = {}
        directives: list[dict[str, Any]] = []
        left = [piece for piece in left if not _joined(line, directives, *piece)]
        stamp = round(now.timestamp() * 1000)
        yield {
            "_aws": {
                "Timestamp": stamp,
                "CloudWatchMetrics": [{"Namespace": namespace, **one} for one in directives],
            },
            **line,
        }


def _pieces(collected: dict[_Key, list[float]]) -> Iterator[tuple[str, Labels, list[float]]]:
    for (name, labels), values in collected.items():
        for start in range(0, len(values), VALUES):
            yield name, labels, values[start : start + VALUES]


def _joined(
    line: dict[str, Any], directives: list[dict[str, Any]], name: str, labels: Labels, values: list[float]
) -> bool:
    """Add a metric to a line; return False where the line says something else under one of its names."""
    metric = METRICS[name]
    dimensions = dict(zip(metric.labels, labels, strict=True))
    if name in line or any(line.get(label, value) != value for label, value in dimensions.items()):
        return False
    line.update(dimensions)
    line[name] = values[0] if len(values) == 1 else values
    unit = "Seconds" if metric.timing else "Count"
    directives.append(
        {
            "Dimensions": [list(metric.labels)],
            "Metrics": [{"Name": name, "Unit": unit}],
        }
    )
    return True
