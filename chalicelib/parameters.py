"""Secrets, and the public address, in the Parameter Store of AWS: read together, remembered for a minute.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.core.errors import HearbackError, Unavailable

FRESH_FOR = timedelta(seconds=60)
"""A secret that was changed in the Parameter Store is used this much later at most."""

MISSING_FOR = timedelta(seconds=5)
"""How soon a name without a value is asked for again: it may be new, or none that anybody will ever set."""

ADDRESS = "HEARBACK_BASE_URL"

_PAGE = 10
"""The most that one call returns."""

_LONGEST = 4096
"""The most bytes of a parameter that costs nothing."""

_FAILURES = (BotoCoreError, ClientError, Unavailable)

log = logging.getLogger("hearback.parameters")


class Client(Protocol):
    """What is used of boto3's `ssm` client."""

    def get_parameters_by_path(self, **request: Any) -> Mapping[str, Any]:
        """Return a page of parameters, and `NextToken` where there are more."""

    def put_parameter(self, **request: Any) -> Mapping[str, Any]:
        """Write a parameter."""

    def delete_parameter(self, **request: Any) -> Mapping[str, Any]:
        """Take a parameter away."""


class BadValue(HearbackError):
    """The Parameter Store cannot hold a value; the sentence says what to do."""


class Parameters:
    """The parameters right under a prefix such as `/hearback/prod/`, by the rest of their names.

    What was read last stays in force while the Parameter Store cannot be read. Safe for threads.
    """

    def __init__(
        self, client: Callable[[], Client], prefix: str, clock: Callable[[], datetime], address: str = ""
    ) -> None:
        """Take what makes the client, which is made when something is asked for; nothing is read yet.

        `address` is the public one where the parameters name none.
        """
        self._make_client = client
        self._client: Client | None = None
        self._address = address
        self.prefix = f"{prefix.rstrip('/')}/"
        self._clock = clock
        self._lock = threading.Lock()
        self._values: Mapping[str, str] | None = None
        self._looked_at: datetime | None = None

    @property
    def where(self) -> str:
        """The place, for the owner."""
        return f"the Parameter Store of AWS under {self.prefix}"

    def how_to_set(self, name: str) -> str:
        """Return what an owner must do to give a secret a value."""
        return f"store it in the Parameter Store as {self.prefix}{name} (SecureString)"

    def secret(self, name: str) -> str:
        """Return the value of a secret, empty where none is set.

        Raises `Unavailable`, or what else boto3 raises, when the Parameter Store cannot be read and never
        could: without secrets honest webhooks would be refused, so the platform is made to deliver again.
        """
        with self._lock:
            found = self._fresh(FRESH_FOR).get(name)
            return found if found is not None else self._fresh(MISSING_FOR).get(name, "")

    def public_url(self) -> str:
        """Return the address at which the internet reaches Hearback, empty where it is not known."""
        return self.secret(ADDRESS).rstrip("/") or self._address

    def keep(self, name: str, value: str) -> bool:
        """Write a secret, encrypted; return whether it is new. Raises `BadValue` and what boto3 raises."""
        if self.secret(name) == value:
            return False
        if not 0 < len(value.encode()) <= _LONGEST:
            raise BadValue(f"the value of {name} is empty or longer than the {_LONGEST} bytes of a parameter")
        with self._lock:
            self._ssm().put_parameter(
                Name=f"{self.prefix}{name}", Value=value, Type="SecureString", Overwrite=True
            )
            self._values = {**(self._values or {}), name: value}
        return True

    def forget(self, name: str) -> bool:
        """Take a secret away; return whether there was one. Raises what boto3 raises."""
        with self._lock:
            try:
                self._ssm().delete_parameter(Name=f"{self.prefix}{name}")
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "ParameterNotFound":
                    raise
                return False
            self._values = {known: value for known, value in (self._values or {}).items() if known != name}
        return True

    def overruled(self, name: str) -> str:  # noqa: ARG002 - others ask by the name
        """Return nothing: no other place goes before this one."""
        return ""

    def _fresh(self, age: timedelta) -> Mapping[str, str]:
        now = self._clock()
        if self._values is None or self._looked_at is None or now - self._looked_at >= age:
            self._values, self._looked_at = self._look(), now
        return self._values

    def _look(self) -> Mapping[str, str]:
        try:
            return self._read()
        except _FAILURES as error:
            if self._values is None:
                raise
            # Its kind and no more: what an error says may be anything.
            log.warning("parameters", extra={"reason": type(error).__name__})
            return self._values

    def _read(self) -> Mapping[str, str]:
        request = {"Path": self.prefix, "WithDecryption": True, "Recursive": False, "MaxResults": _PAGE}
        found: dict[str, str] = {}
        while True:
            answer = self._ssm().get_parameters_by_path(**request)
            found |= {one["Name"].removeprefix(self.prefix): one["Value"] for one in answer["Parameters"]}
            if not answer.get("NextToken"):
                return found
            request["NextToken"] = answer["NextToken"]

    def _ssm(self) -> Client:
        self._client = self._client or aws.in_our_words(self._make_client())
        return self._client
