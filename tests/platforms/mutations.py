"""Webhooks gone wrong: every way in which JSON may differ from what was promised."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Route = tuple[str | int, ...]

_DEEP, _VAST = "@@deep@@", "@@vast@@"
"""Stand for what `json.dumps` cannot write: see `as_bytes`."""

_TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "\0", "a\0b", "\ud800", "\udfff x", "\u202e", "0", "-1", "1e3", "²", "null", "9" * 400]
    ),
)
_NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from([2**53, 2**63, 2**64, -(2**63), 10**400, 10**11, 10**14, -1, 0]),
    st.floats(allow_nan=True, allow_infinity=True),
)
_LEAVES = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS, st.sampled_from([_DEEP, _VAST]))
JUNK = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=5,
)


def routes(data: Any, here: Route = ()) -> Iterator[Route]:
    """Yield the way to every part of JSON data but the whole."""
    parts: Any = ()
    if isinstance(data, dict):
        parts = data.items()
    elif isinstance(data, list):
        parts = enumerate(data)
    for name, part in parts:
        yield (*here, name)
        yield from routes(part, (*here, name))


def _holder(data: Any, route: Route) -> Any:
    for name in route[:-1]:
        data = data[name]
    return data


def without(data: Any, route: Route) -> Any:
    """Return a copy of JSON data with one part left out."""
    copy = json.loads(json.dumps(data))
    del _holder(copy, route)[route[-1]]
    return copy


def having(data: Any, route: Route, part: Any) -> Any:
    """Return a copy of JSON data with one part put in the place of another."""
    copy = json.loads(json.dumps(data))
    _holder(copy, route)[route[-1]] = part
    return copy


@st.composite
def mutated(draw: st.DrawFn, data: Any) -> Any:
    """Draw a copy of JSON data with one to four things gone wrong."""
    for _ in range(draw(st.integers(1, 4))):
        found = list(routes(data))
        if not found:
            return draw(JUNK)
        route = draw(st.sampled_from(found))
        part = _holder(data, route)[route[-1]]
        how = draw(st.sampled_from(["drop", "replace", "wrap", "twin"]))
        if how == "drop":
            data = without(data, route)
        elif how == "replace":
            data = having(data, route, draw(JUNK))
        elif how == "wrap":
            others = [[part], {"id": part}, [part, part], str(part), f"{part}\0"]
            data = having(data, route, draw(st.sampled_from(others)))
        else:
            data = _with_twin(data, route)
    return data


def _with_twin(data: Any, route: Route) -> Any:
    copy = json.loads(json.dumps(data))
    holder = _holder(copy, route)
    if isinstance(holder, list):
        holder.append(holder[int(route[-1])])
    else:
        holder[f"{route[-1]}_"] = holder[route[-1]]
    return copy


def as_bytes(data: Any) -> bytes:
    """Return JSON, with NaN, lone surrogates, numbers of 5,000 digits and lists 3,000 deep as they came."""
    written = json.dumps(data)
    written = written.replace(f'"{_DEEP}"', "[" * 3000 + "]" * 3000)
    return written.replace(f'"{_VAST}"', "9" * 5000).encode()
