"""Where the values of secrets stand: read, kept and taken away by their names, which channels.yaml holds."""

from typing import Protocol


class Vault(Protocol):
    """The file of the secrets on this machine, or the Parameter Store where Hearback is deployed.

    When the place cannot be read or written, the file raises `HearbackError` with the remedy and the
    Parameter Store what boto3 raises, which `stack.in_words` turns into the same.
    """

    @property
    def where(self) -> str:
        """What the owner calls this place, for a sentence such as `... is written into WHERE`."""

    def secret(self, name: str) -> str:
        """Return the value in force, empty where there is none."""

    def public_url(self) -> str:
        """Return the address at which the internet reaches Hearback, empty where it is not set."""

    def how_to_set(self, name: str) -> str:
        """Return what an owner must do to give a secret a value, such as `write NAME=... into .env`."""

    def keep(self, name: str, value: str) -> bool:
        """Write a value, in the place of an older one; return whether it is new.

        Raises `HearbackError` for a value that the place cannot hold.
        """

    def forget(self, name: str) -> bool:
        """Take a value away; return whether there was one."""

    def overruled(self, name: str) -> str:
        """Return why a value written here would not be the one in force, in a sentence; else nothing."""
