"""`/metrics` of the laptop mode, in the text format of Prometheus.

For programs on this machine, for who is logged in at the desk, and for who shows the secret that
HEARBACK_METRICS_TOKEN names. Through a tunnel or a proxy everybody seems to sit on this machine: what was
passed on, or was asked for under a public name, does not count as coming from here.
"""

import hmac
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.desk import session
from chalicelib.metrics import BUCKETS, METRICS, Metric, Tally, Timing
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.ports import Ports
from chalicelib.wiring import Laptop

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

PATH = "/metrics"
TOKEN = "HEARBACK_METRICS_TOKEN"  # noqa: S105 - the name of a secret is no secret
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "cf-connecting-ip")


def page(laptop: Laptop) -> Callable[[str, Mapping[str, str]], Answer]:
    """Return what answers a request for the figures from the caller's address and headers."""

    def answer(caller: str, headers: Mapping[str, str]) -> Answer:
        token = laptop.secrets.secret(TOKEN)
        if not (_from_here(caller, headers) or _bears(token, headers) or _at_the_desk(headers, laptop.ports)):
            return Answer(status=403, body="Ask from this machine, from the desk, or with the secret.\n")
        return Answer(body=shown(laptop), content_type=CONTENT_TYPE)

    return answer


def shown(laptop: Laptop) -> str:
    """Return all figures as text."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(laptop))
    return generate_latest(registry).decode()


class _Figures:
    """What the library asks for the figures of the moment."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop

    def collect(self) -> "Iterator[Family]":
        """Yield every metric, those with nothing in them as well, then the queues as they stand."""
        meter = self._laptop.ports.meter
        if isinstance(meter, Tally):
            for name, metric in METRICS.items():
                yield _family(name, metric, meter)
        yield from _queues(self._laptop)


def _family(name: str, metric: Metric, tally: Tally) -> "Family":
    if metric.level:
        return _level(name, metric, tally)
    return _timing(name, metric, tally) if metric.timing else _counter(name, metric, tally)


def _level(name: str, metric: Metric, tally: Tally) -> "Family":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"hearback_{name}", metric.says, labels=metric.labels)
    for labels, level in tally.levels(name).items():
        family.add_metric(labels, level)
    return family


def _counter(name: str, metric: Metric, tally: Tally) -> "Family":
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(f"hearback_{name}", metric.says, labels=metric.labels)
    counts = tally.counts(name) or ({} if metric.labels else {(): 0})
    for labels, count in counts.items():
        family.add_metric(labels, count)
    return family


def _timing(name: str, metric: Metric, tally: Tally) -> "Family":
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(f"hearback_{name}", metric.says, labels=metric.labels)
    for labels, timing in tally.timings(name).items():
        family.add_metric(labels, list(_cumulative(timing)), timing.seconds)
    return family


def _cumulative(timing: Timing) -> Iterator[tuple[str, float]]:
    total = 0
    for bound, count in zip([*map(str, BUCKETS), "+Inf"], timing.buckets, strict=True):
        total += count
        yield bound, total


def _queues(laptop: Laptop) -> "Iterator[Family]":
    from prometheus_client.core import GaugeMetricFamily

    waiting = GaugeMetricFamily(
        "hearback_queue_messages", "Messages that wait or are in hand", labels=["queue"]
    )
    oldest = GaugeMetricFamily("hearback_queue_oldest_seconds", "Age of the oldest message", labels=["queue"])
    for name, found in laptop.backlog().items():
        waiting.add_metric([name], found.messages)
        oldest.add_metric([name], found.oldest.total_seconds() if found.oldest else 0.0)
    yield from (waiting, oldest)


def _from_here(caller: str, headers: Mapping[str, str]) -> bool:
    passed_on = any(name in headers for name in _PASSED_ON)
    return not passed_on and _is_loopback(caller) and _is_loopback(_host(headers))


def _host(headers: Mapping[str, str]) -> str:
    host = headers.get("host", "")
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _bears(token: str, headers: Mapping[str, str]) -> bool:
    kind, _, shown_token = headers.get("authorization", "").partition(" ")
    return (
        bool(token) and kind.lower() == "bearer" and hmac.compare_digest(shown_token.encode(), token.encode())
    )


def _at_the_desk(headers: Mapping[str, str], ports: Ports) -> bool:
    return session.find(Inbound(method="GET", headers=headers, received_at=ports.clock()), ports) is not None
