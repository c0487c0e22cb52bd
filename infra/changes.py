"""A change set of CloudFormation in the owner's words. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infra.errors import CannotDeploy

Change = Mapping[str, Any]
"""A `ResourceChange` as DescribeChangeSet tells it."""

_KINDS = {
    "AWS::ApiGateway::BasePathMapping": "mapping of the domain",
    "AWS::ApiGateway::Deployment": "deployment of the API",
    "AWS::ApiGateway::DomainName": "domain name",
    "AWS::ApiGateway::RestApi": "API for webhooks and the desk",
    "AWS::ApiGateway::Stage": "stage of the API",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::DynamoDB::Table": "table of all cases",
    "AWS::Events::Rule": "schedule",
    "AWS::IAM::Role": "role",
    "AWS::Lambda::EventInvokeConfig": "setting of a function",
    "AWS::Lambda::EventSourceMapping": "link from a queue to a function",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::Permission": "permission to call a function",
    "AWS::Logs::LogGroup": "log",
    "AWS::SNS::Subscription": "subscription to the alarms",
    "AWS::SNS::Topic": "topic of the alarms",
    "AWS::SQS::Queue": "queue",
}
TABLE = "AWS::DynamoDB::Table"
_QUEUE = "AWS::SQS::Queue"
_API = "AWS::ApiGateway::RestApi"
_ACTIONS = {"Add": "added", "Modify": "changed", "Remove": "removed", "Import": "taken over"}
_REPLACED = "replaced by a new one"


def kind(name: str) -> str:
    """Return what a type of resource is to the owner."""
    return _KINDS.get(name, name.removeprefix("AWS::"))


def told(changes: Iterable[Change]) -> Iterator[str]:
    """Yield what would be added, changed, replaced and removed, a line each."""
    by_action: dict[str, list[Change]] = {}
    for change in changes:
        by_action.setdefault(_action(change), []).append(change)
    for action in (*_ACTIONS.values(), _REPLACED):
        if found := by_action.get(action):
            yield f"  {action}: {_listed(found)}"


def dangers(changes: Iterable[Change]) -> Iterator[str]:
    """Yield what an owner must not overlook before saying yes."""
    for change in changes:
        name, gone = change["LogicalResourceId"], _action(change) in {"removed", _REPLACED}
        if gone and change["ResourceType"] == _QUEUE:
            yield f"The queue {name} is {_action(change)}: what stands in it at that moment is lost."
        if gone and change["ResourceType"] == _API:
            yield "The API gets a new address: connect every channel again afterwards."


def refuse_loss(changes: Iterable[Change]) -> None:
    """Raise `CannotDeploy` where the table of all cases would be replaced or removed."""
    for change in changes:
        if change["ResourceType"] == TABLE and _action(change) in {"removed", _REPLACED}:
            raise CannotDeploy(
                f"the table of all cases would be {_action(change)}, so this is refused: no release of "
                "Hearback does that. Undo what was changed in infra/, or ask whoever changed it"
            )


def _action(change: Change) -> str:
    if change["Action"] == "Modify" and _may_be_replaced(change):
        return _REPLACED
    return _ACTIONS.get(change["Action"], str(change["Action"]).lower())


def _may_be_replaced(change: Change) -> bool:
    replacement = str(change.get("Replacement", "False"))
    # A role or a mapping that may be replaced is no matter; the table must surely stay.
    return replacement == "True" or (replacement == "Conditional" and change["ResourceType"] == TABLE)


def _listed(changes: list[Change]) -> str:
    if len(changes) > len({one["ResourceType"] for one in changes}) and _action(changes[0]) == "added":
        counts = Counter(kind(one["ResourceType"]) for one in changes)
        return ", ".join(f"{count} x {what}" if count > 1 else what for what, count in counts.items())
    return ", ".join(f"{kind(one['ResourceType'])} {one['LogicalResourceId']}{_why(one)}" for one in changes)


def _why(change: Change) -> str:
    details = (one.get("Target", {}) for one in change.get("Details", ()))
    named = {str(one.get("Name") or one.get("Attribute", "")) for one in details}
    return f" ({', '.join(sorted(named - {''}))})" if named - {""} else ""
