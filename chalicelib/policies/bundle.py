"""The owner's checked files as one piece of plain data."""

import json
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from chalicelib.core.values import dataclass

if TYPE_CHECKING:
    from chalicelib.language.vocabulary import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Checked files as plain JSON data; `messages` holds the text of each language, `words` its vocabulary.

    `words` is empty in versions that were published before there was any.
    `roster` is None where the owner has no roster.yaml, and in versions from before there was one.
    """

    policy: Mapping[str, Any]
    hours: Mapping[str, Any]
    channels: Mapping[str, Any]
    messages: Mapping[str, str]
    words: "Mapping[str, Words]" = field(default_factory=dict)
    roster: Mapping[str, Any] | None = None

    def to_json(self) -> str:
        """Return the bundle as canonical JSON, so that equal files give equal text."""
        data = {
            "policy": self.policy,
            "hours": self.hours,
            "channels": self.channels,
            "messages": self.messages,
            "words": self.words,
            "roster": self.roster,
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "Bundle":
        """Return the bundle that `to_json` wrote."""
        return Bundle(**json.loads(text))
