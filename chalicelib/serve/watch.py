"""The owner's folder, looked at every second: a good change goes live, a bad one changes nothing (R13)."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.policies import publish, sources
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.load import Loaded, load
from chalicelib.serve import ready
from chalicelib.settings import BadEnvFile
from chalicelib.wiring import Laptop

PROBLEM = "state:policies"
"""The record that holds the mistakes of files that are not in force."""


_READ = ("*.yaml", "messages/*.ftl", "words/*.yaml")


class Watch:
    """Remembers what the files looked like, and publishes them when they change.

    `missing` holds for each channel the secrets that only its owner has and that have no value, each
    with what it is; `mistaken` tells whether the files are not in force because of a mistake.
    """

    def __init__(self, laptop: Laptop, folder: Path, tell: Callable[[str], None]) -> None:
        """Take the folder and a way to tell the owner."""
        self.missing: Mapping[str, Mapping[str, str]] = {}
        self.mistaken = False
        self._laptop = laptop
        self._folder = folder
        self._tell = tell
        self._bundle: Bundle | None = None
        self._warnings: tuple[Mistake, ...] = ()
        self._seen: object = None
        self._last: object = None
        self._read: object = None

    def start(self) -> str:
        """Publish the folder as it is and return the live version.

        With mistakes in it the last good version goes on, so that timers fire after a restart, too (R13,
        R34). Raises `BadPolicy` when there is none, `BadEnvFile` when there is no using the secrets.
        """
        self._laptop.secrets.read()
        self._seen = self._last = self._looks()
        self._read = self._folder_looks()
        try:
            loaded = load(self._folder, self._laptop.ports.clock())
        except BadPolicy as error:
            self._go_on_without(error)
        else:
            self._take(loaded)
            self._make_up_secrets()
            self._note([])
        version = self._publish()
        self._announce()
        self.missing = self._lacking()
        return version

    def look(self) -> None:
        """Put the files in force if they have changed, and have come to rest, since the last look."""
        looks = self._looks()
        # A file that is being saved may be half of itself: two looks must agree.
        at_rest, self._last = looks == self._last, looks
        if at_rest and looks != self._seen:
            self._change()
            self._seen = looks

    def _change(self) -> None:
        before = self._laptop.ports.policies.live().version
        wrong = [*self._wrong_policies(before), *self._wrong_secrets()]
        was_mistaken = self._note(wrong)
        version = self._publish()
        told = self._announce()
        if version != before:
            self._tell(f"Policy version {version} is live; {told} open cases are reckoned anew.")
        elif was_mistaken and not wrong:
            self._tell(f"The files are right again: policy version {version} stays live.")
        self._tell_of_channels()

    def _wrong_policies(self, live: str) -> Iterator[str]:
        self._read = self._folder_looks()
        try:
            loaded = load(self._folder, self._laptop.ports.clock())
        except BadPolicy as error:
            yield f"{error}\nThe files have mistakes: policy version {live} stays live."
            return
        # Saved anew while it was read: the next look sees to it.
        if self._folder_looks() == self._read:
            self._take(loaded)

    def _take(self, loaded: Loaded) -> None:
        """Keep files that may go live, and tell of the warnings that are new."""
        for warning in loaded.warnings:
            if warning not in self._warnings:
                self._tell(str(warning))
        self._bundle, self._warnings = loaded.bundle, loaded.warnings

    def _wrong_secrets(self) -> Iterator[str]:
        try:
            self._laptop.secrets.read()
            self._make_up_secrets()
        except BadEnvFile as error:
            yield f"{error}\nUntil then the secrets that were read before stay in force."

    def _go_on_without(self, error: BadPolicy) -> None:
        try:
            live = self._laptop.ports.policies.live().version
        except publish.NothingPublished:
            raise error from None
        attention = f"ATTENTION: your files have mistakes. Until you mend them, version {live} is live."
        self._note([f"{error}\n\n{attention}"])

    def _note(self, wrong: list[str]) -> bool:
        """Tell and keep what is wrong now; return whether something was wrong before."""
        ports = self._laptop.ports
        before = ports.records.take(PROBLEM, ports.clock())
        for problem in wrong:
            self._tell(problem)
        if wrong:
            ports.records.put(PROBLEM, "\n".join(wrong))
        self.mistaken = bool(wrong)
        return before is not None

    def _publish(self) -> str:
        ports = self._laptop.ports
        # Secrets may have changed even where the policies have not.
        self._laptop.policies.forget()
        if self._bundle is None:
            return ports.policies.live().version
        now = ports.clock()
        if self._is_held_back(self._bundle):
            return ports.policies.live().version
        files = sources.read(self._folder)
        # Saved anew since they were read: what they said a moment ago is lost, and the next look comes soon.
        kept = files if self._folder_looks() == self._read else None
        return publish.publish(self._bundle, ports.records, now, by="files", sources=kept, store=ports.store)

    def _is_held_back(self, bundle: Bundle) -> bool:
        """Return whether these files were rolled back from, and say so: a restart undoes no rollback."""
        ports = self._laptop.ports
        held = publish.held_back(bundle, ports.records, ports.clock())
        if held:
            live = ports.policies.live().version
            self._tell(
                f"Policy version {live} stays live: your files still say what version {held} said,"
                " which was rolled back. Change them, put the files of the live version back "
                f"(`hearback policy rollback {live} --restore-files`), or publish them all the same "
                "(`hearback policy publish`)."
            )
        return bool(held)

    def _announce(self) -> int:
        ports = self._laptop.ports
        return publish.announce(ports.policies.live(), ports.store, ports.events, ports.clock())

    def _documents(self) -> ready.Documents:
        return self._bundle.channels["channels"] if self._bundle else ()

    def _make_up_secrets(self) -> None:
        secrets = self._laptop.secrets
        for name in ready.make_up_secrets(self._documents(), secrets):
            self._tell(f"{name} was missing and is now a random word in {secrets.path}")

    def _lacking(self) -> dict[str, dict[str, str]]:
        return {one["id"]: ready.missing(one, self._laptop.secrets) for one in self._documents()}

    def _tell_of_channels(self) -> None:
        before, self.missing = self.missing, self._lacking()
        for channel, secrets in self.missing.items():
            if secrets and secrets != before.get(channel):
                lines = [f"  {name}=    {what}" for name, what in secrets.items()]
                path = self._laptop.secrets.path
                self._tell("\n".join([f"Channel {channel} is not ready. Write into {path}:", *lines]))
            elif not secrets and before.get(channel, True):
                address = f"{self._laptop.ports.base_url}/webhooks/{channel}"
                self._tell(f"Channel {channel} is ready: {address}")

    def _looks(self) -> object:
        return self._folder_looks(), _stamp(self._laptop.secrets.path)

    def _folder_looks(self) -> object:
        files = (path for pattern in _READ for path in self._folder.glob(pattern))
        return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
