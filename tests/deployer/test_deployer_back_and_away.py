"""`hearback rollback` and `hearback destroy` against the emulator."""

from collections.abc import Callable

import pytest

from chalicelib.store.dynamodb import DynamoRecords
from chalicelib.store.table import table_definition
from infra.errors import CannotDeploy, LeftToAws
from infra.keeping import items_of, kept
from infra.stack import Stack
from infra.table import Table
from tests.deployer.conftest import NOW, Shop, pause
from tests.deployer.owner import Owner

pytestmark = pytest.mark.xdist_group("emulator")

ITEM = {"pk": {"S": "case#1"}, "sk": {"S": "case"}, "raw": {"B": b"\x00\xff"}, "n": {"N": "1"}}


def with_data(shop: Shop) -> str:
    """Deploy a shop with one item in its table, and return the table's name."""
    shop.deploy("one")
    name = shop.standing().outputs["Table"]
    shop.account.client("dynamodb").put_item(TableName=name, Item=ITEM)
    return name


def tables(shop: Shop) -> list[str]:
    """Return the tables of the shop that are there."""
    found = shop.account.client("dynamodb").list_tables()["TableNames"]
    return [name for name in found if name.startswith(f"hearback-{shop.stage}-")]


def parameters(shop: Shop) -> list[str]:
    """Return the names of the shop's parameters."""
    found = shop.account.client("ssm").get_parameters_by_path(Path=f"/hearback/{shop.stage}/")
    return [one["Name"].rpartition("/")[2] for one in found["Parameters"]]


