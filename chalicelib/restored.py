"""When the store was last put back from a backup; nothing after the backup is known to it (R34)."""

from datetime import datetime

from chalicelib.store.contract import Records

RECORD = "state:restored"
"""Holds the moment of the restoration as ISO 8601, in UTC."""

_LOGINS = ("session:", "login:")


def moment(records: Records, now: datetime) -> datetime | None:
    """Return when the store was put back, None where it never was."""
    record = records.get(RECORD, now)
    return datetime.fromisoformat(record.value) if record else None


def mark(records: Records, now: datetime) -> None:
    """Note that the store has just been put back, and log everybody out: before anything works with it."""
    records.put(RECORD, now.isoformat())
    # Whoever has logged out since, or used up a link, would be in again.
    for key in [key for prefix in _LOGINS for key in records.keys(prefix)]:
        records.take(key, now)
