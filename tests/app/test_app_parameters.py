"""Secrets in the Parameter Store: the same on a fake and on the emulator, and what is remembered of them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.core.errors import Unavailable
from chalicelib.parameters import FRESH_FOR, MISSING_FOR, BadValue, Client, Parameters
from tests.builders import NOON
from tests.emulator import Emulator
from tests.fakes import Clock
from tests.logged import logged

DOWN = (
    EndpointConnectionError(endpoint_url="https://ssm"),
    ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParametersByPath"),
)


class FakeSsm:
    """The Parameter Store, as far as it is used; `down` is what it raises while it is out of order."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.looks = 0
        self.written: list[dict[str, Any]] = []
        self.down: Exception | None = None

    def get_parameters_by_path(self, **request: Any) -> Mapping[str, Any]:
        if self.down:
            raise self.down
        assert request["WithDecryption"] and request["MaxResults"] <= 10
        start = int(request.get("NextToken", 0))
        self.looks += not start
        names = sorted(name for name in self.values if self._is_under(request["Path"], name))
        page = names[start : start + request["MaxResults"]]
        more = {"NextToken": str(start + len(page))} if start + len(page) < len(names) else {}
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in page], **more}

    def put_parameter(self, **request: Any) -> Mapping[str, Any]:
        self.written.append(request)
        self.values[request["Name"]] = request["Value"]
        return {"Version": 1}

    def delete_parameter(self, **request: Any) -> Mapping[str, Any]:
        if self.values.pop(request["Name"], None) is None:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "DeleteParameter")
        return {}

    def _is_under(self, path: str, name: str) -> bool:
        return name.startswith(path) and "/" not in name.removeprefix(path)


