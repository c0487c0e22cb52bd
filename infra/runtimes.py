"""The Lambda runtimes: which Pythons there are, and which wheels they can load. Pure."""

from enum import StrEnum

from infra.errors import CannotPackage

GLIBC = {"3.11": 26, "3.12": 34, "3.13": 34, "3.14": 34}
"""Python of a runtime that AWS supports -> the minor version of its C library.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: 3.11 stands on Amazon Linux 2 (glibc 2.26),
the later ones on Amazon Linux 2023 (glibc 2.34).
"""

_OLDEST_GLIBC = 17


class Architecture(StrEnum):
    """The processor of the functions."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


def checked(python: str) -> str:
    """Return a Python such as `3.11`. Raises `CannotPackage` where Lambda has no such runtime."""
    if python not in GLIBC:
        known = ", ".join(GLIBC)
        raise CannotPackage(
            f"Lambda runs no Python {python}: install one of {known} and start ./hearback with it, "
            f"for example: python{max(GLIBC, key=_order)} ./hearback package"
        )
    return python


def wheel_platforms(python: str, architecture: Architecture, glibc: int | None = None) -> list[str]:
    """Return the platform tags of the wheels that a runtime can load, newest first.

    `glibc` is the minor version of another C library, to run the code elsewhere.
    """
    machine = "aarch64" if architecture is Architecture.ARM64 else "x86_64"
    tags = [
        f"manylinux_2_{minor}_{machine}" for minor in range(glibc or GLIBC[python], _OLDEST_GLIBC - 1, -1)
    ]
    return [*tags, f"manylinux2014_{machine}"]


def _order(python: str) -> tuple[int, ...]:
    return tuple(map(int, python.split(".")))
