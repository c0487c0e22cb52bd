"""The ledgers of what was said automatically, kept in the store and shared by all workers (R18, R20)."""

from datetime import datetime, timedelta

import msgspec

from chalicelib.core import budget
from chalicelib.core.budget import Account, Ledger, Said
from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, DeliveryStatus, Wording
from chalicelib.core.errors import StaleCase
from chalicelib.core.outbox import digest_of
from chalicelib.core.policy import Policy
from chalicelib.ports import Ports
from chalicelib.store.contract import KEPT_FOR

_RACES = 200
"""More than there are deliverers: in each round at least one of them gets its entry in."""

_decode = msgspec.json.Decoder(Ledger).decode


def spend(case: Case, delivery: Delivery, policy: Policy, ports: Ports) -> str | None:
    """Enter one message in every ledger it counts against; return why it must not go out, None if it may.

    May be repeated for one delivery, which counts once. Nothing is entered where any ledger refuses.
    """
    now = ports.clock()
    counts = 0 if delivery.wording is Wording.STATUS else 1
    said = Said(key=delivery.key, at=now, digest=digest_of(delivery.text), count=counts)
    accounts = [(one, ledger(one, ports)) for one in budget.accounts(case, delivery, policy.numbers)]
    if any(one.key == said.key for _, found in accounts for one in found.said):
        # It was counted when it was tried before; what keeps no keys would count it again.
        accounts = [(account, found) for account, found in accounts if not account.only_counts]
    for account, found in accounts:
        if reason := budget.refused(found, account, said, now):
            return reason
    return next((reason for account, _ in accounts if (reason := _enter(account, said, now, ports))), None)


def words_said(case: Case, policy: Policy, ports: Ports) -> frozenset[str]:
    """Return the digests of the texts a customer got in whichever thread or case (R20).

    What is claimed anew surely has not gone out, so the words it was to have are still unread.
    """
    anew = {one.key for one in case.outbox if one.status is DeliveryStatus.CLAIMED and not one.text}
    said = ledger(budget.customers(case, policy.numbers), ports).said
    return frozenset(one.digest for one in said if one.digest and one.key not in anew)


def ledger(account: Account, ports: Ports) -> Ledger:
    """Return what is entered in an account, nothing where there is none yet."""
    return _read(account, ports.clock(), ports)[0]


def _read(account: Account, now: datetime, ports: Ports) -> tuple[Ledger, int]:
    record = ports.records.get(account.key, now)
    return (_decode(record.value), record.version) if record else (Ledger(), 0)


def _enter(account: Account, said: Said, now: datetime, ports: Ports) -> str | None:
    until = now + (KEPT_FOR if account.keeps_words else timedelta(days=1))
    for _ in range(_RACES):
        found, version = _read(account, now, ports)
        if reason := budget.refused(found, account, said, now):
            return reason
        value = msgspec.json.encode(budget.entered(found, account, said)).decode()
        if ports.records.put(account.key, value, expires_at=until, version=version, now=now):
            return None
    raise StaleCase("other writers were faster every time")
