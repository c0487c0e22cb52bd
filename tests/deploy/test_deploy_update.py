"""The stack is changed in place while cases are open: nothing that was owed is lost or said twice."""

import shutil
import zipfile
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from infra.archive import version_of
from infra.package import Packaged
from tests.deploy.outside import Outside

pytestmark = pytest.mark.xdist_group("deploy")

LONGER = timedelta(seconds=12)
"""Long enough for a case to stay open over a change of the stack."""


@pytest.fixture(scope="module", autouse=True)
def patient(shop: Outside) -> None:
    """Give people more time before anything is said."""
    shop.publish(LONGER)


@pytest.fixture
def newer(built: Packaged, tmp_path: Path) -> Packaged:
    """The same program as another version."""
    changed = tmp_path / "newer.zip"
    shutil.copyfile(built.zip, changed)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("chalicelib/newer.py", "")
    template = deepcopy(built.template)
    template["Outputs"]["Version"]["Value"] = version_of(changed)
    return replace(built, zip=changed, version=version_of(changed), template=template)


def test_a_case_that_is_open_while_the_code_changes_is_acknowledged_once(
    shop: Outside, built: Packaged, newer: Packaged
) -> None:
    url = shop.stack.url()
    shop.customer_writes("updated")
    shop.case_of("updated")

    assert shop.stack.change(newer) == "UPDATE_COMPLETE", shop.stack.failures()
    assert (shop.stack.outputs()["Version"], shop.stack.url()) == (newer.version, url)
    assert len(shop.told("updated")) == 1
    # Back to the version before, as `hearback rollback` does it.
    assert shop.stack.change(built) == "UPDATE_COMPLETE", shop.stack.failures()
    assert shop.stack.outputs()["Version"] == built.version


def test_a_change_that_fails_leaves_the_running_version_as_it_was(shop: Outside, newer: Packaged) -> None:
    before = shop.stack.code(), shop.stack.outputs()
    shop.customer_writes("rolled back")
    shop.case_of("rolled back")

    broken = deepcopy(newer.template)
    broken["Resources"] |= {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        # Nobody ever tells that it is so, and CloudFormation gives up after a second.
        "Never": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "DependsOn": ["APIHandler", "OnEvents", "OnWakeups", "Sweep"],
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"},
        },
    }
    assert shop.stack.change(newer, broken) == "UPDATE_ROLLBACK_COMPLETE"
    assert (shop.stack.code(), shop.stack.outputs()) == before
    assert len(shop.told("rolled back")) == 1
