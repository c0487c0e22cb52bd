"""What has been deployed, in the order in which it went live, and which of it is live. Pure."""

import json
from dataclasses import asdict, dataclass, replace

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
    `gone` are those just forgotten, until their files are gone as well.
    """

    all: tuple[Release, ...] = ()
    live: int = -1
    gone: tuple[Release, ...] = ()

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
        return Releases(self.all[first:], self.live - first if self.live >= 0 else -1)

    def files(self) -> set[str]:
        """Return the names of all their files, and of those forgotten since they were last kept."""
        return {key for one in (*self.all, *self.gone) for key in (one.code, one.template)}

    def to_json(self) -> str:
        """Return them as JSON."""
        return json.dumps({"live": self.live, "releases": [asdict(one) for one in self.all]}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Releases":
        """Read what `to_json` has written."""
        found = json.loads(text)
        return cls(tuple(Release(**one) for one in found["releases"]), found["live"])
