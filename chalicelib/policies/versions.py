"""How a published version is kept: its content in parts that fit every store, and a manifest that names them.

    policy:live                       the number of the live version
    policy:<number>                   the manifest: who, when, why, and the digests of what follows
    policy-settled:<number>           that the folder has said since what this rolled-back version says
    policy-part:<digest>.<part>       compressed content, at most 300,000 letters a part

A part is named by the digest of the whole it belongs to, so it never changes and equal content is kept once.
Versions of earlier days are one record that holds everything.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.core.errors import HearbackError
from chalicelib.core.values import dataclass
from chalicelib.policies.build import Retired
from chalicelib.policies.bundle import Bundle
from chalicelib.store.contract import Record, Records

PART = 300_000
"""Letters of a part; DynamoDB takes 400 KB an item."""

_LIVE = "policy:live"


class NothingPublished(HearbackError):
    """No version of the owner's files has been published yet, or not this one."""


class NeverPublished(NothingPublished):
    """Nothing at all has been published yet: the store is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a piece of content is kept: the digest of it and in how many parts."""

    digest: str
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One version without its content. `after` is the number of the version that was live before it.

    `instead_of` holds the numbers of the versions it was rolled back from. `inline` is the content of a
    version of earlier days, which is one record.
    """

    number: str
    by: str
    at: datetime
    why: str = ""
    after: str = ""
    instead_of: tuple[str, ...] = ()
    content: Kept | None = None
    sources: Kept | None = None
    inline: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says: the owner's checked files, and the channels on their way out."""

    bundle: Bundle
    retired: tuple[Retired, ...] = ()


def live_record(records: Records, now: datetime) -> Record | None:
    """Return the record that names the live version, None before the first."""
    return records.get(_LIVE, now)


def make_live(records: Records, number: str, before: Record | None) -> bool:
    """Make a version live unless another has become so meanwhile; return whether it is."""
    return records.put(_LIVE, number, version=before.version if before else 0)


def keep(records: Records, version: Manifest, content: Content, sources: Mapping[str, str]) -> bool:
    """Keep a version, its parts before its manifest; return False where its number is taken."""
    kept = _keep(records, _content_json(content))
    files = _keep(records, json.dumps(dict(sources), ensure_ascii=False)) if sources else None
    data = {
        "by": version.by,
        "at": version.at.isoformat(),
        "why": version.why,
        "after": version.after,
        "instead_of": list(version.instead_of),
        "content": {"digest": kept.digest, "parts": kept.parts},
        "sources": {"digest": files.digest, "parts": files.parts} if files else None,
    }
    return records.put(_key(version.number), json.dumps(data, ensure_ascii=False), version=0)


def take_back(records: Records, number: str, now: datetime) -> None:
    """Remove the manifest of a version that did not become live; parts may be another's, too, and stay."""
    records.take(_key(number), now)


def settle(records: Records, number: str) -> None:
    """Remember that the folder says what a version that rolled back says: its next change is a new one."""
    records.put(_settled_key(number), "yes")


def is_settled(records: Records, number: str, now: datetime) -> bool:
    """Return whether the folder has been in line with a version that rolled back."""
    return records.get(_settled_key(number), now) is not None


def manifest(records: Records, number: str, now: datetime) -> Manifest:
    """Return a version without its content. Raises `NothingPublished` where there is no such version."""
    record = records.get(_key(number), now) if number.isdecimal() else None
    if record is None:
        raise NothingPublished(f"version {number} of the policies is not in the store")
    try:
        data = json.loads(record.value)
        at = datetime.fromisoformat(data["at"])
    except (KeyError, TypeError, ValueError):
        raise NothingPublished(f"version {number} of the policies was never finished") from None
    if "bundle" in data:
        before = str(int(number) - 1)
        after = before if records.get(_key(before), now) else ""
        return Manifest(number=number, by=data["by"], at=at, after=after, inline=data)
    return Manifest(
        number=str(int(number)),
        by=data["by"],
        at=at,
        why=data["why"],
        after=data["after"],
        instead_of=tuple(data["instead_of"]),
        content=Kept(**data["content"]),
        sources=Kept(**data["sources"]) if data["sources"] else None,
    )


def content(records: Records, version: Manifest, now: datetime) -> Content:
    """Return what a version says. Raises `NothingPublished` where a part of it is gone."""
    if version.content is None:
        return _content_of(version.inline)
    return _content_of(json.loads(_read(records, version, version.content, now)))


def sources(records: Records, version: Manifest, now: datetime) -> Mapping[str, str]:
    """Return the files of a version letter by letter, by their names; none for versions of earlier days.

    Raises `NothingPublished` where a part of them is gone.
    """
    if version.sources is None:
        return {}
    found: dict[str, str] = json.loads(_read(records, version, version.sources, now))
    return found


def chain(records: Records, now: datetime) -> Iterator[Manifest]:
    """Yield the live version and all that were live before it, the newest first."""
    live = live_record(records, now)
    number = live.value if live else ""
    while number:
        try:
            version = manifest(records, number, now)
        except NothingPublished:
            return
        yield version
        number = version.after


def _keep(records: Records, text: str) -> Kept:
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    digest = hashlib.sha256(packed.encode()).hexdigest()[:32]
    parts = [packed[start : start + PART] for start in range(0, len(packed), PART)]
    for number, part in enumerate(parts):
        records.put(_part_key(digest, number), part)
    return Kept(digest=digest, parts=len(parts))


def _read(records: Records, version: Manifest, kept: Kept, now: datetime) -> str:
    found = [records.get(_part_key(kept.digest, number), now) for number in range(kept.parts)]
    packed = "".join(part.value for part in found if part)
    if hashlib.sha256(packed.encode()).hexdigest()[:32] != kept.digest:
        raise NothingPublished(f"a part of version {version.number} of the policies is not in the store")
    return zlib.decompress(base64.b64decode(packed)).decode()


def _content_json(content: Content) -> str:
    retired = [
        {"channel": one.channel, "calendar": one.calendar, "since": one.since.isoformat()}
        for one in content.retired
    ]
    return json.dumps(
        {"bundle": json.loads(content.bundle.to_json()), "retired": retired}, ensure_ascii=False
    )


def _content_of(data: Mapping[str, Any]) -> Content:
    return Content(bundle=Bundle(**data["bundle"]), retired=_retired(data.get("retired", ())))


def _retired(found: Sequence[Mapping[str, Any]]) -> tuple[Retired, ...]:
    return tuple(Retired(**{**one, "since": datetime.fromisoformat(one["since"])}) for one in found)


def _key(number: str) -> str:
    return f"policy:{int(number):06d}"


def _settled_key(number: str) -> str:
    return f"policy-settled:{int(number):06d}"


def _part_key(digest: str, number: int) -> str:
    return f"policy-part:{digest}.{number:04d}"
