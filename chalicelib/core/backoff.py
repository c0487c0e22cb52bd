"""When what surely did not go out is tried again (R34). Pure."""

import hashlib
from datetime import datetime, timedelta

from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.policy import Policy

ALERT_RETRY_FOR = timedelta(hours=24)


def retry_at(delivery: Delivery, policy: Policy, now: datetime, retry_after: float | None) -> datetime | None:
    """Return when to try again, None where trying ends; never sooner than the platform said, in seconds.

    Trying ends `retry_for` after the first of the attempts that failed one after the other; what waited for
    something else before has lost nothing of it.
    """
    backoff = min(5 * 2 ** (delivery.attempt - 1), 600)
    # Jitter without randomness: it differs from case to case, yet the same history gives the same times.
    spread = int(hashlib.sha256(f"{delivery.key}#{delivery.attempt}".encode()).hexdigest()[:4], 16) / 0xFFFF
    later = now + timedelta(seconds=max(retry_after or 0, backoff * (1 + spread / 4)))
    return later if later <= _ends_at(delivery, policy, now) else None


def _ends_at(delivery: Delivery, policy: Policy, now: datetime) -> datetime:
    if delivery.effect is Effect.ALERT_OWNER:
        return delivery.first_due_at + ALERT_RETRY_FOR
    numbers = policy.numbers
    tried_until = (delivery.failing_since or now) + numbers.retry_for
    # Nothing is sent after `stale_after`; who has set that shorter than the retries is warned, not cut short.
    return min(tried_until, delivery.first_due_at + max(numbers.stale_after, numbers.retry_for))
