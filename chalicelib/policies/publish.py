"""Published versions: numbered, kept with who and when, and read back by whoever runs the cases."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from chalicelib import restored
from chalicelib.core.events import PolicyChanged
from chalicelib.envelope import seal
from chalicelib.policies import versions
from chalicelib.policies.build import PolicySet, Retired, Secrets, build
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.texts import FluentTexts
from chalicelib.policies.versions import Content, Manifest, NeverPublished, NothingPublished
from chalicelib.queues.contract import Queue
from chalicelib.store.contract import Records, Store

__all__ = ["NeverPublished", "NothingPublished", "PublishedPolicies", "announce", "built", "publish"]

_BATCH = 100
_SETTLES_WITHIN = timedelta(days=2)
"""Longer than anything that is on its way to or from a channel is tried again."""


def publish(
    bundle: Bundle,
    records: Records,
    now: datetime,
    *,
    by: str,
    why: str = "",
    sources: Mapping[str, str] | None = None,
    store: Store | None = None,
    rolls_back: bool = False,
) -> str:
    """Keep a checked bundle as the next version, make it live, and return its number.

    A bundle that equals the live one keeps the live number. A channel that was there before and is not in
    the bundle is kept beside it as retired; a later version leaves it out once `store` holds no open case
    of it. Without a store none is left out. `sources` are the files themselves, by their names. A version
    that rolls back remembers what it stands instead of: see `held_back`.

    Every write before the last leaves the live version as it is, so a publisher may die anywhere.
    """
    while True:
        live = versions.live_record(records, now)
        before = versions.manifest(records, live.value, now) if live else None
        was = versions.content(records, before, now) if before else None
        if before and was and was.bundle.to_json() == bundle.to_json():
            if before.instead_of and not rolls_back:
                versions.settle(records, before.number)
            return before.number
        version = Manifest(
            number=str(int(before.number) + 1) if before else "1",
            by=by,
            at=now,
            why=why,
            after=before.number if before else "",
            instead_of=(before.number, *before.instead_of) if before and rolls_back else (),
        )
        content = Content(bundle=bundle, retired=tuple(_retired(was, bundle, store, now)) if was else ())
        number = _kept(records, version, content, sources or {})
        if versions.make_live(records, number, live):
            return number
        # Another version went live meanwhile, so this one comes after it.
        versions.take_back(records, number, now)


def _kept(records: Records, version: Manifest, content: Content, sources: Mapping[str, str]) -> str:
    """Keep a version under the first free number and return it."""
    while not versions.keep(records, version, content, sources):
        # Somebody else is publishing, or died doing so; nobody's version is ever written over.
        version = replace(version, number=str(int(version.number) + 1))
    return version.number


def held_back(bundle: Bundle, records: Records, now: datetime) -> str:
    """Return the number of the version that was rolled back from and that these files still say, else "".

    What was taken back on purpose does not come back by itself, because a program starts or a file is
    saved again; it takes `policy publish`, or another change of the files. Once the files have said what is
    live, whatever they say next is a change and goes live: a kill switch, too (R35).
    """
    live = versions.live_record(records, now)
    if live is None:
        return ""
    version = versions.manifest(records, live.value, now)
    said = bundle.to_json()
    if not version.instead_of or versions.is_settled(records, version.number, now):
        return ""
    if versions.content(records, version, now).bundle.to_json() == said:
        return ""
    for number in version.instead_of:
        was = versions.content(records, versions.manifest(records, number, now), now)
        if was.bundle.to_json() == said:
            return number
    return ""


def candidate(
    bundle: Bundle, records: Records, now: datetime, secrets: Secrets, store: Store | None = None
) -> PolicySet:
    """Return the policies as they would be if these files went live now; nothing is written."""
    live = versions.live_record(records, now)
    retired: tuple[Retired, ...] = ()
    if live:
        was = versions.content(records, versions.manifest(records, live.value, now), now)
        retired = tuple(_retired(was, bundle, store, now))
    return built(bundle, "files", secrets, retired, restored.moment(records, now))


def _retired(before: Content, bundle: Bundle, store: Store | None, now: datetime) -> Iterator[Retired]:
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
                    PolicyChanged(
                        id=f"policy:{policies.version}:{case_id}",
                        at=now,
                        case_id=case_id,
                        version=policies.version,
                    ),
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
        self._used: dict[str, str] = {}
        self._since: datetime | None = None

    def live(self, at_least: str = "") -> PolicySet:
        """Return the live version, looked up anew where the one known is older than `at_least`.

        Raises `NothingPublished`, `NeverPublished` where there is none at all.
        """
        now = self._clock()
        with self._lock:
            stale = self._looked_at is None or now - self._looked_at >= self._fresh_for
            if self._policies is None or stale or _number(self._policies.version) < _number(at_least):
                self._policies, self._looked_at = self._look(now), now
            return self._policies

    def forget(self) -> None:
        """Build the policies anew at the next look, because a secret has changed."""
        with self._lock:
            self._policies = None

    def _look(self, now: datetime) -> PolicySet:
        live = versions.live_record(self._records, now)
        if live is None:
            raise NeverPublished("no policies have been published yet")
        # Marked while functions are warm, a store that was put back is known to them as well.
        since = restored.moment(self._records, now)
        if self._policies is not None and self._policies.version == live.value and self._are_current(since):
            return self._policies
        version = versions.content(self._records, versions.manifest(self._records, live.value, now), now)
        used: dict[str, str] = {}
        made = built(
            version.bundle, live.value, lambda name: _noted(name, self._secrets, used), version.retired, since
        )
        self._used, self._since = used, since
        return made

    def _are_current(self, since: datetime | None) -> bool:
        """Return whether the store and the secrets still are what the policies were built with."""
        same = (self._secrets(name) == value for name, value in self._used.items())
        return self._since == since and all(same)


def _noted(name: str, secrets: Secrets, used: dict[str, str]) -> str:
    return used.setdefault(name, secrets(name))


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0


def built(
    bundle: Bundle,
    version: str,
    secrets: Secrets,
    retired: Sequence[Retired] = (),
    restored_at: datetime | None = None,
) -> PolicySet:
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
        words=bundle.words,
        roster=bundle.roster,
        restored_at=restored_at,
    )
