"""Published versions: numbered, kept with who and when, and read back by whoever runs the cases."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.core.errors import HearbackError
from chalicelib.core.events import PolicyChanged
from chalicelib.envelope import seal
from chalicelib.language.shipped import shipped
from chalicelib.language.vocabulary import Vocabulary
from chalicelib.policies.build import PolicySet, Retired, Secrets, build
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.texts import FluentTexts
from chalicelib.queues.contract import Queue
from chalicelib.store.contract import Records, Store

_LIVE = "policy:live"
_BATCH = 100
_SETTLES_WITHIN = timedelta(days=2)
"""Longer than anything that is on its way to or from a channel is tried again."""


class NothingPublished(HearbackError):
    """No version of the owner's files has been published yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version as it is kept: the owner's files, by whom and when, and the channels on their way out."""

    bundle: Bundle
    by: str
    at: datetime
    retired: tuple[Retired, ...] = ()

    def to_json(self) -> str:
        """Return the version as JSON text."""
        retired = [
            {"channel": one.channel, "calendar": one.calendar, "since": one.since.isoformat()}
            for one in self.retired
        ]
        bundle = json.loads(self.bundle.to_json())
        data = {"bundle": bundle, "by": self.by, "at": self.at.isoformat(), "retired": retired}
        return json.dumps(data, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Version":
        """Return the version that `to_json` wrote."""
        data = json.loads(text)
        retired = tuple(
            Retired(**{**one, "since": datetime.fromisoformat(one["since"])})
            for one in data.get("retired", ())
        )
        at = datetime.fromisoformat(data["at"])
        return Version(bundle=Bundle(**data["bundle"]), by=data["by"], at=at, retired=retired)


def publish(bundle: Bundle, records: Records, now: datetime, *, by: str, store: Store | None = None) -> str:
    """Keep a checked bundle as the next version, make it live, and return its number.

    A bundle that equals the live one keeps the live number. A channel that was there before and is not in
    the bundle is kept beside it as retired; a later version leaves it out once `store` holds no open case
    of it. Without a store none is left out.
    """
    while True:
        live = records.get(_LIVE, now)
        number = int(live.value) if live else 0
        before = _version(records, str(number), now) if number else None
        if before and before.bundle.to_json() == bundle.to_json():
            return str(number)
        retired = tuple(_retired(before, bundle, store, now)) if before else ()
        text = Version(bundle=bundle, by=by, at=now, retired=retired).to_json()
        following = number + 1
        while not records.put(_key(str(following)), text, version=0):
            # Somebody else is publishing, or died doing so; nobody's version is ever written over.
            following += 1
        if records.put(_LIVE, str(following), version=live.version if live else 0):
            return str(following)
        # Another version went live meanwhile, so this one comes after it.
        records.take(_key(str(following)), now)


def _retired(before: Version, bundle: Bundle, store: Store | None, now: datetime) -> Iterator[Retired]:
    """Yield the channels that the owner has taken out and of which cases may still be open (R34)."""
    stays = {document["id"] for document in bundle.channels["channels"]}
    calendars = before.bundle.hours["calendars"]
    for document in before.bundle.channels["channels"]:
        if document["id"] not in stays:
            calendar = calendars[document.get("calendar", "default")]
            yield Retired(channel=document, calendar=calendar, since=now)
    for one in before.retired:
        if one.channel["id"] not in stays and _is_needed(one, store, now):
            yield one


def _is_needed(one: Retired, store: Store | None, now: datetime) -> bool:
    # What was on its way when the channel went may still open a case, or tell what became of a message.
    if store is None or now - one.since < _SETTLES_WITHIN:
        return True
    return next(iter(store.open_cases(one.channel["id"])), None) is not None


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
        version = _version(self._records, live.value, now)
        return built(version.bundle, live.value, self._secrets, version.retired)


def built(bundle: Bundle, version: str, secrets: Secrets, retired: Sequence[Retired] = ()) -> PolicySet:
    """Return the policies of a bundle, and of the channels on their way out."""
    return build(
        version=version,
        policy=bundle.policy,
        hours=bundle.hours,
        channels=bundle.channels,
        texts=FluentTexts(bundle.messages),
        languages=frozenset(bundle.messages),
        secrets=secrets,
        retired=retired,
        vocabulary=Vocabulary(bundle.words) if bundle.words else shipped(),
        roster=bundle.roster,
    )


def _version(records: Records, number: str, now: datetime) -> Version:
    record = records.get(_key(number), now)
    if record is None:
        raise NothingPublished(f"version {number} of the policies is not in the store")
    return Version.from_json(record.value)


def _key(version: str) -> str:
    return f"policy:{int(version):06d}"
