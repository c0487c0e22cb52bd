"""The one CloudFormation stack of a stage: change sets, and AWS's progress in words."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from botocore.exceptions import ClientError

from infra import changes, reasons
from infra.account import Account
from infra.errors import CannotDeploy, LeftToAws
from infra.names import stack_name

LARGEST_TEMPLATE = 51_200
"""In bytes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html."""

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_SECONDS_BETWEEN_LOOKS = 3.0
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
_NEVER_RAN = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
_NONE = frozenset({"", "REVIEW_IN_PROGRESS"})
_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_CANCELLED = ("Resource creation cancelled", "Resource update cancelled")

Pause = Callable[[float], object]


class Said(Protocol):
    """Takes a sentence for the owner."""

    def __call__(self, sentence: str) -> None:
        """Tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is there of a stack; `status` is empty where there is none."""

    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether there is something that can be changed, or is being changed."""
        return self.status not in _NONE

    @property
    def never_ran(self) -> bool:
        """Whether all that is there is what a first try has left."""
        return self.status in _NEVER_RAN


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """What would be changed, not yet carried out; `first` where the stack would be made by it."""

    id: str
    changes: tuple[changes.Change, ...]
    first: bool


class Stack:
    """The stack of a stage in an account."""

    def __init__(self, account: Account, stage: str, say: Said, pause: Pause = time.sleep) -> None:
        self.name = stack_name(stage)
        self._account = account
        self._client: Any = account.client("cloudformation")
        self._say = say
        self.pause = pause

    def standing(self) -> Standing:
        """Return what is there."""
        try:
            [found] = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ValidationError":
                raise
            return Standing()
        if found["StackStatus"] == "DELETE_COMPLETE":
            return Standing()
        return Standing(
            status=found["StackStatus"],
            parameters={one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", ())},
            outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())},
        )

    def ready(self) -> Standing:
        """Return what is there once nothing is going on. Raises `CannotDeploy` where it cannot be changed."""
        found = self.standing()
        if found.is_there and found.status.endswith("_IN_PROGRESS"):
            self._say(f"Something else is changing {self.name} ({found.status}): waiting for its end.")
            self._followed(self._event_ids(), begun=True)
            found = self.standing()
        if found.status == "UPDATE_ROLLBACK_FAILED":
            raise CannotDeploy(
                f"an earlier change of {self.name} could neither be carried out nor be taken back. Run `aws "
                f"cloudformation continue-update-rollback --stack-name {self.name}{self._account.options}`, "
                "and deploy again when it has ended"
            )
        if found.status == "DELETE_FAILED":
            raise CannotDeploy(
                f"{self.name} could not be deleted to the end: run `hearback destroy` again, which says why"
            )
        return found

    def proposed(self, template: str, parameters: Mapping[str, str], *, first: bool) -> ChangeSet | None:
        """Let AWS reckon what would change, and return it; None where nothing would.

        Parameters that are not given keep their value. Nothing of the stack is changed yet. Raises
        `CannotDeploy` with AWS's reason where the template is refused.
        """
        made = self._asked(template, parameters, "CREATE" if first else "UPDATE")
        described = self._reckoned(made["Id"])
        found = ChangeSet(id=made["Id"], changes=tuple(described["Changes"]), first=first)
        if described["Status"] == "CREATE_COMPLETE" and found.changes:
            return found
        self.drop(found)
        reason = str(described.get("StatusReason", ""))
        if described["Status"] == "CREATE_COMPLETE" or any(one in reason for one in _NOTHING_TO_DO):
            return None
        raise CannotDeploy(f"AWS refuses the template: {_with_remedy(reason)}")

    def drop(self, proposed: ChangeSet) -> None:
        """Forget a change set that is not to be carried out, and the empty stack that came with it."""
        self._client.delete_change_set(ChangeSetName=proposed.id, StackName=self.name)
        if proposed.first and self.standing().status == "REVIEW_IN_PROGRESS":
            self._client.delete_stack(StackName=self.name)

    def carry_out(self, proposed: ChangeSet) -> None:
        """Carry out a change set and tell how it goes.

        Raises `CannotDeploy` with what failed and what mends it; by then AWS has put back what was there.
        """
        seen = self._event_ids()
        self._client.execute_change_set(ChangeSetName=proposed.id, StackName=self.name)
        status, failures = self._followed(seen)
        if status not in _GOOD:
            raise CannotDeploy("\n".join(_told(status, failures, first=proposed.first)))

    def delete(self) -> None:
        """Delete the stack and tell how it goes; what is to be kept, AWS keeps. Raises `CannotDeploy`."""
        name = self._id() or self.name
        seen = self._event_ids()
        self._client.delete_stack(StackName=self.name)
        status, failures = self._followed(seen, name)
        if status not in {"DELETE_COMPLETE", ""}:
            raise CannotDeploy(
                "\n".join([f"{self.name} could not be deleted ({status}).", *failures, "Run it again."])
            )

    def physical(self, logical: str) -> str:
        """Return the name that AWS gave a resource, empty where it has none."""
        try:
            found = self._client.describe_stack_resources(StackName=self.name, LogicalResourceId=logical)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ValidationError":
                raise
            return ""
        names = [str(one.get("PhysicalResourceId", "")) for one in found["StackResources"]]
        return names[0] if names else ""

    def _asked(self, template: str, parameters: Mapping[str, str], kind: str) -> dict[str, Any]:
        try:
            made: dict[str, Any] = self._client.create_change_set(
                StackName=self.name,
                ChangeSetName=f"hearback-{uuid4().hex}",
                ChangeSetType=kind,
                TemplateBody=template,
                Parameters=[
                    {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
                ],
                Capabilities=_CAPABILITIES,
                Tags=[{"Key": "hearback", "Value": self.name}],
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ValidationError":
                raise
            reason = str(error.response["Error"].get("Message", ""))
            raise CannotDeploy(f"AWS refuses the template: {_with_remedy(reason)}") from None
        return made

    def _reckoned(self, change_set: str) -> dict[str, Any]:
        while True:
            first: dict[str, Any] = self._client.describe_change_set(
                ChangeSetName=change_set, StackName=self.name
            )
            if not first["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
                break
            self.pause(_SECONDS_BETWEEN_LOOKS)
        found, page = [one["ResourceChange"] for one in first.get("Changes", ())], first
        while page.get("NextToken"):
            page = self._client.describe_change_set(
                ChangeSetName=change_set, StackName=self.name, NextToken=page["NextToken"]
            )
            found += [one["ResourceChange"] for one in page.get("Changes", ())]
        return {**first, "Changes": found}

    def _followed(self, seen: set[str], name: str = "", *, begun: bool = False) -> tuple[str, list[str]]:
        """Tell AWS's progress until its end; return the status then, and what failed.

        Until AWS has begun, which is its first event, the status is still that of the time before.
        """
        failures: list[str] = []
        try:
            while True:
                begun = self._tell_new(seen, name, failures) or begun
                status = self._status(name)
                if begun and not status.endswith("_IN_PROGRESS"):
                    self._tell_new(seen, name, failures)
                    return status, failures
                self.pause(_SECONDS_BETWEEN_LOOKS)
        except KeyboardInterrupt:
            raise LeftToAws(
                f"you have stopped waiting, and AWS goes on with {self.name} by itself. See it with `aws "
                f"cloudformation describe-stack-events --stack-name {self.name}{self._account.options}`, or "
                "run the same command again: it waits for the end and does what is left"
            ) from None

    def _tell_new(self, seen: set[str], name: str, failures: list[str]) -> bool:
        """Tell the events that are new; return whether there were any."""
        new = self._new_events(seen, name)
        for event in new:
            self._tell(event, failures)
        return bool(new)

    def _tell(self, event: Mapping[str, Any], failures: list[str]) -> None:
        status = str(event["ResourceStatus"])
        reason = str(event.get("ResourceStatusReason", ""))
        what = f"{changes.kind(event['ResourceType'])} {event['LogicalResourceId']}"
        if event["ResourceType"] == "AWS::CloudFormation::Stack":
            return
        if status.endswith("_FAILED"):
            if not reason.startswith(_CANCELLED):
                failures.append(f"  {what}: {_with_remedy(reason)}")
            return
        if status.endswith(("_COMPLETE", "_SKIPPED")):
            self._say(f"  {_DONE.get(status, status)}: {what}")

    def _status(self, name: str) -> str:
        if not name:
            return self.standing().status
        found = self._client.describe_stacks(StackName=name)["Stacks"]
        return str(found[0]["StackStatus"]) if found else ""

    def _id(self) -> str:
        """Return the id of the stack, by which alone it is known once it is deleted."""
        found = self._client.describe_stacks(StackName=self.name)["Stacks"]
        return str(found[0]["StackId"])

    def _event_ids(self) -> set[str]:
        return {event["EventId"] for event in self._events(self.name)}

    def _new_events(self, seen: set[str], name: str) -> list[Mapping[str, Any]]:
        """Return the events that are new, the oldest first, and add them to `seen`."""
        new = []
        for event in self._events(name or self.name):
            if event["EventId"] in seen:
                # The newest come first.
                break
            new.append(event)
        seen |= {event["EventId"] for event in new}
        return new[::-1]

    def _events(self, name: str) -> Iterator[Mapping[str, Any]]:
        request = {"StackName": name}
        while True:
            try:
                page = self._client.describe_stack_events(**request)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "ValidationError":
                    raise
                return
            yield from page["StackEvents"]
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]


_DONE = {
    "CREATE_COMPLETE": "made",
    "UPDATE_COMPLETE": "changed",
    "DELETE_COMPLETE": "removed",
    "DELETE_SKIPPED": "kept",
}


def _with_remedy(reason: str) -> str:
    found = reasons.remedy(reason)
    return f"{reason}\n    -> {found}" if found else reason


def _told(status: str, failures: list[str], *, first: bool) -> Iterator[str]:
    yield f"AWS could not do it ({status})."
    yield from failures or ["  It gave no reason: look at the events of the stack in CloudFormation."]
    if first:
        yield "Nothing runs yet. Mend it and deploy again, which clears away what this try has left."
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield "AWS has put everything back: the version from before is running. Mend it and deploy again."
    else:
        yield "Deploy again when it is mended; `hearback doctor --stage` says what is running."
