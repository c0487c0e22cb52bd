"""Terraform for who keeps everything in Terraform: it runs the very stack that `hearback deploy` runs.

Chalice can write Terraform of its own, and it cannot hold this stack: it merges nothing of ours into it,
knows no partial batch responses, no dead letters, no alarms, and no log groups, and asks for a Terraform
older than 1.4. A translation by hand would be a second truth beside resources.yaml. So Terraform gets one
`aws_cloudformation_stack` over the template as it is; parameters become variables, outputs outputs.
"""

import json
import re
from pathlib import Path
from typing import Any

from infra.names import stack_name
from infra.template import Template

FILE = "main.tf.json"

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")

LEFT_OUT = (
    "`terraform init` and `terraform apply` bring up the same stack. What Terraform does not do: put the "
    "secrets and HEARBACK_BASE_URL into SSM Parameter Store, publish policies, look at the account first."
)
"""What is said of it: everything that `hearback deploy` does besides the stack."""

_STACK = "aws_cloudformation_stack.hearback"
_OURS = frozenset({"CodeBucket", "CodeKey", "Stage"})
"""Parameters that follow from what is packaged: nobody is asked for them."""

_KINDS = {"Number": "number"}


def terraform(template: Template, *, stage: str, template_file: Path, zip_file: Path) -> dict[str, Any]:
    """Return the configuration, as Terraform 1.x and OpenTofu read JSON.

    It lies beside the two files, which it uploads into a bucket of its own, named by their contents.
    """
    return {
        "terraform": {
            "required_version": ">= 1.3",
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}},
        },
        "variable": _variables(template),
        "resource": {
            "aws_s3_bucket": {"code": {"bucket_prefix": f"{stack_name(stage)}-code-"}},
            "aws_s3_bucket_public_access_block": {"code": _closed()},
            "aws_s3_object": {"zip": _object(zip_file), "template": _object(template_file)},
            "aws_cloudformation_stack": {"hearback": _stack(template, stage)},
        },
        "output": {_snake(name): _output(name, one) for name, one in template["Outputs"].items()},
    }


def write(template: Template, out: Path, *, stage: str, template_file: Path, zip_file: Path) -> Path:
    """Write the configuration beside the packaged files and return its path."""
    file = out / FILE
    found = terraform(template, stage=stage, template_file=template_file, zip_file=zip_file)
    file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _variables(template: Template) -> dict[str, Any]:
    return {_snake(name): _variable(one) for name, one in _asked(template).items()}


def _variable(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": _KINDS.get(parameter["Type"], "string"),
        "default": parameter["Default"],
        "description": parameter["Description"].strip(),
    }


def _asked(template: Template) -> dict[str, Any]:
    return {name: one for name, one in template["Parameters"].items() if name not in _OURS}


def _stack(template: Template, stage: str) -> dict[str, Any]:
    ours = {
        "CodeBucket": "${aws_s3_bucket.code.id}",
        "CodeKey": "${aws_s3_object.zip.key}",
        "Stage": stage,
    }
    return {
        "name": stack_name(stage),
        "template_url": (
            "https://${aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.template.key}"
        ),
        "parameters": ours | {name: f"${{var.{_snake(name)}}}" for name in _asked(template)},
        "capabilities": list(CAPABILITIES),
    }


def _object(file: Path) -> dict[str, Any]:
    path = f"${{path.module}}/{file.name}"
    # Another content is another key, so the stack sees that there is something new.
    key = f'${{filesha256("{path}")}}/{file.name}'
    return {"bucket": "${aws_s3_bucket.code.id}", "key": key, "source": path}


def _closed() -> dict[str, Any]:
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    return {"bucket": "${aws_s3_bucket.code.id}", **dict.fromkeys(names, True)}


def _output(name: str, output: dict[str, Any]) -> dict[str, Any]:
    described = {"description": output["Description"]} if "Description" in output else {}
    # An output under a condition may be missing.
    return {"value": f'${{try({_STACK}.outputs["{name}"], null)}}', **described}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
