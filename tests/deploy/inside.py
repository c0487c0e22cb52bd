"""Runs inside the emulator before it starts: what it does otherwise than AWS is put right here.

- It runs functions with its own Python, and its own libraries stand behind those of the zip: a bare Python
  takes its place, so that what is missing in the zip is missing.
- It takes the batches of SQS for actions of their own, while IAM knows only the single ones:
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
- It does not know which resource `ssm:GetParametersByPath` is about; to IAM it is the path.
- It compares a number of the template as the text that a parameter is.

Besides, every call that is judged by a policy is written down, the minutes of schedules are short, and a zip
is unpacked once and not for every function anew.
"""

import hashlib
import json
import os
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import eventbridge, lambda_svc, sts

sys.executable = os.environ["FUNCTIONS_PYTHON"]

_calls = Path(os.environ["CALLS"]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open until the end
_resource = iam_actions.extract_resource_arn
_enforce = iam_evaluator.enforce
_seconds = eventbridge._parse_rate_seconds
_concurrency = lambda_svc._sqs_esm_concurrency


class _UnpackedOnce(zipfile.ZipFile):
    """A zip whose files are put in place as links to the one unpacked copy."""

    _one_at_a_time = threading.Lock()

    def extractall(self, path: Any = None, *_: Any) -> None:
        version = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir()) / f"unpacked-{version}"
        with self._one_at_a_time:
            if not unpacked.exists():
                super().extractall(unpacked)
        for entry in unpacked.iterdir():
            (Path(path) / entry.name).symlink_to(entry)


def _written_down(
    key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
) -> Any:
    if service == "sqs":
        action = action.removesuffix("Batch")
    refused = _enforce(key, action, service, region, resource_arn, service_context)
    caller = sts._sessions.get(key, {}).get("Arn", "")
    _calls.write(json.dumps([caller, action, resource_arn, refused is None]) + "\n")
    return refused


def _about(
    service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
) -> str:
    asked = json.loads(body).get("Path") if service == "ssm" else None
    if asked:
        return f"arn:aws:ssm:{region}:{account}:parameter{asked.rstrip('/')}"
    found: str = _resource(service, method, path, headers, body, query, region, account)
    return found


def _short(rate: str) -> float | None:
    seconds: int | None = _seconds(rate)
    return seconds and seconds * int(os.environ["MINUTE"]) / 60


def _counted(mapping: dict[str, Any], *more: Any) -> Any:
    scaling = mapping.get("ScalingConfig") or {}
    return _concurrency(
        {**mapping, "ScalingConfig": {name: int(value) for name, value in scaling.items()}}, *more
    )


# Only the name that the workers use; others unpack as ever.
lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": _UnpackedOnce})
iam_actions.extract_resource_arn = _about
iam_evaluator.enforce = _written_down
eventbridge._parse_rate_seconds = _short
eventbridge._SCHEDULER_TICK_INTERVAL = 1
lambda_svc._sqs_esm_concurrency = _counted