class World:
    """A prefix of its own in a Parameter Store."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.prefix = f"/hearback/{uuid4().hex}/"
        self.clock = Clock()

    def put(self, name: str, value: str) -> None:
        self.client.put_parameter(
            Name=f"{self.prefix}{name}", Value=value, Type="SecureString", Overwrite=True
        )

    def parameters(self) -> Parameters:
        return Parameters(lambda: self.client, self.prefix, self.clock)


@pytest.fixture(params=["fake", "emulated"])
def world(request: pytest.FixtureRequest) -> World:
    """Each Parameter Store in turn."""
    if request.param == "fake":
        return World(FakeSsm())
    emulator: Emulator = request.getfixturevalue("emulator")
    return World(emulator.client("ssm"))


@pytest.fixture
def ssm() -> FakeSsm:
    return FakeSsm()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parameters(ssm: FakeSsm, clock: Clock) -> Parameters:
    return Parameters(lambda: ssm, "/hearback/prod/", clock)


def test_all_secrets_are_read_however_many_there_are(world: World) -> None:
    for number in range(23):
        world.put(f"S{number}", f"v{number}")
    parameters = world.parameters()

    assert [parameters.secret(f"S{number}") for number in range(23)] == [f"v{n}" for n in range(23)]


def test_another_stages_secrets_and_deeper_ones_are_not_read(world: World) -> None:
    world.put("deep/TOKEN", "1")
    world.client.put_parameter(
        Name=f"{world.prefix.rstrip('/')}-two/TOKEN", Value="2", Type="SecureString", Overwrite=True
    )

    assert world.parameters().secret("TOKEN") == ""


def test_what_a_platform_gave_is_kept_for_every_other_program(world: World) -> None:
    world.put("TOKEN", "old")

    assert world.parameters().keep("TOKEN", "new")
    assert world.parameters().secret("TOKEN") == "new"


def test_what_is_kept_is_known_at_once(world: World) -> None:
    parameters = world.parameters()
    parameters.keep("TOKEN", "new")

    assert parameters.secret("TOKEN") == "new"


def test_what_is_forgotten_is_gone_for_every_program(world: World) -> None:
    world.put("TOKEN", "old")
    parameters = world.parameters()

    assert (parameters.forget("TOKEN"), parameters.forget("TOKEN")) == (True, False)
    assert (parameters.secret("TOKEN"), world.parameters().secret("TOKEN")) == ("", "")


@pytest.mark.parametrize("value", ["", "a" * 4097, "ż" * 2049], ids=["empty", "long", "long in bytes"])
def test_a_value_that_no_parameter_can_hold_is_refused(
    ssm: FakeSsm, parameters: Parameters, value: str
) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "known"

    with pytest.raises(BadValue, match="TOKEN"):
        parameters.keep("TOKEN", value)


def test_the_public_address_is_one_of_them(world: World) -> None:
    world.put("HEARBACK_BASE_URL", "https://h.example/api/")

    assert world.parameters().public_url() == "https://h.example/api"


def test_what_is_kept_is_encrypted(ssm: FakeSsm, parameters: Parameters) -> None:
    parameters.keep("TOKEN", "new")

    assert ssm.written[0]["Type"] == "SecureString"


def test_what_is_the_same_already_is_not_written(ssm: FakeSsm, parameters: Parameters) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "same"

    assert not parameters.keep("TOKEN", "same")
    assert ssm.written == []


def test_nothing_is_made_or_read_before_something_is_asked_for(ssm: FakeSsm) -> None:
    made: list[FakeSsm] = []

    def make() -> FakeSsm:
        made.append(ssm)
        return ssm

    parameters = Parameters(make, "/hearback/prod", lambda: NOON)
    before = (len(made), ssm.looks)
    parameters.secret("TOKEN")
    parameters.secret("OTHER")

    assert (before, len(made)) == ((0, 0), 1)


@pytest.mark.parametrize(("after", "looks"), [(FRESH_FOR - timedelta(seconds=1), 1), (FRESH_FOR, 2)])
def test_secrets_are_read_again_when_a_minute_has_passed(
    ssm: FakeSsm, parameters: Parameters, clock: Clock, after: timedelta, looks: int
) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "1"
    parameters.secret("TOKEN")
    clock.now += after
    parameters.secret("TOKEN")

    assert ssm.looks == looks


def test_a_name_that_is_missing_is_looked_for_before_the_minute_has_passed(
    ssm: FakeSsm, parameters: Parameters, clock: Clock
) -> None:
    parameters.secret("NEW")
    ssm.values["/hearback/prod/NEW"] = "1"
    clock.now += MISSING_FOR

    assert parameters.secret("NEW") == "1"


def test_names_that_nobody_sets_cost_one_look_in_five_seconds(ssm: FakeSsm, parameters: Parameters) -> None:
    for number in range(100):
        parameters.secret(f"NEVER{number}")

    assert ssm.looks == 1


@pytest.mark.parametrize("error", DOWN, ids=lambda error: type(error).__name__)
def test_what_was_read_last_holds_while_nothing_can_be_read(
    ssm: FakeSsm, parameters: Parameters, clock: Clock, error: Exception
) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "known"
    parameters.secret("TOKEN")
    ssm.down = error
    clock.now += timedelta(hours=3)

    assert parameters.secret("TOKEN") == "known"
    assert parameters.secret("OTHER") == ""


def test_a_store_that_is_down_is_asked_again_only_after_a_minute(
    ssm: FakeSsm, parameters: Parameters, clock: Clock
) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "old"
    parameters.secret("TOKEN")
    ssm.down = DOWN[0]
    clock.now += FRESH_FOR
    parameters.secret("TOKEN")
    ssm.values["/hearback/prod/TOKEN"], ssm.down = "new", None
    soon = parameters.secret("TOKEN")
    clock.now += FRESH_FOR

    assert (soon, parameters.secret("TOKEN")) == ("old", "new")


@pytest.mark.parametrize("error", DOWN, ids=lambda error: type(error).__name__)
def test_without_having_read_anything_the_fault_is_raised_so_that_platforms_deliver_again(
    ssm: FakeSsm, parameters: Parameters, error: Exception
) -> None:
    ssm.down = error

    with pytest.raises(Unavailable):
        parameters.secret("TOKEN")


def test_no_value_is_ever_logged(ssm: FakeSsm, parameters: Parameters, clock: Clock) -> None:
    ssm.values["/hearback/prod/TOKEN"] = "hush-hush"
    ssm.down = ClientError({"Error": {"Code": "X", "Message": "hush-hush"}}, "GetParametersByPath")
    with logged() as lines:
        parameters_known = known(parameters, ssm)
        clock.now += FRESH_FOR
        parameters_known("TOKEN")

    [line] = lines.of("parameters")
    assert line["reason"] == "ClientError" and "hush-hush" not in "".join(lines.texts)


def known(parameters: Parameters, ssm: FakeSsm) -> Callable[[str], str]:
    """Let secrets be read once before the store goes down."""
    down, ssm.down = ssm.down, None
    parameters.secret("TOKEN")
    ssm.down = down
    return parameters.secret