def test_a_rollback_runs_the_release_before(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two")

    assert (shop.roll_back(), shop.running()) == (True, "one")


def test_a_second_rollback_goes_further_back_instead_of_forth(shop: Shop) -> None:
    for version in ("one", "two", "three"):
        shop.deploy(version)
    shop.roll_back()
    shop.roll_back()

    assert shop.running() == "one"


def test_after_a_fix_a_rollback_does_not_lead_to_what_was_rolled_back_from(shop: Shop) -> None:
    for version in ("good", "bad"):
        shop.deploy(version)
    shop.roll_back()
    shop.deploy("fix")
    shop.roll_back()

    assert shop.running() == "good"


class Impatient(Owner):
    """An owner who presses Ctrl-C as soon as AWS has changed something."""

    def say(self, sentence: str) -> None:
        """Hear a sentence; stop waiting after the first that tells of a change that is done."""
        super().say(sentence)
        before = self.heard[:-1]
        # The same words stand in the list of what would change, which comes before the question.
        if sentence.startswith("  changed: ") and before.count("Carry this out?") + sum(
            one.startswith("Roll back to") for one in before
        ):
            raise KeyboardInterrupt


def left_to_aws(shop: Shop, begin: Callable[[], object], version: str) -> None:
    """Begin something, stop waiting for it, and let AWS come to this version by itself."""
    patient, shop.owner = shop.owner, Impatient()
    with pytest.raises(LeftToAws):
        begin()
    shop.owner = patient
    Stack(shop.account, shop.stage, patient.say, pause).ready()
    assert shop.running() == version


def test_after_a_deploy_nobody_waited_for_a_rollback_runs_the_release_before_it(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two")
    left_to_aws(shop, lambda: shop.deploy("three"), "three")
    shop.roll_back()

    assert shop.running() == "two"


def test_after_a_deploy_nobody_waited_for_a_rollback_to_the_version_before_is_possible(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two")
    left_to_aws(shop, lambda: shop.deploy("three"), "three")
    shop.roll_back("two")

    assert shop.running() == "two"


def test_after_a_rollback_nobody_waited_for_the_next_goes_further_back(shop: Shop) -> None:
    for version in ("one", "two", "three"):
        shop.deploy(version)
    left_to_aws(shop, shop.roll_back, "two")
    shop.roll_back()

    assert shop.running() == "one"


def test_a_rollback_to_a_version_by_the_beginning_of_its_name(shop: Shop) -> None:
    for version in ("one", "two", "three"):
        shop.deploy(version)
    shop.roll_back("on")

    assert shop.running() == "one"


def test_a_rollback_says_that_policies_have_their_own(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two")
    shop.roll_back(dry_run=True)

    command = f"`hearback policy rollback NUMBER --stage {shop.stage}{shop.account.options}`"
    assert (command in shop.owner.all(), shop.running()) == (True, "two")


def test_without_a_release_before_there_is_nothing_to_roll_back_to(shop: Shop) -> None:
    shop.deploy("one")
    with pytest.raises(CannotDeploy, match="no release from before the running one is kept"):
        shop.roll_back()


def test_after_a_rollback_a_deploy_brings_the_newest_back(shop: Shop) -> None:
    shop.deploy("one")
    shop.deploy("two")
    shop.roll_back()
    shop.deploy("two")

    assert shop.running() == "two"


def test_destroy_copies_the_data_and_keeps_the_table(shop: Shop) -> None:
    name = with_data(shop)
    shop.owner.words = [shop.stage]
    shop.destroy()

    assert (shop.standing().is_there, tables(shop), shop.buckets()) == (False, [name], [])
    assert list(items_of(shop.folder / f"{name}.jsonl.gz")) == [ITEM]


def test_destroy_without_the_name_of_the_stage_changes_nothing(shop: Shop) -> None:
    with_data(shop)
    shop.owner.words = ["prod"]

    assert (shop.destroy(), shop.running()) == (False, "one")


def test_destroy_with_its_data_leaves_nothing_but_the_copy(shop: Shop) -> None:
    name = with_data(shop)
    shop.owner.words = [shop.stage]
    shop.destroy(delete_data=True)

    assert (tables(shop), (shop.folder / f"{name}.jsonl.gz").stat().st_mode & 0o777) == ([], 0o600)


def test_a_table_that_was_kept_can_be_deleted_later(shop: Shop) -> None:
    with_data(shop)
    shop.owner.words = [shop.stage, shop.stage]
    shop.destroy()
    shop.destroy(delete_data=True)

    assert tables(shop) == []


def with_secrets(shop: Shop) -> None:
    """Deploy a shop with a secret and the address, which is none."""
    shop.deploy("one")
    ssm = shop.account.client("ssm")
    for name, kind in (("META_APP_SECRET", "SecureString"), ("HEARBACK_BASE_URL", "String")):
        ssm.put_parameter(Name=f"/hearback/{shop.stage}/{name}", Value="x", Type=kind)


def test_destroy_leaves_the_secrets_to_an_owner_who_wants_them(shop: Shop) -> None:
    with_secrets(shop)
    shop.owner.words, shop.owner.yes = [shop.stage], False
    shop.destroy()

    assert parameters(shop) == ["META_APP_SECRET"]


def test_destroy_with_nobody_to_ask_keeps_the_secrets_and_says_so(shop: Shop) -> None:
    with_secrets(shop)
    shop.owner.asks = False
    shop.destroy()

    assert (parameters(shop), "The secrets stay" in shop.owner.all()) == (["META_APP_SECRET"], True)


def test_destroy_with_nobody_to_ask_deletes_the_secrets_where_told_to(shop: Shop) -> None:
    with_secrets(shop)
    shop.owner.asks = False
    shop.destroy(delete_secrets=True)

    assert (parameters(shop), "The secrets are gone." in shop.owner.all()) == ([], True)


def test_destroy_may_be_repeated_when_nothing_is_left(shop: Shop) -> None:
    shop.owner.words = [shop.stage]
    assert shop.destroy()


def marked(shop: Shop, table: str) -> bool:
    """Return whether a table is marked as put back from a backup."""
    records = DynamoRecords(shop.account.client("dynamodb"), table)
    return records.get("state:restored", NOW) is not None


def with_another_table(shop: Shop) -> str:
    """Make a table of Hearback beside the stack's own, as a restoration does, and return its name."""
    # The emulator gives a second stack's table the name of the first, and so no kept table can be taken up.
    name = f"restored-{shop.stage}"
    shop.account.client("dynamodb").create_table(**table_definition(name))
    return name


def test_r34_a_table_taken_up_is_marked_as_restored(shop: Shop) -> None:
    restored = with_another_table(shop)
    shop.deploy("one", table=restored)

    assert (shop.standing().outputs["Table"], marked(shop, restored)) == (restored, True)


def test_a_table_taken_up_gets_the_backups_that_no_restored_table_has(shop: Shop) -> None:
    restored = with_another_table(shop)
    shop.deploy("one", table=restored)
    found = shop.account.client("dynamodb").describe_continuous_backups(TableName=restored)

    kept_back = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert kept_back["PointInTimeRecoveryStatus"] == "ENABLED"


def test_functions_work_with_the_table_that_was_taken_up(shop: Shop) -> None:
    table = with_another_table(shop)
    shop.deploy("one", table=table)

    functions = shop.account.client("lambda").list_functions()["Functions"]
    ours = [one for one in functions if one["FunctionName"].startswith(f"hearback-{shop.stage}-")]
    assert {one["Environment"]["Variables"]["HEARBACK_TABLE"] for one in ours} == {table}


def test_a_table_in_use_stays_in_use_and_is_not_marked_again(shop: Shop) -> None:
    own = with_data(shop)
    shop.deploy("two", table=own)

    assert (shop.standing().outputs["Table"], marked(shop, own)) == (own, False)


def test_a_copy_fills_a_new_table_and_the_stack_goes_over_to_it(shop: Shop) -> None:
    own = with_data(shop)
    copy = shop.folder / "copy.gz"
    kept(Table(shop.account, own, pause), copy)
    shop.deploy("one", data=copy)

    used = shop.standing().outputs["Table"]
    found = shop.account.client("dynamodb").get_item(TableName=used, Key={k: ITEM[k] for k in ("pk", "sk")})
    assert (used != own, found["Item"], marked(shop, used)) == (True, ITEM, True)


def test_the_next_deploy_stays_with_the_table_that_was_taken_up(shop: Shop) -> None:
    own = with_data(shop)
    copy = shop.folder / "copy.gz"
    kept(Table(shop.account, own, pause), copy)
    shop.deploy("one", data=copy)
    used = shop.standing().outputs["Table"]
    shop.deploy("two")

    assert shop.standing().outputs["Table"] == used


def test_a_table_that_is_not_hearbacks_is_refused(shop: Shop) -> None:
    own = with_data(shop)
    name = f"other-{shop.stage}"
    shop.account.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )

    with pytest.raises(CannotDeploy, match="no table of Hearback"):
        shop.deploy("two", table=name)
    assert shop.standing().outputs["Table"] == own
