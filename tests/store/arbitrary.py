"""Hypothesis strategies for our dataclasses, read off their annotations: a new field is tried at once."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from chalicelib.core.case import Case
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "",
        "Gdzie jest moja paczka?",
        "Где посылка? 😡",
        "👩‍👩‍👧",
        "\u200f\u202emirrored",
        "\ufffe\uffff\x00\x7f",
        '"\\\n',
    ]
)
_simple: dict[Any, st.SearchStrategy[Any]] = {
    str: _texts,
    bool: st.booleans(),
    int: st.integers(0, 10**9),
    datetime: st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    timedelta: st.timedeltas(timedelta(), timedelta(days=4000)),
    type(None): st.none(),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Return any value of an annotation."""
    if hint in _simple:
        return _simple[hint]
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return st.one_of([of(one) for one in inside])
    if origin is tuple:
        return st.lists(of(inside[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(of(inside[0]), max_size=3)
    if origin is Mapping:
        return st.dictionaries(of(inside[0]), of(inside[1]), max_size=3)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    raise TypeError(f"no strategy for {hint}")


def _dataclass(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of(hints[field.name]) for field in dataclasses.fields(kind)})


# Channels have ids of their own shape.
_simple[Thread] = st.builds(
    dataclasses.replace, _dataclass(Thread), channel=st.from_regex(r"\A[a-z0-9-]{1,9}\Z")
)

cases: st.SearchStrategy[Case] = of(Case)
timelines: st.SearchStrategy[tuple[Entry, ...]] = of(tuple[Entry, ...])
