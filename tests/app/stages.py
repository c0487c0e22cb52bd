"""A stage in the emulator, and its owner."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from click.testing import CliRunner, Result

from chalicelib import handle, wiring
from chalicelib.cli.commands import hearback
from chalicelib.intake import accept
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.webchat import new_token
from chalicelib.queues.sqs import dead_queue_definition, queue_definition
from chalicelib.store.table import table_definition
from chalicelib.wiring import Deployed
from tests.emulator import Emulator

REGION = "eu-central-1"
SECRET = "a-secret-of-the-demo-chat"
NO_ONE = {
    **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")),
    **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION", "HEARBACK_STAGE")),
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "NO_PROXY": "127.0.0.1",
}
"""An environment without anything of AWS's."""


class Stage:
    """A stage in the emulator, and an owner who may do everything in it."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.folder = folder
        self.name = f"t{uuid4().hex[:12]}"
        self.environment = {
            **NO_ONE,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "HEARBACK_AWS_ENDPOINT": emulator.endpoint,
        }
        self.ssm = emulator.client("ssm")
        self.sqs = emulator.sqs()
        self.outputs: dict[str, str] = {}

    def deploy(self) -> None:
        """Make the parts that the stack of a deploy has, and let the stack tell where they are."""
        self.emulator.dynamodb().create_table(**table_definition(self.name))
        self.outputs = {"Table": self.name, "Version": "abc123"}
        for kind, ending in (("Events", ".fifo"), ("Wakeups", "")):
            dead = self.sqs.create_queue(**dead_queue_definition(f"{self.name}-{kind}-dead{ending}"))
            self.outputs[f"{kind}DeadUrl"] = dead["QueueUrl"]
            made = queue_definition(f"{self.name}-{kind}{ending}", self._arn(dead["QueueUrl"]))
            self.outputs[f"{kind}Url"] = self.sqs.create_queue(**made)["QueueUrl"]
        self.outputs["EndpointURL"] = "https://api.example/api/"
        self.set("DEMO_WEBCHAT_SECRET", SECRET)

    def stand(self, **outputs: str) -> None:
        """Make the stack."""
        told = {name: {"Value": value} for name, value in (outputs or self.outputs).items()}
        marker = {"Type": "String", "Name": f"/{self.name}", "Value": "1"}
        resources = {"Marker": {"Type": "AWS::SSM::Parameter", "Properties": marker}}
        template = json.dumps({"Resources": resources, "Outputs": told})
        cloudformation = self.emulator.client("cloudformation")
        cloudformation.create_stack(StackName=f"hearback-{self.name}", TemplateBody=template)
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=f"hearback-{self.name}", WaiterConfig={"Delay": 1}
        )

    def set(self, name: str, value: str) -> None:
        self.ssm.put_parameter(Name=f"/hearback/{self.name}/{name}", Value=value, Type="SecureString")

    def get(self, name: str) -> Any:
        return self.ssm.get_parameter(Name=f"/hearback/{self.name}/{name}", WithDecryption=True)["Parameter"]

    def run(self, *arguments: str, **environment: str | None) -> Result:
        options = ["--stage", self.name, "--region", REGION]
        return CliRunner(env={**self.environment, **environment}).invoke(hearback, [*arguments, *options])

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return json.loads(result.stdout)

    @contextmanager
    def opened(self) -> Iterator[Deployed]:
        """Give what the functions work with."""
        with CliRunner(env=self.environment).isolation():
            yield wiring.deployed(self.name, REGION, "")

    def write(self, text: str) -> None:
        """Let a visitor of the demo chat write, and have it handled as the functions do."""
        with self.opened() as program:
            ports = program.ports
            token = new_token(uuid4().hex[:16], ports.policies.live().channel("demo"))
            body = json.dumps({"id": "1", "text": text, "name": ""}).encode()
            headers = {"authorization": f"Bearer {token}"}
            accept(
                "demo", Inbound(method="POST", headers=headers, body=body, received_at=ports.clock()), ports
            )
            received = ports.events.receive(10, timedelta())
            assert handle.consume(received, ports) == []
            ports.events.done(received)

    def _arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
