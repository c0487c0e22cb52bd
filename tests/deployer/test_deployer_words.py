"""What is shared out, reckoned and told, without any account."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import HearbackError
from infra import changes, cost, prices, reasons, release, releases
from infra.account import Account
from infra.errors import CannotDeploy, LeftToAws
from infra.limits import shared_out
from infra.releases import KEPT, Release, Releases
from infra.settling import publish
from infra.stack import ChangeSet, Stack, Standing
from infra.template import RESOURCES, template
from infra.wanted_secrets import Wanted, store, told
from tests.deployer.owner import Owner

LETTERS = st.sampled_from("abcdefghijkl")


def a_release(version: str) -> Release:
    """Return the release of a version."""
    return Release(version=version, code=f"code/{version}", template=f"templates/{version}")


def a_change(kind: str, action: str, replacement: str = "False") -> dict[str, Any]:
    """Return a change of one resource."""
    return {
        "LogicalResourceId": "One",
        "ResourceType": kind,
        "Action": action,
        "Replacement": replacement,
    }


def test_a_new_account_with_ten_runs_has_room_for_webhooks_and_the_sweep() -> None:
    share = shared_out(10, 10)
    assert (share.events + share.wakeups <= 8, share.reserved) == (True, 0)


@given(free=st.integers(6, 5000), ours=st.sampled_from([0, 50]))
def test_what_is_shared_out_stays_below_the_limit_and_leaves_a_hundred(free: int, ours: int) -> None:
    share = shared_out(free + ours, free, ours)
    assert share.reserved == 0 or free + ours - share.reserved >= 100
    assert share.events + share.wakeups + share.reserved < free + ours


def test_an_account_that_others_have_used_up_is_told_what_to_do() -> None:
    with pytest.raises(CannotDeploy, match="Service Quotas"):
        shared_out(10, 3)


@pytest.mark.parametrize("replacement", ["True", "Conditional"])
def test_a_table_that_may_be_replaced_is_refused(replacement: str) -> None:
    with pytest.raises(CannotDeploy, match="refused"):
        changes.refuse_loss([a_change(changes.TABLE, "Modify", replacement)])


def test_a_table_that_only_changes_is_let_through() -> None:
    change = a_change(changes.TABLE, "Modify")
    changes.refuse_loss([change])
    assert list(changes.told([change])) == ["  changed: table of all cases One"]


def test_a_queue_that_goes_is_a_danger() -> None:
    [danger] = changes.dangers([a_change("AWS::SQS::Queue", "Modify", "True")])
    assert "what stands in it at that moment is lost" in danger


def test_a_new_address_of_the_api_is_a_danger() -> None:
    [danger] = changes.dangers([a_change("AWS::ApiGateway::RestApi", "Modify", "True")])
    assert "connect every channel again" in danger


def test_the_words_for_changes_name_what_is_changed_and_why() -> None:
    change = {**a_change("AWS::Lambda::Function", "Modify"), "Details": [{"Target": {"Name": "Code"}}]}
    assert list(changes.told([change])) == ["  changed: function One (Code)"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("User: arn:aws:iam::1:user/x is not authorized to perform: iam:CreateRole", "owner-policy.json"),
        ("UnreservedConcurrentExecution below its minimum value of [100]", "deploy again"),
        ("Unable to find certificate", "ACM in this very region"),
        ("Resource handler returned message: x already exists", "another --stage"),
        ("Maximum number of addresses reached: LimitExceeded", "Service Quotas"),
        ("Rate exceeded", "in a minute"),
    ],
)
def test_the_usual_reasons_have_a_remedy(reason: str, words: str) -> None:
    assert words in reasons.remedy(reason)


def test_an_account_that_is_not_complete_is_told_how_to_complete_it() -> None:
    refused = ClientError({"Error": {"Code": "OptInRequired", "Message": "secret words"}}, "CreateBucket")
    with pytest.raises(HearbackError, match="finish signing up") as told_so, reasons.in_words():
        raise refused
    assert "secret words" not in str(told_so.value)


def test_the_cost_grows_with_the_messages_and_the_free_share_takes_off() -> None:
    found = [cost.estimate(messages, prices.of_region("eu-central-1")) for messages in cost.SCALES]
    assert [one.whole for one in found] == sorted(one.whole for one in found)
    assert all(one.due < one.whole for one in found)


def test_the_estimate_says_that_it_is_one_with_date_and_region() -> None:
    first = next(iter(cost.told(prices.of_region("eu-west-1"), "eu-west-1")))
    assert all(words in first for words in ("an estimate", prices.AS_OF, "eu-central-1", "eu-west-1"))


def test_the_estimate_counts_every_metric_that_an_alarm_looks_at() -> None:
    text = RESOURCES.read_text()
    single = text.count("AWS::CloudWatch::Alarm") - text.count("      Metrics:\n")
    assert text.count("MetricStat:") + single == cost.ALARM_METRICS


def test_the_template_is_short_enough_to_be_sent() -> None:
    from app import app

    found = template(app, stage="s" * 20, python="3.13", architecture="arm64", version="v" * 12)
    assert release.as_sent(found)


@given(versions=st.lists(LETTERS, min_size=1, max_size=30))
def test_the_release_deployed_last_runs_and_one_different_from_it_is_before(versions: list[str]) -> None:
    found = Releases()
    for version in versions:
        found = Releases.from_json(found.deployed(a_release(version)).trimmed().to_json())

    assert found.running == a_release(versions[-1])
    assert len(found.all) <= KEPT and found.before != found.running


def test_a_release_that_was_rolled_back_to_is_kept_however_old() -> None:
    old = Releases(tuple(a_release(str(number)) for number in range(KEPT + 5)), 0)
    assert old.trimmed().running == a_release("0")


def test_a_deploy_forgets_the_releases_rolled_back_from_with_their_files() -> None:
    back = Releases((a_release("good"), a_release("bad")), 0)
    found = back.deployed(a_release("fix"))

    assert found.before == a_release("good")
    assert found.files() - found.trimmed().files() == {"code/bad", "templates/bad"}


@pytest.mark.parametrize(
    ("version", "status", "running"),
    [
        ("two", "UPDATE_COMPLETE", "two"),
        ("one", "UPDATE_ROLLBACK_COMPLETE", "one"),
        ("", "", "one"),
    ],
)
def test_the_stack_itself_says_whether_what_was_begun_is_done(
    version: str, status: str, running: str
) -> None:
    one = Releases((a_release("one"),), 0)
    kept = Releases.from_json(one.awaiting(one.deployed(a_release("two"))).trimmed().to_json())

    assert kept.seen(version, status).running == a_release(running)


@pytest.mark.parametrize(
    ("status", "template"), [("UPDATE_COMPLETE", "other"), ("UPDATE_ROLLBACK_COMPLETE", "templates/one")]
)
def test_the_same_zip_with_another_template_runs_unless_aws_has_put_it_back(
    status: str, template: str
) -> None:
    one = Releases((a_release("one"),), 0)
    begun = one.awaiting(one.deployed(replace(a_release("one"), template="other")))
    found = begun.seen("one", status).running

    assert found and found.template == template


def test_files_of_a_release_that_never_came_to_run_are_given_up() -> None:
    one = Releases((a_release("one"),), 0)
    found = one.awaiting(one.deployed(a_release("two"))).seen("one", "UPDATE_ROLLBACK_COMPLETE")

    assert found.files() - found.trimmed().files() == {"code/two", "templates/two"}


def test_the_index_of_releases_has_its_own_file() -> None:
    assert releases.INDEX not in Releases((a_release("a"),), 0).files()


class Vault(dict[str, str]):
    """Secrets in memory."""

    where = "memory"

    def secret(self, name: str) -> str:
        """Return a value."""
        return self.get(name, "")

    def keep(self, name: str, value: str) -> bool:
        """Keep a value."""
        self[name] = value
        return True

    def forget(self, name: str) -> bool:
        """Take a value away."""
        return self.pop(name, None) is not None

    def public_url(self) -> str:
        """Return nothing: no webhook is delivered here."""
        return ""

    def how_to_set(self, name: str) -> str:
        """Return what the owner must do."""
        return f"give {name} a value"

    def overruled(self, name: str) -> str:
        """Return nothing: there is no other place."""
        return ""


TOKEN = Wanted(names=("TOKEN",), what="shop: the token")


def known(values: Mapping[str, str]) -> Callable[[str], str]:
    """Return what looks a value up."""
    return lambda name: values.get(name, "")


def test_a_missing_secret_is_asked_for_once_and_what_is_typed_is_never_told() -> None:
    vault, owner = Vault(), Owner(secrets=["s3cr3t"])
    done = store([TOKEN], vault, known({}), owner)
    said = "\n".join([*owner.heard, *told(done, ".env", "prod")])

    assert (vault["TOKEN"], "s3cr3t" in said, said.count("the token")) == ("s3cr3t", False, 1)


def test_a_secret_that_is_stored_already_is_neither_asked_for_nor_touched() -> None:
    vault, owner = Vault(TOKEN="kept"), Owner(secrets=["other"])
    store([TOKEN], vault, known({"TOKEN": "from the file"}), owner)

    assert (vault["TOKEN"], owner.heard) == ("kept", [])


def test_without_anybody_to_ask_what_is_missing_is_listed() -> None:
    done = store([TOKEN], Vault(), known({}), Owner(asks=False))
    assert "TOKEN needs a value" in "\n".join(told(done, ".env", "prod"))


def test_both_values_of_a_secret_that_is_being_changed_are_copied() -> None:
    vault = Vault()
    store([Wanted(names=("NEW", "OLD"), what="x")], vault, known({"NEW": "1", "OLD": "2"}), Owner())
    assert vault == {"NEW": "1", "OLD": "2"}


class Busy:
    """A CloudFormation that is at work for ever; nobody has time to wait for it."""

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        """Tell that it goes on."""
        return {"Stacks": [{"StackStatus": "UPDATE_IN_PROGRESS"}]}

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        """Tell nothing."""
        return {"StackEvents": []}

    def execute_change_set(self, **_: Any) -> None:
        """Begin."""


def stopped(_: float) -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def test_who_stops_waiting_is_told_that_aws_goes_on_and_how_to_see_it() -> None:
    account = Account(number="1", region="eu-central-1", who="me", client=lambda _: Busy(), profile="shop")
    stack = Stack(account, "prod", Owner().say, stopped)
    with pytest.raises(LeftToAws, match=r"describe-stack-events .*--region eu-central-1 --profile shop"):
        stack.carry_out(ChangeSet(id="x", changes=(), first=False))


class Slow(Busy):
    """A CloudFormation that needs a moment to begin, and until then has the status of the time before."""

    def __init__(self) -> None:
        self.looks = 0

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        """Tell the status from before, then that of the failure."""
        status = "UPDATE_ROLLBACK_COMPLETE" if self.looks > 2 else "UPDATE_COMPLETE"
        return {"Stacks": [{"StackStatus": status}]}

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        """Tell nothing twice, then that it failed."""
        self.looks += 1
        failed = {
            "EventId": "1",
            "LogicalResourceId": "Events",
            "ResourceType": "AWS::SQS::Queue",
            "ResourceStatus": "UPDATE_FAILED",
            "ResourceStatusReason": "Rate exceeded",
        }
        return {"StackEvents": [failed] if self.looks > 2 else []}


def test_the_status_from_before_is_not_taken_for_the_end() -> None:
    slow = Slow()
    account = Account(number="1", region="eu-central-1", who="me", client=lambda _: slow)
    stack = Stack(account, "prod", Owner().say, lambda _: None)
    with pytest.raises(CannotDeploy, match="queue Events: Rate exceeded"):
        stack.carry_out(ChangeSet(id="x", changes=(), first=False))


class Stuck(Busy):
    """A CloudFormation with a stack in some state."""

    def __init__(self, status: str) -> None:
        self.status = status

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        """Tell the state."""
        return {"Stacks": [{"StackStatus": self.status}]}


@pytest.mark.parametrize(
    ("status", "remedy"),
    [("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"), ("DELETE_FAILED", "hearback destroy")],
)
def test_a_stack_that_is_stuck_is_told_how_to_get_loose(status: str, remedy: str) -> None:
    account = Account(number="1", region="eu-central-1", who="me", client=lambda _: Stuck(status))
    with pytest.raises(CannotDeploy, match=remedy):
        Stack(account, "prod", Owner().say).ready()


def test_policies_that_cannot_be_published_fail_the_deploy_with_the_command_to_repeat() -> None:
    def fails(*_: str) -> int:
        return 1

    wanted = "`hearback policy publish --from 'my shop' --stage prod --region eu-central-1`"
    with pytest.raises(CannotDeploy, match=re.escape(wanted)):
        publish(fails, Path("my shop"), "--stage prod --region eu-central-1")


def test_parameters_of_the_stack_stay_unless_they_are_given_and_unknown_ones_are_left_out() -> None:
    text = '{"Parameters": {"OwnerEmail": {}, "LogDays": {}, "CodeKey": {}}}'
    standing = Standing(
        status="UPDATE_COMPLETE", parameters={"OwnerEmail": "a@b", "Gone": "1", "CodeKey": "x"}
    )

    assert release.parameters(text, standing, {"CodeKey": "y"}) == {"OwnerEmail": "a@b", "CodeKey": "y"}
