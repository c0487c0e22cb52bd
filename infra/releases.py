"""What has been deployed, in the order in which it went live, and which of it is live. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

INDEX = "releases.json"
KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A zip with the template it was deployed with; `at` is ISO 8601 in UTC, `by` an ARN."""

    version: str
    code: str
    template: str
    at: str = ""
    by: str = ""

    def is_same(self, other: "Release") -> bool:
        """Return whether both are the same zip and the same template."""
        return (self.code, self.template) == (other.code, other.template)


@dataclass(frozen=True, slots=True)
class Releases:
    """Releases, the oldest first; `live` is the place of the one that runs, -1 for none.

    A rollback moves `live` back and leaves the later ones where they are, so the next rollback goes further
    back instead of forth. A deploy forgets those that were rolled back from: no rollback leads there again.
    `gone` are those just forgotten, until their files are gone as well. `next` is what these become once AWS
    has carried out what it was told to: nobody may be there to note it then.
    """

    all: tuple[Release, ...] = ()
    live: int = -1
    gone: tuple[Release, ...] = ()
    next: "Releases | None" = None

    @property
    def running(self) -> Release | None:
        """The release that runs."""
        return self.all[self.live] if self.live >= 0 else None

    @property
    def before(self) -> Release | None:
        """The release that ran before the one that runs."""
        return self.all[self.live - 1] if self.live > 0 else None

    def deployed(self, release: Release) -> "Releases":
        """Return the releases after one more has gone live; one that runs already changes nothing."""
        if self.running and self.running.is_same(release):
            return self
        others = tuple(one for one in self.all[: self.live + 1] if not one.is_same(release))
        return Releases((*others, release), len(others), gone=self.all)

    def awaiting(self, following: "Releases") -> "Releases":
        """Return the releases while AWS is about to turn them into others."""
        return replace(self, next=following)

    def seen(self, version: str, status: str) -> "Releases":
        """Return the releases as the stack shows them, by the version that runs and CloudFormation's status.

        What AWS has ended with nobody waiting counts as done; what it has put back does not.
        """
        if self.next is None:
            return self._running_as(version)
        # The same zip may run with another template, and then only the status tells which of them.
        put_back = "ROLLBACK" in status and self.runs(version)
        if self.next.runs(version) and not put_back:
            return replace(self.next, gone=self.all)
        return replace(self, next=None, gone=self.next.all)._running_as(version)  # noqa: SLF001 - its own class

    def runs(self, version: str) -> bool:
        """Return whether the release that runs is of this very version."""
        return self.running is not None and self.running.version == version

    def _running_as(self, version: str) -> "Releases":
        found = (one for one in reversed(self.all) if one.version == version)
        release = None if self.runs(version) else next(found, None)
        return self.rolled_back(release) if release else self

    def rolled_back(self, release: Release) -> "Releases":
        """Return the releases after one of them has come to run again."""
        return replace(self, live=self.all.index(release))

    def find(self, version: str) -> Release | None:
        """Return the newest release of a version of the code, by the beginning of its name."""
        found = (one for one in reversed(self.all) if version and one.version.startswith(version))
        return next(found, None)

    def trimmed(self) -> "Releases":
        """Return only the last releases, and the one that runs."""
        first = max(0, len(self.all) - KEPT)
        if 0 <= self.live < first:
            first = self.live
        return Releases(
            self.all[first:],
            self.live - first if self.live >= 0 else -1,
            next=self.next.trimmed() if self.next else None,
        )

    def files(self) -> set[str]:
        """Return the names of all their files, also of those to come and those just forgotten."""
        own = {key for one in (*self.all, *self.gone) for key in (one.code, one.template)}
        return own | (self.next.files() if self.next else set())

    def to_json(self) -> str:
        """Return them as JSON."""
        return json.dumps(self.document(), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Releases":
        """Read what `to_json` has written."""
        return cls._read(json.loads(text))

    def document(self) -> dict[str, Any]:
        """Return them as what JSON is made of."""
        own: dict[str, Any] = {"live": self.live, "releases": [asdict(one) for one in self.all]}
        return {**own, "next": self.next.document()} if self.next else own

    @classmethod
    def _read(cls, found: Mapping[str, Any]) -> "Releases":
        following = cls._read(found["next"]) if "next" in found else None
        return cls(tuple(Release(**one) for one in found["releases"]), found["live"], next=following)
