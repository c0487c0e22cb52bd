"""Published versions: numbered, kept with who and when, and read back by whoever runs the cases."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.core.errors import HearbackError
from chalicelib.core.events import PolicyChanged
from chalicelib.envelope import seal
from chalicelib.policies.build import PolicySet, Secrets, build
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.texts import FluentTexts
from chalicelib.queues.contract import Queue
from chalicelib.store.contract import Records, Store

_LIVE = "policy:live"
_BATCH = 100


class NothingPublished(HearbackError):
    """No version of the owner's files has been published yet."""


def publish(bundle: Bundle, records: Records, now: datetime, *, by: str) -> str:
    """Keep a checked bundle as the next version, make it live, and return its number.

    A bundle that equals the live one keeps the live number.
    """
    version = {"bundle": json.loads(bundle.to_json()), "by": by, "at": now.isoformat()}
    text = json.dumps(version, ensure_ascii=False)
    while True:
        live = records.get(_LIVE, now)
        number = int(live.value) if live else 0
        if number and _bundle(records, str(number), now).to_json() == bundle.to_json():
            return str(number)
        following = number + 1
        while not records.put(_key(str(following)), text, version=0):
            # Somebody else is publishing, or died doing so; nobody's version is ever written over.
            following += 1
        if records.put(_LIVE, str(following), version=live.version if live else 0):
            return str(following)
        # Another version went live meanwhile, so this one comes after it.
        records.take(_key(str(following)), now)


def announce(policies: PolicySet, store: Store, events: Queue, now: datetime) -> int:
    """Tell every open case of a version it has not been decided under; return how many (R13)."""
    told = 0
    stale = _stale(policies, store)
    while batch := list(islice(stale, _BATCH)):
        events.put(
            [
                seal(
                    channel,
                    PolicyChanged(id=f"policy:{policies.version}:{case_id}", at=now, case_id=case_id),
                )
                for channel, case_id in batch
            ]
        )
        told += len(batch)
    return told


def _stale(policies: PolicySet, store: Store) -> Iterator[tuple[str, str]]:
    for channel in policies.channels:
        for case in store.open_cases(channel):
            if case.policy_version != policies.version:
                yield channel, case.id


class PublishedPolicies:
    """The live version out of the store, looked up anew when it is older than `fresh_for`."""

    def __init__(
        self, records: Records, secrets: Secrets, clock: Callable[[], datetime], fresh_for: timedelta
    ) -> None:
        """Take the ports; nothing is read yet."""
        self._records = records
        self._secrets = secrets
        self._clock = clock
        self._fresh_for = fresh_for
        self._lock = threading.Lock()
        self._looked_at: datetime | None = None
        self._policies: PolicySet | None = None

    def live(self) -> PolicySet:
        """Return the live version. Raises `NothingPublished`."""
        now = self._clock()
        with self._lock:
            if self._policies is None or self._looked_at is None or now - self._looked_at >= self._fresh_for:
                self._policies, self._looked_at = self._look(now), now
            return self._policies

    def forget(self) -> None:
        """Build the policies anew at the next look, because a secret has changed."""
        with self._lock:
            self._policies = None

    def _look(self, now: datetime) -> PolicySet:
        live = self._records.get(_LIVE, now)
        if live is None:
            raise NothingPublished("no policies have been published yet")
        if self._policies is not None and self._policies.version == live.value:
            return self._policies
        return built(_bundle(self._records, live.value, now), live.value, self._secrets)


def built(bundle: Bundle, version: str, secrets: Secrets) -> PolicySet:
    """Return the policies of a bundle."""
    return build(
        version=version,
        policy=bundle.policy,
        hours=bundle.hours,
        channels=bundle.channels,
        texts=FluentTexts(bundle.messages),
        languages=frozenset(bundle.messages),
        secrets=secrets,
    )


def _bundle(records: Records, version: str, now: datetime) -> Bundle:
    record = records.get(_key(version), now)
    if record is None:
        raise NothingPublished(f"version {version} of the policies is not in the store")
    return Bundle(**json.loads(record.value)["bundle"])


def _key(version: str) -> str:
    return f"policy:{int(version):06d}"
