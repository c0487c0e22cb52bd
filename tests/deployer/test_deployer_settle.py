"""What follows once the stack stands: address, secrets, policies, links, the doctor."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.store.dynamodb import DynamoRecords
from tests.deployer.conftest import NOW, POLICIES, REGION, Shop, opened
from tests.emulator import Emulator

pytestmark = pytest.mark.xdist_group("emulator")

PROJECT = Path(__file__).parents[2]
SECRET = "one-that-nobody-may-see"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A shop after the command has ended, and all that it printed."""

    shop: Shop
    printed: str
    code: int

    def parameter(self, name: str) -> dict[str, str]:
        """Return a parameter by the end of its name, with its value."""
        name = f"/hearback/{self.shop.stage}/{name}"
        found: dict[str, str] = self.shop.account.client("ssm").get_parameter(Name=name, WithDecryption=True)[
            "Parameter"
        ]
        return found


def run(shop: Shop, emulator: Emulator, secrets: str) -> Deployed:
    """Deploy the shop with `--yes` and these secrets in its .env."""
    env_file = shop.folder / ".env"
    env_file.write_text(secrets)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "HEARBACK_AWS_ENDPOINT": emulator.endpoint,
    }
    words = [shop.stage, str(POLICIES), str(env_file), str(shop.folder)]
    # A process of its own, for the owner's commands take credentials and region from the environment.
    command = [sys.executable, "-m", "tests.deployer.driver", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return Deployed(shop=shop, printed=done.stdout + done.stderr, code=done.returncode)


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """A shop whose owner has the secret of the chat in .env; the tests only look at it."""
    shop = opened(emulator, tmp_path_factory.mktemp("shop"))
    return run(shop, emulator, f"DEMO_WEBCHAT_SECRET={SECRET}\n")


def test_the_policies_are_live_after_a_first_deploy(deployed: Deployed, emulator: Emulator) -> None:
    assert deployed.code == 0, deployed.printed
    table = deployed.shop.standing().outputs["Table"]
    live = DynamoRecords(emulator.dynamodb(), table).get("policy:live", NOW)
    assert live and live.value == "1"


def test_secrets_of_the_env_file_are_stored_encrypted_and_never_printed(deployed: Deployed) -> None:
    kept = deployed.parameter("DEMO_WEBCHAT_SECRET")
    assert (kept["Type"], kept["Value"], SECRET in deployed.printed) == ("SecureString", SECRET, False)


def test_the_address_is_written_where_functions_look_for_it(deployed: Deployed) -> None:
    address = deployed.parameter("HEARBACK_BASE_URL")["Value"]
    assert address == deployed.shop.standing().outputs["EndpointURL"].rstrip("/")


def test_addresses_of_webhooks_a_link_to_the_desk_and_the_doctor_end_it(deployed: Deployed) -> None:
    address = deployed.parameter("HEARBACK_BASE_URL")["Value"]
    told = [f"{address}/webhooks/demo", f"{address}/desk/login/", "doctor"]
    told.append(f"hearback channel connect demo --stage {deployed.shop.stage} --region {REGION}")
    assert [words for words in told if words not in deployed.printed] == []


def test_a_secret_the_owner_invents_is_made_up(shop: Shop, emulator: Emulator) -> None:
    deployed = run(shop, emulator, "")
    assert len(deployed.parameter("DEMO_WEBCHAT_SECRET")["Value"]) > len("guessable")
