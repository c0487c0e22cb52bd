"""Dataclasses whose methods are made when they are first needed.

The standard library compiles up to eight methods for each class as it is defined. A hundred classes cost a new
Lambda 100 ms before it can do anything, and most of them it never fills. What is made in the end is the same.
"""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, make_dataclass
from dataclasses import dataclass as made_at_once
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
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
        only = {"init": name == "__init__", "repr": name == "__repr__", "eq": name in {"__eq__", "__hash__"}}
        after = {"__post_init__": cls.__post_init__} if hasattr(cls, "__post_init__") else {}
        listed = [(one.name, one.type, one) for one in fields(cls)]
        twin = make_dataclass(cls.__name__, listed, namespace=after, frozen=frozen, **only)
        real = getattr(twin, name)
        setattr(cls, name, real)
        return real(self, *args, **named)

    return first


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__name__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
