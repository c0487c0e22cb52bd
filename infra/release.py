"""A package on its way to a stack: its template as it is sent, its parameters, and its change set."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from infra import changes
from infra.bucket import Bucket, keys_of
from infra.errors import CannotDeploy
from infra.releases import Release
from infra.stack import LARGEST_TEMPLATE, ChangeSet, Stack, Standing
from infra.terminal import Terminal

_LETTERS_OF_HASH = 12


def as_sent(template: Mapping[str, Any]) -> str:
    """Return a template in as few bytes as there can be. Raises `CannotDeploy` where AWS takes no more."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    size = len(text.encode())
    if size > LARGEST_TEMPLATE:
        raise CannotDeploy(
            f"the template has {size:,} bytes and AWS takes {LARGEST_TEMPLATE:,}: make it smaller"
        )
    return text


def of(version: str, text: str) -> Release:
    """Return the release that a zip's version and a template make."""
    return keys_of(version, hashlib.sha256(text.encode()).hexdigest()[:_LETTERS_OF_HASH])


def parameters(text: str, standing: Standing, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a template: those chosen now, else what they were; else its own defaults."""
    known = json.loads(text)["Parameters"]
    before = standing.parameters if standing.is_there else {}
    return {name: value for name, value in {**before, **chosen}.items() if name in known}


def proposed(
    stack: Stack, text: str, standing: Standing, chosen: Mapping[str, str], terminal: Terminal
) -> ChangeSet | None:
    """Show what would change and return it; None where nothing would.

    Raises `CannotDeploy` where the table of all cases would go, with nothing changed.
    """
    found = stack.proposed(text, parameters(text, standing, chosen), first=not standing.is_there)
    if found is None:
        return None
    try:
        changes.refuse_loss(found.changes)
    except CannotDeploy:
        stack.drop(found)
        raise
    terminal.say(f"What would change in {stack.name}:")
    for line in changes.told(found.changes):
        terminal.say(line)
    for danger in changes.dangers(found.changes):
        terminal.say(f"  ATTENTION: {danger}")
    return found


def choose(bucket: Bucket, release: Release) -> dict[str, str]:
    """Return the parameters that say where the code lies."""
    return {"CodeBucket": bucket.name, "CodeKey": release.code}
