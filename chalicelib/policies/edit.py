"""Changes to the text of channels.yaml that leave every other byte as its owner wrote it.

The reader tells where each part of the file stands, and only there something is put in or taken out; a
library that writes the whole file anew would change what it was never asked to. What comes out is read
again: it holds the change and nothing else, or the owner is asked to make it by hand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import yaml

from chalicelib.core.errors import BadPolicy, HearbackError
from chalicelib.policies import render
from chalicelib.policies.documents import parse
from chalicelib.policies.hints import words

FILE = "channels.yaml"

_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"( *)#[^\r\n]*(\r\n|\n|\r|\Z)")
_BLANK = re.compile(r"[ \t]*(\r\n|\n|\r)")
_INDENT = 2


class CannotEdit(HearbackError):
    """The file is written in a way that no program should change; the sentence says what to write by hand."""


def with_entry(text: str, entry: Mapping[str, Any]) -> str:
    """Return the text with one more channel behind the others. Raises `BadPolicy` or `CannotEdit`."""
    data = parse(text, FILE).data
    wanted = {**data, "channels": [*(data.get("channels") or ()), dict(entry)]}
    root = _compose(text)
    channels = _field(root, "channels")
    if channels is None:
        edited = text + _gap(text) + _lines(text, ["channels:", *render.block(entry, _INDENT)])
    elif isinstance(channels, yaml.SequenceNode):
        edited = _into_flow(text, channels, entry) if channels.flow_style else _below(text, channels, entry)
    else:
        at = _end_of_line(text, channels.end_mark.index)
        block = _lines(text, render.block(entry, (root.start_mark.column if root else 0) + _INDENT))
        edited = text[:at] + _gap(text[:at]) + block + text[at:]
    by_hand = "\n".join(render.block(entry, _INDENT))
    return _sure(edited, wanted, f"write this entry into it by hand:\n{by_hand}")


def without_entry(text: str, channel: str) -> str:
    """Return the text without a channel. Raises `BadPolicy` or `CannotEdit`.

    The comments in the entry and those below it that are indented like it go with it; those above stay.
    """
    wanted = parse(text, FILE).data
    wanted = {**wanted, "channels": [one for one in wanted["channels"] if one["id"] != channel]}
    channels = _field(_compose(text), "channels")
    by_hand = f"take the entry of {channel} out of it by hand"
    if not isinstance(channels, yaml.SequenceNode) or len(channels.value) == 1:
        raise CannotEdit(f"{FILE} cannot be changed by a program: {by_hand}")
    [at] = [at for at, one in enumerate(channels.value) if _said(one, "id") == channel]
    start, end = _in_flow(channels, at) if channels.flow_style else _in_block(text, channels, at)
    return _sure(text[:start] + text[end:], wanted, by_hand)


def with_second(text: str, channel: str, credential: str, second: str) -> str:
    """Return the text in which a credential names a second secret. Raises `BadPolicy` or `CannotEdit`."""

    def put(node: yaml.Node, first: str) -> str:
        start, end = node.start_mark.index, node.end_mark.index
        if not isinstance(node, yaml.CollectionNode):
            return f"{text[:start]}[{text[start:end]}, {second}]{text[end:]}"
        end = node.value[0].end_mark.index
        if node.flow_style:
            return f"{text[:end]}, {second}{text[end:]}"
        at = _end_of_line(text, end)
        line = _lines(text, [f"{' ' * node.start_mark.column}- {second}"])
        return text[:at] + _gap(text[:at]) + line + text[at:]

    return _with_names(text, channel, credential, put, lambda first: [first, second])


def without_second(text: str, channel: str, credential: str) -> str:
    """Return the text in which a credential names its first secret only. Raises as `with_second`."""

    def put(node: yaml.Node, first: str) -> str:
        start, end = node.start_mark.index, node.end_mark.index
        if not isinstance(node, yaml.CollectionNode) or len(node.value) == 1:
            return text
        kept, gone = node.value
        if not node.flow_style:
            begin, stop = _line_of(text, gone.start_mark.index), _end_of_line(text, gone.end_mark.index)
            return text[:begin] + text[stop:]
        if "#" not in text[start:end]:
            return f"{text[:start]}{text[kept.start_mark.index : kept.end_mark.index]}{text[end:]}"
        return text[: kept.end_mark.index] + text[gone.end_mark.index :]

    return _with_names(text, channel, credential, put, lambda first: first)


def _with_names(
    text: str,
    channel: str,
    credential: str,
    put: Callable[[yaml.Node, str], str],
    names: Callable[[str], str | list[str]],
) -> str:
    wanted = deepcopy(parse(text, FILE).data)
    entry = next(one for one in wanted["channels"] if one["id"] == channel)
    first = words(entry["credentials"][credential])[0]
    entry["credentials"][credential] = names(first)
    found = next(one for one in _entries(text) if _said(one, "id") == channel)
    node = _field(_field(found, "credentials"), credential)
    by_hand = f"write `{credential}: {render.inline(names(first))}` into channel {channel} by hand"
    if node is None:
        raise CannotEdit(f"{FILE} cannot be changed by a program: {by_hand}")
    return _sure(put(node, first), wanted, by_hand)


def _sure(edited: str, wanted: Any, by_hand: str) -> str:
    try:
        found = parse(edited, FILE).data
    except BadPolicy:
        found = None
    if _names_apart(found) != _names_apart(wanted):
        raise CannotEdit(f"{FILE} cannot be changed by a program: {by_hand}")
    return edited


def _names_apart(data: Any) -> Any:
    """Return data in which a list of one word is that word: both mean the same."""
    if isinstance(data, Mapping):
        return {name: _names_apart(value) for name, value in data.items()}
    if isinstance(data, list):
        return data[0] if len(data) == 1 and isinstance(data[0], str) else [_names_apart(one) for one in data]
    return data


def _compose(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _entries(text: str) -> Iterator[yaml.Node]:
    channels = _field(_compose(text), "channels")
    yield from channels.value if isinstance(channels, yaml.SequenceNode) else ()


def _field(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if str(key.value).strip() == name), None)


def _said(node: yaml.Node, name: str) -> str:
    found = _field(node, name)
    return str(found.value).strip() if found else ""


def _into_flow(text: str, channels: yaml.SequenceNode, entry: Mapping[str, Any]) -> str:
    if not channels.value:
        at = channels.end_mark.index - 1
        return text[:at] + render.inline(entry) + text[at:]
    last = channels.value[-1]
    at = last.end_mark.index
    alone = last.start_mark.line != channels.start_mark.line
    before = f"{_break(text)}{' ' * last.start_mark.column}" if alone else " "
    return f"{text[:at]},{before}{render.inline(entry)}{text[at:]}"


def _below(text: str, channels: yaml.SequenceNode, entry: Mapping[str, Any]) -> str:
    column, last = channels.start_mark.column, channels.value[-1]
    on_the_line = last.start_mark.line == _line_number(text, last, column)
    gap = last.start_mark.column - column if on_the_line else _INDENT
    at = _past_its_comments(text, _end_of_line(text, _end(last)), column)
    apart = _break(text) if _stand_apart(text, channels) else ""
    block = _lines(text, render.block(entry, column, gap))
    return text[:at] + _gap(text[:at]) + apart + block + text[at:]


def _in_flow(channels: yaml.SequenceNode, at: int) -> tuple[int, int]:
    """Return from where to where an entry stands, with the comma that parts it from another."""
    if at:
        return channels.value[at - 1].end_mark.index, channels.value[at].end_mark.index
    return channels.value[0].start_mark.index, channels.value[1].start_mark.index


def _in_block(text: str, channels: yaml.SequenceNode, at: int) -> tuple[int, int]:
    """Return from where to where an entry stands, with an empty line that sets it apart from the others."""
    column, item = channels.start_mark.column, channels.value[at]
    start = _line_of(text, item.start_mark.index)
    while not text.startswith("-", start + column):
        start = _line_above(text, start)
    above = _line_above(text, start)
    if not text[above:start].strip():
        start = above
    return start, _past_its_comments(text, _end_of_line(text, _end(item)), column)


def _line_above(text: str, start: int) -> int:
    breaks = [found.end() for found in _BREAK.finditer(text) if found.end() < start]
    return breaks[-1] if breaks else 0


def _line_number(text: str, item: yaml.Node, column: int) -> int:
    """Return the line of an item's hyphen: its own, unless the hyphen stands alone above it."""
    begin = _line_of(text, item.start_mark.index)
    return item.start_mark.line if text[begin + column] == "-" else item.start_mark.line - 1


