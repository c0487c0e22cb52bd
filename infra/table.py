"""The table of all cases, as it stands in the account when the stack is gone or was never there."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.account import Account
from infra.stack import Pause

Item = Mapping[str, Any]
"""An item as DynamoDB writes it: each value with its type."""


class Table:
    """A table by its name."""

    def __init__(self, account: Account, name: str, pause: Pause) -> None:
        self.name = name
        self._client = account.client("dynamodb")
        self._pause = pause

    def exists(self) -> bool:
        """Return whether it is there."""
        return self.described() is not None

    def described(self) -> Mapping[str, Any] | None:
        """Return what DynamoDB tells of it, None where it is not there."""
        try:
            found: Mapping[str, Any] = self._client.describe_table(TableName=self.name)["Table"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
                raise
            return None
        return found

    def wait(self) -> None:
        """Wait until a change of its settings, or its making, has come to its end."""
        while (self.described() or {}).get("TableStatus") in {"CREATING", "UPDATING"}:
            self._pause(1.0)

    def is_empty(self) -> bool:
        """Return whether nothing is in it."""
        return not self._client.scan(TableName=self.name, Limit=1, ConsistentRead=True)["Items"]

    def items(self) -> Iterator[Item]:
        """Yield everything that is in it."""
        for page in self._pages():
            yield from page["Items"]

    def count(self) -> int:
        """Return how much is in it, reading all of it."""
        return sum(page["Count"] for page in self._pages(Select="COUNT"))

    def delete(self) -> None:
        """Take its protection off and delete it, with everything in it."""
        self._client.update_table(TableName=self.name, DeletionProtectionEnabled=False)
        self.wait()
        self._client.delete_table(TableName=self.name)

    def _pages(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        request |= {"TableName": self.name, "ConsistentRead": True}
        while True:
            page = self._client.scan(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
