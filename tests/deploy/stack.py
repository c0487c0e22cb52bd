"""The stack in an emulated account: brought up and changed by change sets, as `hearback deploy` does it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from chalicelib.queues.sqs import SqsQueue
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from infra.package import Packaged
from infra.template import Template, as_text
from tests.deploy.cloud import Cloud, until
from tests.emulator import REGION

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_BUCKET = "hearback-code"


def understood(template: Template) -> Template:
    """Return a template without the alarms of more than one metric, which the emulator does not know."""
    resources = template["Resources"].items()
    known = {name: one for name, one in resources if "Metrics" not in one.get("Properties", {})}
    return {**template, "Resources": known}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack by its name; nothing is there before the first `change`."""

    cloud: Cloud
    name: str = "hearback-prod"

    def change(self, package: Packaged, template: Template | None = None) -> str:
        """Bring the stack up, or change it in place; return the status it ends with."""
        client = self.cloud.emulator.client("cloudformation")
        code = self._upload(f"{package.version}.zip", package.zip.read_bytes())
        made = client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"change-{uuid4().hex}",
            ChangeSetType="UPDATE" if self._exists() else "CREATE",
            TemplateURL=self._upload(
                f"{uuid4().hex}.json", as_text(understood(template or package.template)).encode()
            ),
            Parameters=[
                {"ParameterKey": "CodeBucket", "ParameterValue": _BUCKET},
                {"ParameterKey": "CodeKey", "ParameterValue": code.rpartition("/")[2]},
                {"ParameterKey": "EventsConcurrency", "ParameterValue": "2"},
                {"ParameterKey": "WakeupsConcurrency", "ParameterValue": "2"},
                {"ParameterKey": "OwnerEmail", "ParameterValue": "owner@shop.example"},
            ],
            Capabilities=CAPABILITIES,
        )
        ready = until(lambda: self._ended(client.describe_change_set(ChangeSetName=made["Id"]), "Status"))
        assert ready["Status"] == "CREATE_COMPLETE", ready["StatusReason"]
        client.execute_change_set(ChangeSetName=made["Id"])
        return str(until(lambda: self._ended(self._described(), "StackStatus"))["StackStatus"])

    def failures(self) -> list[str]:
        """Return what could not be made or changed, and why."""
        client = self.cloud.emulator.client("cloudformation")
        events = client.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = (event for event in events if event["ResourceStatus"].endswith("FAILED"))
        return [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in failed]

    def outputs(self) -> dict[str, str]:
        """Return what the stack tells about itself."""
        return {one["OutputKey"]: one["OutputValue"] for one in self._described()["Outputs"]}

    def url(self) -> str:
        """Return the address at which the emulator serves the API; its path ends with the stage."""
        stage = self.outputs()["EndpointURL"].rstrip("/").rpartition("/")[2]
        return f"{self.cloud.emulator.endpoint}/_aws/execute-api/{self.outputs()['RestAPIId']}/{stage}"

    def code(self) -> dict[str, str]:
        """Return the hash of the code that each function runs, by its logical name."""
        client = self.cloud.emulator.client("lambda")
        names = self.physical("AWS::Lambda::Function")
        return {
            logical: client.get_function_configuration(FunctionName=name)["CodeSha256"]
            for logical, name in names.items()
        }

    def physical(self, kind: str) -> dict[str, str]:
        """Return the names of all resources of a kind by their logical names."""
        client = self.cloud.emulator.client("cloudformation")
        found = client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in found
            if one["ResourceType"] == kind
        }

    @cached_property
    def store(self) -> DynamoStore:
        """The cases."""
        return DynamoStore(self.cloud.emulator.dynamodb(), self.outputs()["Table"])

    @cached_property
    def records(self) -> DynamoRecords:
        """Everything else in the table."""
        return DynamoRecords(self.cloud.emulator.dynamodb(), self.outputs()["Table"])

    @cached_property
    def events(self) -> SqsQueue:
        """The queue of events."""
        outputs = self.outputs()
        return SqsQueue(self.cloud.emulator.sqs(), outputs["EventsUrl"], outputs["EventsDeadUrl"])

    @cached_property
    def wakeups(self) -> SqsQueue:
        """The queue of wake-ups."""
        outputs = self.outputs()
        return SqsQueue(self.cloud.emulator.sqs(), outputs["WakeupsUrl"], outputs["WakeupsDeadUrl"])

    def _upload(self, key: str, content: bytes) -> str:
        s3 = self.cloud.emulator.client("s3")
        if _BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=_BUCKET, Key=key, Body=content)
        return f"{self.cloud.emulator.endpoint}/{_BUCKET}/{key}"

    def _exists(self) -> bool:
        stacks = self.cloud.emulator.client("cloudformation").list_stacks()["StackSummaries"]
        return any(one["StackName"] == self.name and "DELETE" not in one["StackStatus"] for one in stacks)

    def _described(self) -> dict[str, Any]:
        client = self.cloud.emulator.client("cloudformation")
        described: dict[str, Any] = client.describe_stacks(StackName=self.name)["Stacks"][0]
        return described

    @staticmethod
    def _ended(described: dict[str, Any], status: str) -> dict[str, Any]:
        return {} if described[status].endswith(("_IN_PROGRESS", "_PENDING")) else described
