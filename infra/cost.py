"""What a month costs: an estimate from what a message needs and what AWS asks for it. Pure.

What is measured is said so, with its bench; everything else is assumed, rather too high than too low.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.prices import AS_OF, MILLION, Free, Prices

SCALES = (1_000, 10_000, 100_000)
"""Customers' messages a month for which the estimate is shown."""

MESSAGES_A_CASE = 2
"""As in the life of a case that `./hearback bench store_operations` measures."""
WRITE_UNITS_A_CASE = 75
"""Measured there; the 17 reads of that life are one unit each."""
READ_UNITS_A_CASE = 17
SWEEPS = 43_800
"""One each minute of a month."""
READ_UNITS_A_SWEEP = 4
"""Measured by `./hearback bench sweep`, whatever the number of open cases."""

WEBHOOKS_A_MESSAGE = 3
"""The message, and what platforms tell besides: echoes of replies, receipts of delivery and reading."""
WAKEUPS_A_CASE = 4
WEBHOOK_SECONDS, EVENT_SECONDS, WAKEUP_SECONDS, SWEEP_SECONDS = 0.3, 0.3, 0.8, 0.3
"""Cold starts and the platform's answers included; each at the size of its function (1 GB, the sweep 0.5)."""

KB_A_CASE = 10
MONTHS_KEPT = 13
"""A case is kept for 400 days (`store.contract.KEPT_FOR`)."""

KB_OF_LOG_A_RUN = 1.0
POLLS = 2 * 5 * 3 * SWEEPS
"""Lambda's own looking into two queues: five connections, each asking three times a minute."""
METRICS = 25
"""What a shop with a few channels has of `chalicelib.metrics`, a metric for each set of labels."""
ALARM_METRICS = 14
"""Of resources.yaml; an alarm over several metrics costs as many."""
SECRETS = 10
"""Decrypted each minute by the sweep, and each minute with work by the others."""

_KB_IN_GB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The dollars of one service a month: all that is used, and what is left when the free share is used."""

    service: str
    whole: float
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The dollars of a month with so many customers' messages."""

    messages: int
    lines: tuple[Line, ...]

    @property
    def whole(self) -> float:
        """Without the free share."""
        return sum(line.whole for line in self.lines)

    @property
    def due(self) -> float:
        """With it, where nothing else in the account uses it."""
        return sum(line.due for line in self.lines)


def estimate(messages: int, prices: Prices) -> Estimate:
    """Return what so many customers' messages a month cost, in the thirteenth month and later."""
    cases = messages / MESSAGES_A_CASE
    webhooks, wakeups = messages * WEBHOOKS_A_MESSAGE, cases * WAKEUPS_A_CASE
    lines = (
        _functions(webhooks, wakeups, prices),
        _line("API Gateway", (webhooks / MILLION, prices.api_requests, 0)),
        _table(cases, prices),
        _queues(webhooks, wakeups, prices),
        _watching(webhooks * 2 + wakeups + SWEEPS, prices),
        _line(
            "KMS (secrets)",
            (_decrypted(webhooks) / MILLION, prices.key_requests, _FREE.key_requests / MILLION),
        ),
    )
    return Estimate(messages=messages, lines=lines)


def told(prices: Prices, region: str) -> Iterator[str]:
    """Yield the estimate as the lines of a table."""
    found = [estimate(messages, prices) for messages in SCALES]
    of = "" if prices.region == region else f"; those of {region} differ a little"
    yield f"What a month may cost, in US dollars: an estimate with the prices of {prices.region}, {AS_OF}{of}"
    yield _row("messages of customers a month", [f"{one.messages:,}" for one in found])
    for lines in zip(*(one.lines for one in found), strict=True):
        yield _row(f"  {lines[0].service}", [f"{line.whole:.2f}" for line in lines])
    yield _row("in all", [f"{one.whole:.2f}" for one in found])
    yield _row("with the share AWS gives for nothing each month", [f"{one.due:.2f}" for one in found])


_FREE = Free()

Used = tuple[float, float, float]
"""How much, at which price, and how much of it is free."""


def _line(service: str, *used: Used) -> Line:
    whole = sum(much * price for much, price, _ in used)
    due = sum(max(0.0, much - free) * price for much, price, free in used)
    return Line(service=service, whole=whole, due=due)


def _functions(webhooks: float, wakeups: float, prices: Prices) -> Line:
    seconds = (
        webhooks * (WEBHOOK_SECONDS + EVENT_SECONDS) + wakeups * WAKEUP_SECONDS + SWEEPS * SWEEP_SECONDS / 2
    )
    runs = webhooks * 2 + wakeups + SWEEPS
    return _line(
        "Lambda",
        (runs / MILLION, prices.lambda_requests, _FREE.lambda_requests / MILLION),
        (seconds, prices.lambda_gb_second, _FREE.lambda_gb_seconds),
    )


def _table(cases: float, prices: Prices) -> Line:
    kept = cases * KB_A_CASE * MONTHS_KEPT / _KB_IN_GB
    reads = cases * READ_UNITS_A_CASE + SWEEPS * READ_UNITS_A_SWEEP
    return _line(
        "DynamoDB, with backups",
        (cases * WRITE_UNITS_A_CASE / MILLION, prices.write_units, 0),
        (reads / MILLION, prices.read_units, 0),
        (kept, prices.table_gb, _FREE.table_gb),
        (kept, prices.backup_gb, 0),
    )


def _queues(webhooks: float, wakeups: float, prices: Prices) -> Line:
    # Put, received, deleted. The free share goes to the dearer half of Lambda's looking last.
    return _line(
        "SQS",
        ((webhooks * 3 + POLLS / 2) / MILLION, prices.fifo_requests, 0),
        ((wakeups * 3 + POLLS / 2) / MILLION, prices.queue_requests, _FREE.queue_requests / MILLION),
    )


def _watching(runs: float, prices: Prices) -> Line:
    return _line(
        "CloudWatch: logs, figures, alarms",
        (runs * KB_OF_LOG_A_RUN / _KB_IN_GB, prices.log_gb, _FREE.log_gb),
        (METRICS, prices.metric, _FREE.metrics),
        (ALARM_METRICS, prices.alarm_metric, _FREE.alarm_metrics),
    )


def _decrypted(webhooks: float) -> float:
    # Two functions beside the sweep, in at most each minute of the month.
    return SECRETS * (SWEEPS + 2 * min(webhooks, SWEEPS))


def _row(name: str, cells: list[str]) -> str:
    return f"  {name:<50}" + "".join(f"{cell:>10}" for cell in cells)
