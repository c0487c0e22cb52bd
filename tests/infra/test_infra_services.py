"""AWS's descriptions in the zip: what the functions call is in them, and nothing else."""

import ast
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from infra.contents import CALLED
from infra.services import cut_down

CODE = Path(__file__).parents[2] / "chalicelib"
WHOLE = Path(botocore.__file__).parent / "data"
CLIENTS = {
    "dynamodb": CODE / "store" / "dynamodb.py",
    "sqs": CODE / "queues" / "sqs.py",
    "ssm": CODE / "parameters.py",
}
OWNERS = {"put_parameter", "delete_parameter"}
"""What the owner's commands alone call, which are not in the zip: no function may write a secret."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for service in CALLED:
        shutil.copytree(WHOLE / service, folder / service)
    for file in WHOLE.glob("*.json*"):
        shutil.copy(file, folder)
    cut_down(folder, CALLED)
    return folder


def client(data: Path, service: str) -> Any:
    session = Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session.create_client(service, "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")


def called(source: Path) -> set[str]:
    """Return every operation that a module calls on a client, by its name in Python."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "get_paginator" and isinstance(node.args[0], ast.Constant):
            found.add(str(node.args[0].value))
        elif ast.unparse(node.func.value) in {"self._client", "self._ssm()"}:
            found.add(node.func.attr)
    return found


@pytest.mark.parametrize("service", CALLED)
def test_a_client_has_the_operations_that_are_called_and_no_more(data: Path, service: str) -> None:
    made = client(data, service)

    assert set(made.meta.method_to_api_mapping) == called(CLIENTS[service]) - OWNERS


@pytest.mark.parametrize("service", CALLED)
def test_a_client_knows_where_aws_is(data: Path, service: str) -> None:
    whole = Session().create_client(service, "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")

    assert client(data, service).meta.endpoint_url == whole.meta.endpoint_url


def test_errors_that_are_caught_by_name_are_known(data: Path) -> None:
    assert client(data, "dynamodb").exceptions.ConditionalCheckFailedException


def test_pages_are_turned_as_before(data: Path) -> None:
    assert client(data, "dynamodb").can_paginate("query")


def test_what_is_kept_is_as_aws_says_but_for_the_prose(data: Path) -> None:
    kept = json.loads((data / "sqs/2012-11-05/service-2.json").read_text("utf-8"))
    whole = json.loads(gzip.decompress((WHOLE / "sqs/2012-11-05/service-2.json.gz").read_bytes()))

    assert kept["operations"]["SendMessage"]["input"] == whole["operations"]["SendMessage"]["input"]
    assert set(kept["shapes"]) < set(whole["shapes"])


def test_an_operation_that_aws_does_not_have_is_a_mistake(tmp_path: Path) -> None:
    shutil.copytree(WHOLE / "sqs", tmp_path / "sqs")

    with pytest.raises(KeyError, match="Shout"):
        cut_down(tmp_path, {"sqs": {"Shout"}})


ONCE = """
import json, sys
from pathlib import Path
from infra.services import described
whole = json.loads(sys.stdin.read())
print(json.dumps(described(whole, {"SendMessage", "ReceiveMessage", "DeleteMessage", "SendMessageBatch"})))
"""


def cut_down_under(seed: str) -> str:
    packed = next((WHOLE / "sqs").glob("*/service-2.json.gz"))
    done = subprocess.run(
        [sys.executable, "-c", ONCE],
        input=gzip.decompress(packed.read_bytes()).decode(),
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(CODE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_another_process_cuts_to_the_same_bytes() -> None:
    assert cut_down_under("1") == cut_down_under("2") == cut_down_under("3")
