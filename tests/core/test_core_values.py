"""Dataclasses made later are the dataclasses of the standard library."""

import copy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import msgspec
import pytest

from chalicelib.core import values


class Shape:
    """What both decorators are put on, in turn."""

    name: str
    count: int = 2
    seen: list[str] = field(default_factory=list)
    note: str = field(default="", kw_only=True, repr=False, compare=False)


def made(decorator: Any, **options: Any) -> Any:
    return decorator(**options)(type("Shape", (), dict(Shape.__dict__)))


OPTIONS = [{"frozen": True, "slots": True, "kw_only": True}, {"frozen": True, "slots": True}, {"slots": True}]


@values.dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One that can be found by its name."""

    name: str
    count: int = 0

    def __post_init__(self) -> None:
        """Refuse a count below zero."""
        if self.count < 0:
            raise ValueError("less than nothing")


@pytest.mark.parametrize("options", OPTIONS)
def test_it_looks_and_compares_like_the_standard_librarys(options: dict[str, bool]) -> None:
    ours, theirs = made(values.dataclass, **options), made(dataclass, **options)
    one, two = ours(name="a", seen=["x"], note="y"), ours(name="a", seen=["x"], note="z")

    assert (repr(one), one == two) == (repr(theirs(name="a", seen=["x"])), True)
    assert [f.name for f in fields(ours)] == [f.name for f in fields(theirs)]


@pytest.mark.parametrize("options", OPTIONS)
def test_it_takes_the_same_arguments(options: dict[str, bool]) -> None:
    ours = made(values.dataclass, **options)

    assert (ours(name="a").count, ours(name="a").seen, ours(name="a").note) == (2, [], "")
    with pytest.raises(TypeError, match="name"):
        ours()


def test_two_objects_do_not_share_what_a_factory_made() -> None:
    ours = made(values.dataclass, slots=True)

    assert ours("a").seen is not ours("b").seen


def test_what_is_frozen_stays_as_it_is() -> None:
    kept = Kept(name="a")

    with pytest.raises(FrozenInstanceError):
        kept.name = "b"  # type: ignore[misc] # that is the point
    with pytest.raises(FrozenInstanceError):
        del kept.name


def test_equal_objects_have_equal_hashes_and_others_do_not() -> None:
    assert {Kept(name="a"), Kept(name="a"), Kept(name="b")} == {Kept(name="a"), Kept(name="b")}


def test_what_can_be_changed_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(made(values.dataclass, slots=True)("a"))


def test_replacing_checks_anew() -> None:
    assert replace(Kept(name="a"), count=1) == Kept(name="a", count=1)
    with pytest.raises(ValueError, match="less than nothing"):
        replace(Kept(name="a"), count=-1)


def test_copies_are_equal() -> None:
    kept = Kept(name="a", count=3)

    assert copy.deepcopy(kept) == copy.copy(kept) == kept


def test_json_reads_it_before_any_was_made() -> None:
    @values.dataclass(frozen=True, slots=True, kw_only=True)
    class Fresh:
        """Never made by hand."""

        name: str
        count: int = 5

    assert msgspec.json.decode(b'{"name": "a"}', type=Fresh) == Fresh(name="a", count=5)
