"""Chalice's template of the app with our own resources merged into it."""

import json
from pathlib import Path
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, InjectDefaults, SwaggerBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import (
    PackageOptions,
    ResourceBuilder,
    SAMTemplateGenerator,
    TemplateDeepMerger,
    YAMLTemplateSerializer,
)

Template = dict[str, Any]

RESOURCES = Path(__file__).with_name("resources.yaml")

API_STAGE = "api"

_ROLE = "arn:aws:iam::000000000000:role/each-function-has-its-own"
"""Stands where the merged resources name each function's own role."""


def template(app: Chalice, *, stage: str, python: str, architecture: str, version: str) -> Template:
    """Return the whole template of a stage, as CloudFormation wants it before the SAM transform.

    Chalice tells the functions, routes, queues and the schedule that `app` declares; everything else is in
    resources.yaml, and where both speak resources.yaml wins.
    """
    merged: Template = TemplateDeepMerger().merge(_resources(), _of_chalice(app, stage, python, architecture))
    merged["Parameters"]["Stage"]["Default"] = stage
    merged["Outputs"]["Version"]["Value"] = version
    return merged


def as_text(found: Template) -> str:
    """Return a template as JSON, the same for the same template."""
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _resources() -> Template:
    text = RESOURCES.read_text(encoding="utf-8")
    found: Template = YAMLTemplateSerializer().load_template(text, str(RESOURCES))
    return found


def _of_chalice(app: Chalice, stage: str, python: str, architecture: str) -> Template:
    """Return what `chalice package` would write, without its packing of libraries, which is ours."""
    config = Config(
        chalice_stage=stage,
        user_provided_params={"chalice_app": app, "project_dir": str(RESOURCES.parents[1])},
        config_from_disk={
            "version": "2.0",
            "app_name": app.app_name,
            "api_gateway_stage": API_STAGE,
            "api_gateway_endpoint_type": "REGIONAL",
            "lambda_architecture": architecture,
            "manage_iam_role": False,
            "iam_role_arn": _ROLE,
        },
    )
    steps = [InjectDefaults(), _Packed(), SwaggerBuilder(CFNSwaggerGenerator())]
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps))
    resources = builder.construct_resources(config, stage)
    found: Template = SAMTemplateGenerator(config, _Principals()).generate(resources)
    for resource in found["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Runtime"] = f"python{python}"
            # resources.yaml says both once, for all functions.
            del resource["Properties"]["CodeUri"], resource["Properties"]["Tracing"]
    return found


class _Packed(BaseDeployStep):
    """Takes the place of Chalice's own packing: every function has the one zip."""

    def handle(self, _config: Config, resource: Any) -> None:
        """Name the zip; resources.yaml says where it lies."""
        if type(resource).__name__ == "DeploymentPackage":
            resource.filename = "deployment.zip"


class _Principals(PackageOptions):
    """Names AWS's services without a client."""

    def __init__(self) -> None:
        """Need nothing."""

    def service_principal(self, service: str) -> str:
        """Return the name by which a service may be trusted; in every partition it is the same."""
        return f"{service}.amazonaws.com"
