"""Where the values of secrets stand: read, kept and taken away by their names, which channels.yaml holds."""

from typing import Protocol


class Vault(Protocol):
    """The file of the secrets on a laptop, or whatever holds them where Hearback is deployed.

    Each method raises `HearbackError` with the remedy when the place cannot be read or written.
    """

    @property
    def where(self) -> str:
        """What the owner calls this place, for a sentence such as `... is written into WHERE`."""

    def secret(self, name: str) -> str:
        """Return the value in force, empty where there is none."""

    def keep(self, name: str, value: str) -> bool:
        """Write a value, in the place of an older one; return whether it is new."""

    def forget(self, name: str) -> bool:
        """Take a value away; return whether there was one."""

    def overruled(self, name: str) -> str:
        """Return why a value written here would not be the one in force, in a sentence; else nothing."""
