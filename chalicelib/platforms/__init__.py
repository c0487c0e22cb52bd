"""The registry: one line a platform. A platform is one module that satisfies `contract.Platform`."""

from importlib import import_module
from typing import cast

from chalicelib.platforms.contract import Platform

PLATFORMS = {
    "facebook": "chalicelib.platforms.facebook",
    "signed": "chalicelib.platforms.signed",
    "telegram": "chalicelib.platforms.telegram",
    "webchat": "chalicelib.platforms.webchat",
}


def platform(name: str) -> Platform:
    """Return the platform of this name, importing its module on first use. Raises `KeyError`."""
    return cast("Platform", import_module(PLATFORMS[name]))
