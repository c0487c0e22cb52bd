"""The Terraform configuration: the stack as it is, with nothing told twice and nothing dangling."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import app
from infra import terraform
from infra.template import Template, template

REFERENCE = re.compile(r"\b(var|aws_\w+)\.(\w+)(?:\.(\w+))?")


@pytest.fixture(scope="module")
def stack() -> Template:
    return template(app, stage="try", python="3.11", architecture="arm64", version="abc")


@pytest.fixture(scope="module")
def found(stack: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what has been written, read again."""
    out = tmp_path_factory.mktemp("out")
    files = {"template_file": out / "template.json", "zip_file": out / "deployment.zip"}
    written: dict[str, Any] = json.loads(
        terraform.write(stack, out, stage="try", **files).read_text(encoding="utf-8")
    )
    return written


def words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from words(one)


def test_every_reference_is_to_something_that_is_declared(found: dict[str, Any]) -> None:
    declared = {f"var.{name}" for name in found["variable"]}
    declared |= {f"{kind}.{name}" for kind, named in found["resource"].items() for name in named}

    referred = {
        f"{kind}.{name}"
        for word in [*words(found["resource"]), *words(found["output"])]
        for kind, name, _ in REFERENCE.findall(" ".join(re.findall(r"\$\{(.*?)\}(?![^$]*\"\))", word)))
    }

    assert referred
    assert referred <= declared


def test_every_parameter_of_the_stack_is_given_and_no_other(found: dict[str, Any], stack: Template) -> None:
    given = found["resource"]["aws_cloudformation_stack"]["hearback"]["parameters"]

    assert set(given) == set(stack["Parameters"])


def test_every_variable_has_the_stacks_own_default(found: dict[str, Any], stack: Template) -> None:
    assert found["variable"]["log_days"]["default"] == stack["Parameters"]["LogDays"]["Default"]
    assert all("default" in one for one in found["variable"].values())


def test_every_output_of_the_stack_is_one_of_terraform(found: dict[str, Any], stack: Template) -> None:
    told = " ".join(words(found["output"]))

    assert all(f'outputs["{name}"]' in told for name in stack["Outputs"])
    assert {"events_url", "endpoint_url", "rest_api_id"} <= set(found["output"])


def test_nothing_of_the_stack_itself_is_told_a_second_time(found: dict[str, Any]) -> None:
    kinds = {
        "aws_s3_bucket",
        "aws_s3_bucket_public_access_block",
        "aws_s3_object",
        "aws_cloudformation_stack",
    }

    assert set(found["resource"]) == kinds


def test_the_code_is_found_beside_the_configuration(found: dict[str, Any]) -> None:
    sources = [one["source"] for one in found["resource"]["aws_s3_object"].values()]

    assert [Path(source).name for source in sources] == ["deployment.zip", "template.json"]
    assert all(source.startswith("${path.module}/") for source in sources)
