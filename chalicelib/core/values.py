"""Dataclasses whose methods are made when they are first needed.

The standard library compiles up to eight methods for each class as it is defined. A hundred classes cost a
new Lambda 100 ms before it can do anything, and most of them it never fills. A class that inherits from one
of these must be made by this decorator, too.
"""

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields, make_dataclass
from dataclasses import dataclass as made_at_once
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, kw_only: bool = False) -> Callable:
        """Make a class a dataclass, as the standard library's decorator of this name does."""

        def decorate(cls: type) -> type:
            made = made_at_once(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
            for name in ("__init__", "__repr__", "__eq__"):
                if name not in cls.__dict__:
                    setattr(made, name, _made_later(made, name, frozen=frozen))
            # A class that is equal by its values and can be changed has no hash.
            made.__hash__ = _made_later(made, "__hash__", frozen=frozen) if frozen else None
            if frozen:
                made.__setattr__ = made.__delattr__ = _refuse
                made.__getstate__, made.__setstate__ = _state, _restore
            return made

        return decorate


def _made_later(cls: type, name: str, *, frozen: bool) -> Callable[..., Any]:
    """Return a method that puts the real one in its place when it is first called."""

    def first(self: Any, *args: Any, **named: Any) -> Any:
        real = _initializer(cls) if name == "__init__" else _compared(cls, name, frozen=frozen)
        setattr(cls, name, real)
        return real(self, *args, **named)

    return first


def _compared(cls: type, name: str, *, frozen: bool) -> Callable[..., Any]:
    """Return a method as the standard library makes it."""
    listed = [(one.name, one.type, one) for one in fields(cls)]
    twin = make_dataclass(
        cls.__name__, listed, init=False, repr=name == "__repr__", eq=name != "__repr__", unsafe_hash=frozen
    )
    found: Callable[..., Any] = getattr(twin, name)
    return found


def _initializer(cls: Any) -> Callable[..., None]:
    """Return what fills a new object, frozen or not."""
    known: dict[str, Any] = {"set_": object.__setattr__, "LATER": MISSING}
    heads: dict[bool, list[str]] = {False: [], True: ["*"]}
    lines = []
    for one in fields(cls):
        known[f"default_{one.name}"] = one.default
        known[f"make_{one.name}"] = one.default_factory
        value = one.name if one.init else f"default_{one.name}"
        if one.default_factory is not MISSING:
            heads[one.kw_only is True].append(f"{one.name}=LATER")
            value = f"make_{one.name}() if {one.name} is LATER else {one.name}"
        elif one.init:
            default = "" if one.default is MISSING else f"=default_{one.name}"
            heads[one.kw_only is True].append(f"{one.name}{default}")
        elif one.default is MISSING:
            continue
        lines.append(f"set_(self, {one.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    head = ", ".join(["self", *heads[False], *(heads[True] if len(heads[True]) > 1 else ())])
    made: dict[str, Any] = {}
    exec(f"def __init__({head}):\n " + "\n ".join(lines or ["pass"]), known, made)  # noqa: S102 - names of fields
    made["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    found: Callable[..., None] = made["__init__"]
    return found


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__name__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
