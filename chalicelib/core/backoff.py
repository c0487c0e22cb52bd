"""When what surely did not go out is tried again (R34). Pure."""

import hashlib
from datetime import datetime, timedelta

from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.policy import Policy

ALERT_RETRY_FOR = timedelta(hours=24)


def retry_at(delivery: Delivery, policy: Policy, now: datetime, retry_after: float | None) -> datetime | None:
    """Return when to try again, None where trying ends; never sooner than the platform said, in seconds."""
    retry_for = ALERT_RETRY_FOR if delivery.effect is Effect.ALERT_OWNER else policy.numbers.retry_for
    backoff = min(5 * 2 ** (delivery.attempt - 1), 600)
    # Jitter without randomness: it differs from case to case, yet the same history gives the same times.
    spread = int(hashlib.sha256(f"{delivery.key}#{delivery.attempt}".encode()).hexdigest()[:4], 16) / 0xFFFF
    later = now + timedelta(seconds=max(retry_after or 0, backoff * (1 + spread / 4)))
    return later if later <= delivery.first_due_at + retry_for else None