def _stand_apart(text: str, channels: yaml.SequenceNode) -> bool:
    """Return whether the owner puts empty lines between the entries; of one entry nobody can tell."""
    first, last = channels.value[0], channels.value[-1]
    between = _BREAK.split(text[first.start_mark.index : last.start_mark.index])
    return first is last or any(not line.strip() for line in between[1:-1])


def _end(node: yaml.Node) -> int:
    """Return where the last word of a node ends; a block's own mark stands behind what follows it."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)


def _past_its_comments(text: str, at: int, column: int) -> int:
    """Return where the comments end that stand deeper than the hyphens, and so belong to the entry above."""
    past = at
    while found := _COMMENT.match(text, at) or _BLANK.match(text, at):
        if found.end() == at:
            break
        at = found.end()
        if found.re is _COMMENT:
            if len(found[1]) <= column:
                break
            past = at
    return past


def _line_of(text: str, at: int) -> int:
    breaks = [found.end() for found in _BREAK.finditer(text, 0, at)]
    return breaks[-1] if breaks else 0


def _end_of_line(text: str, at: int) -> int:
    """Return where the next line begins; that is `at` itself where it begins one."""
    if at and text[at - 1] in "\r\n":
        return at
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def _gap(before: str) -> str:
    """Return what must stand between a text and a new line."""
    return "" if not before or before[-1] in "\r\n" else _break(before)


def _break(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _lines(text: str, lines: list[str]) -> str:
    end = _break(text)
    return "".join(line + end for line in lines)
