"""`hearback deploy` against the emulator: what it changes, and what it leaves alone."""

import json
import shutil
from copy import deepcopy

import pytest

from chalicelib.core.errors import BadPolicy
from infra.deploying import Plan
from infra.errors import CannotDeploy
from infra.settling import brought_up
from tests.deployer.conftest import EMAIL, NOW, POLICIES, Shop

TOO_LONG = 999_999
"""Seconds; SQS takes 43,200."""

pytestmark = pytest.mark.xdist_group("emulator")


def test_an_empty_account_gets_the_stack_and_the_bucket(shop: Shop) -> None:
    standing = shop.deploy("one")

    assert standing
    assert (standing.status, standing.outputs["Version"], len(shop.buckets())) == (
        "CREATE_COMPLETE",
        "one",
        1,
    )


def test_a_second_deploy_without_changes_says_so(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("one")

    assert "is up to date: nothing would change." in shop.owner.all()


def test_another_version_updates_the_stack_in_place(shop: Shop) -> None:
    first = shop.deploy("one")
    second = shop.deploy("two")

    assert first and second
    assert (second.outputs["Version"], second.outputs["Table"]) == ("two", first.outputs["Table"])


def test_bad_policies_change_nothing_and_name_the_line(shop: Shop) -> None:
    broken = shop.folder / "policies"
    shutil.copytree(POLICIES, broken)
    (broken / "policy.yaml").write_text("rules: 7\n")
    plan = Plan(stage=shop.stage, folder=broken, python="3.11")

    with pytest.raises(BadPolicy, match=r"policy\.yaml:1"):
        brought_up(plan, lambda: shop.account, lambda: shop.made("one"), broken, shop.owner, NOW)
    assert (shop.standing().status, shop.buckets()) == ("", [])


def test_a_dry_run_in_an_empty_account_shows_the_changes_and_leaves_nothing(shop: Shop) -> None:
    shop.deploy(dry_run=True)

    assert "What would change" in shop.owner.all()
    assert (shop.standing().is_there, shop.buckets()) == (False, [])


def test_a_dry_run_leaves_the_running_version_and_no_change_set(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two", dry_run=True)

    sets = shop.account.client("cloudformation").list_change_sets(StackName=f"hearback-{shop.stage}")
    open_sets = [one for one in sets["Summaries"] if one.get("ExecutionStatus") == "AVAILABLE"]
    assert (shop.running(), open_sets) == ("one", [])


def test_an_owner_who_says_no_has_changed_nothing(shop: Shop) -> None:
    shop.owner.yes = False
    assert shop.deploy() is None
    assert (shop.standing().is_there, shop.buckets()) == (False, [])


def test_the_cost_is_shown_as_an_estimate_before_the_question(shop: Shop) -> None:
    shop.deploy()
    heard = shop.owner.heard
    estimate = next(at for at, line in enumerate(heard) if "an estimate" in line)

    assert estimate < heard.index("Carry this out?")


def test_a_change_that_fails_leaves_the_version_before_running(shop: Shop) -> None:
    shop.deploy("one")
    broken = deepcopy(shop.template("two"))
    broken["Resources"]["Events"]["Properties"]["VisibilityTimeout"] = TOO_LONG

    with pytest.raises(CannotDeploy, match="AWS has put everything back"):
        shop.deploy("two", broken)
    assert shop.running() == "one"


def test_a_first_try_that_failed_is_cleared_away_by_the_next(shop: Shop) -> None:
    broken = deepcopy(shop.template("one"))
    broken["Resources"]["Events"]["Properties"]["VisibilityTimeout"] = TOO_LONG
    with pytest.raises(CannotDeploy, match="Nothing runs yet"):
        shop.deploy("one", broken)

    shop.deploy("one")
    assert (shop.running(), "Clearing away" in shop.owner.all()) == ("one", True)


def test_a_release_that_would_replace_the_table_is_refused(shop: Shop) -> None:
    shop.deploy("one")
    other = deepcopy(shop.template("two"))
    other["Resources"]["Cases"] = other["Resources"].pop("Table")
    text = json.dumps(other)
    for named in ('"Table"', "${Table", "Table.Arn"):
        text = text.replace(named, named.replace("Table", "Cases"))

    with pytest.raises(CannotDeploy, match="table of all cases would be removed"):
        shop.deploy("two", json.loads(text))
    assert shop.running() == "one"


def test_the_address_for_alarms_is_asked_for_once_and_remembered(shop: Shop) -> None:
    shop.owner.words = [EMAIL]
    shop.deploy("one")
    shop.deploy("two")

    asked = [line for line in shop.owner.heard if line.startswith("Your e-mail")]
    assert (shop.standing().parameters["OwnerEmail"], len(asked)) == (EMAIL, 1)


def test_without_anybody_to_ask_the_missing_address_is_only_told(shop: Shop) -> None:
    shop.owner.asks = False
    shop.deploy()
    assert "No e-mail address for alarms" in shop.owner.all()


def test_the_bucket_of_the_code_is_private_and_versioned(shop: Shop) -> None:
    shop.deploy()
    s3, [name] = shop.account.client("s3"), shop.buckets()

    blocked = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert (all(blocked.values()), s3.get_bucket_versioning(Bucket=name)["Status"]) == (True, "Enabled")
