"""An AWS account as the owner's credentials reach it: who that is, where, and clients of its services."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib import settings
from infra.errors import CannotDeploy

Clients = Callable[[str], Any]
"""Makes a client of a service by its name, such as `s3`: those of boto3, whose methods no protocol lists."""

_NO_REGION = (
    "no region is chosen: give --region, such as --region eu-central-1 (Frankfurt) or us-east-1 (Virginia); "
    "take one near your customers, and keep to it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account in one region; `who` is the ARN behind the credentials."""

    number: str
    region: str
    who: str
    client: Clients
    profile: str = ""

    @property
    def options(self) -> str:
        """What belongs behind a command of AWS's or ours that the owner is told, with a space before it."""
        return f" --region {self.region}" + (f" --profile {self.profile}" if self.profile else "")


def reached(region: str = "", profile: str = "") -> Account:
    """Return the account of these credentials, or of those that AWS's own tools would take.

    Raises `CannotDeploy` without a region, and what boto3 raises: `reasons.in_words` tells what it means.
    """
    import boto3
    from botocore.config import Config

    session = boto3.Session(region_name=region or None, profile_name=profile or None)
    if not session.region_name:
        raise CannotDeploy(_NO_REGION)
    patience = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 6})
    make: Any = session.client

    def client(service: str) -> Any:
        return make(service, endpoint_url=settings.aws_endpoint(), config=patience)

    return known(client, session.region_name, profile)


def known(client: Clients, region: str, profile: str = "") -> Account:
    """Return the account that these clients belong to; AWS is asked who it is."""
    caller = client("sts").get_caller_identity()
    return Account(number=caller["Account"], region=region, who=caller["Arn"], client=client, profile=profile)
