"""The rights that docs/deploy.md asks for: enough for what deploying calls, bound to what is Hearback's.

What CloudFormation calls for the owner no emulator judges; those rights are only read.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.deployer.conftest import Shop

pytestmark = pytest.mark.xdist_group("emulator")

POLICY = json.loads((Path(__file__).parents[2] / "infra" / "owner-policy.json").read_text())
LARGEST = 6_144
"""What AWS takes as a policy of one's own, in characters without spaces."""

NAMED_OTHERWISE = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
}
"""Calls of S3 that need a right of another name:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html."""

ANYWHERE = {"Looking", "LinksToQueues"}
"""Statements whose actions AWS does not bind to names, or not to ours."""


def allowed() -> Iterator[str]:
    """Yield the actions that are allowed."""
    for statement in POLICY["Statement"]:
        yield from statement["Action"]


def watched(shop: Shop) -> set[str]:
    """Let a shop note the action of every call, and return where."""
    calls: set[str] = set()
    plain = shop.account.client

    def noted(model: Any, **_: Any) -> None:
        action = f"{model.service_model.signing_name}:{model.name}"
        calls.add(NAMED_OTHERWISE.get(action, action))

    def client(service: str) -> Any:
        made = plain(service)
        made.meta.events.register("before-call", noted)
        return made

    shop.account = replace(shop.account, client=client)
    return calls


def test_the_rights_of_the_owner_are_enough_for_every_call_of_these_commands(shop: Shop) -> None:
    calls = watched(shop)
    shop.deploy("one")
    shop.deploy("two")
    shop.roll_back()
    shop.owner.words = [shop.stage]
    shop.destroy(delete_data=True)

    granted = list(allowed())
    assert [call for call in calls if not any(fnmatch(call, one) for one in granted)] == []


def test_what_is_not_hearbacks_cannot_be_touched() -> None:
    ours = ("hearback", "::/restapis", "::/domainnames", "::/tags", "transform/Serverless")
    for statement in POLICY["Statement"]:
        if statement["Sid"] not in ANYWHERE:
            found = statement["Resource"]
            resources = [found] if isinstance(found, str) else found
            assert all(any(name in one for name in ours) for one in resources), statement["Sid"]


def test_the_rights_fit_into_one_policy() -> None:
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= LARGEST
