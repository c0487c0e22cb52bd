"""The owner's guides say everything there is, and nothing that is not so."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apprise
import pytest

from chalicelib import alerts
from chalicelib.core.case import Case
from chalicelib.core.effects import Alert, Delivery, Effect
from chalicelib.core.events import ThreadEvent
from chalicelib.core.message import Customer, Lane, Thread
from chalicelib.core.policy import Policy
from chalicelib.platforms import PLATFORMS, besides, contract
from chalicelib.policies import schemas
from chalicelib.policies.load import FILES, OPTIONAL, load
from chalicelib.policies.publish import built
from chalicelib.policies.texts_check import REQUIRED
from chalicelib.policies.texts_inside import CHOICES, NUMBERS, WORDS
from tests.platforms.harness import KINDS, Double
from tests.policies.folders import NOON, SHIPPED, Folder

R = "roster.yaml"
DOCS = SHIPPED.parent / "docs"
POLICIES = (DOCS / "policies.md").read_text(encoding="utf-8")
ADDING = (DOCS / "adding-a-platform.md").read_text(encoding="utf-8")
ALERTS = (DOCS / "alerts.md").read_text(encoding="utf-8")


def properties(schema: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every field of a schema, wherever it stands in it."""
    if not isinstance(schema, Mapping):
        return
    for name, described in schema.get("properties", {}).items():
        yield name, described
        yield from properties(described)
    for part in (*schema.get("$defs", {}).values(), schema.get("items")):
        yield from properties(part)


FIELDS = {
    name: described for file in (*FILES, *OPTIONAL) for name, described in properties(schemas.schema(file))
}


def members(protocol: type) -> set[str]:
    """Return the names of the functions and constants that a protocol asks for."""
    asked = {*vars(protocol), *vars(protocol).get("__annotations__", ())}
    return {name for name in asked if not name.startswith("_")}


def row(field: str) -> str:
    """Return the row of the guide's tables that tells of a field."""
    return next((line for line in POLICIES.splitlines() if line.startswith(f"| `{field}` |")), "")


@pytest.mark.parametrize("field", FIELDS)
def test_the_guide_tells_of_every_field_of_the_files(field: str) -> None:
    assert row(field)


@pytest.mark.parametrize("field", [name for name, described in FIELDS.items() if described.get("default")])
def test_the_guide_names_the_default_of_every_field(field: str) -> None:
    default = FIELDS[field]["default"]
    written = f"[{', '.join(default)}]" if isinstance(default, list) else str(default)

    assert f"| `{written.lower()}` |" in row(field)


@pytest.mark.parametrize("wording", REQUIRED)
def test_the_guide_tells_of_every_wording_and_how_many_variants_it_needs(wording: str) -> None:
    assert f"\n| `{wording}` | {REQUIRED[wording]}" in POLICIES


@pytest.mark.parametrize("variable", [*CHOICES, *WORDS, *NUMBERS])
def test_the_guide_tells_of_every_variable(variable: str) -> None:
    assert f"`${variable}`" in POLICIES


@pytest.mark.parametrize(
    "value", [value for name in ("formality", "mood", "place") for value in CHOICES[name]]
)
def test_the_guide_tells_every_value_of_a_choice(value: str) -> None:
    assert f"`{value}`" in POLICIES


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_guide_names_every_platform(platform: str) -> None:
    assert f"`{platform}`" in POLICIES


def test_the_examples_of_the_guide_work_together(folder: Folder) -> None:
    write_examples(folder, POLICIES)

    assert folder.mistakes() == []


def write_examples(folder: Folder, guide: str) -> None:
    """Write the files that a guide shows, beside the shipped texts."""
    blocks = re.findall(r"```yaml\n(# (\S+\.yaml)\n.*?)```", guide, re.DOTALL)
    # The first of a kind is the whole example; what follows shows a part in another way.
    for block, name in reversed(blocks):
        folder.write(name, block)
    for path in (SHIPPED / "messages").glob("*.ftl"):
        folder.write(f"messages/{path.name}", path.read_bytes())


def test_the_example_of_a_text_works(folder: Folder) -> None:
    block = re.search(r"```ftl\n(.*?)```", POLICIES, re.DOTALL)
    texts = (folder.path / "messages/en.ftl").read_text(encoding="utf-8")
    folder.write("messages/en.ftl", texts + (block[1] if block else "no example"))

    assert folder.mistakes() == []


def test_the_example_of_a_mistake_is_what_is_really_said(folder: Folder) -> None:
    folder.change("policy.yaml", "window: 15m", "windw: 15m")

    assert str(folder.mistakes()[0]) in POLICIES


def test_the_example_of_a_gap_is_what_is_really_said(folder: Folder) -> None:
    write_examples(folder, POLICIES)
    folder.change(
        R,
        "    alerts: [OWNER_ALERTS]\n",
        "    alerts: [OWNER_ALERTS]\n    duty: { week: { monday-saturday: 0:00-24:00 } }\n",
    )

    assert [str(one) for one in folder.warnings() if str(one) in POLICIES] != []


def test_the_example_of_a_roster_for_one_person_works(folder: Folder) -> None:
    [block] = re.findall(r"```yaml\n(.*?)```", ALERTS, re.DOTALL)
    folder.write(R, textwrap.dedent(block))

    assert folder.mistakes() == [] and folder.load().roster is not None


def a_policy() -> Policy:
    return next(iter(built(load(SHIPPED, NOON).bundle, "1", str).policies.values()))


@pytest.mark.parametrize("alert", Alert)
def test_the_guide_tells_of_every_alert_by_its_title(alert: Alert) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    delivery = Delivery(key="c-1", effect=Effect.ALERT_OWNER, first_due_at=at, due_at=at, alert=alert)
    case = Case(id="c.1", thread=Thread(channel="shop", key="t"), customer=Customer(id="anna"))
    title, _ = alerts.describe(case, delivery, a_policy(), "")

    assert f"| {title.partition(' (')[0]} |" in ALERTS


@pytest.mark.parametrize("reason", alerts.REASONS.values())
def test_the_guide_tells_of_every_reason(reason: str) -> None:
    assert f"| {reason} |" in ALERTS


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # one of Apprise's hundred services
@pytest.mark.parametrize("address", re.findall(r"`([a-z]+://[^`]+)`", ALERTS))
def test_every_address_of_the_guide_is_understood(address: str) -> None:
    assert apprise.Apprise().add(address)


PROTOCOLS = (contract.Platform, besides.Looking, besides.Proving, besides.Renewing, besides.Resolving)
PARTS_OF_A_PLATFORM = sorted({part for protocol in PROTOCOLS for part in members(protocol)})
PARTS_OF_A_DOUBLE = sorted(members(Double))
EVENTS = sorted({event.__name__ for event in ThreadEvent.__subclasses__()} - {"ThreadLinked"})


@pytest.mark.parametrize(
    "name",
    [
        *PARTS_OF_A_PLATFORM,
        *PARTS_OF_A_DOUBLE,
        *(protocol.__name__ for protocol in PROTOCOLS[1:]),
        *(one.name for one in fields(contract.Capabilities)),
        *Lane,
        *KINDS,
        *EVENTS,
    ],
)
def test_who_adds_a_platform_is_told_of_every_part_of_the_contract(name: str) -> None:
    assert f"`{name}`" in ADDING


@pytest.mark.parametrize("guide", ["policies.md", "alerts.md", "adding-a-platform.md"])
def test_every_link_between_the_guides_leads_somewhere(guide: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (DOCS / guide).read_text(encoding="utf-8"))

    assert [link for link in links if not (DOCS / Path(link)).exists()] == []
