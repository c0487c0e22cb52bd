"""The registry: one line a platform. A platform is one module that satisfies `contract.Platform`."""

from importlib import import_module
from typing import cast

from chalicelib.platforms.contract import Platform

PLATFORMS = {
    "email": "chalicelib.platforms.email",
    "facebook": "chalicelib.platforms.facebook",
    "google_reviews": "chalicelib.platforms.google_reviews",
    "instagram": "chalicelib.platforms.instagram",
    "line": "chalicelib.platforms.line",
    "max": "chalicelib.platforms.max",
    "signed": "chalicelib.platforms.signed",
    "telegram": "chalicelib.platforms.telegram",
    "twilio": "chalicelib.platforms.twilio",
    "viber": "chalicelib.platforms.viber",
    "vk": "chalicelib.platforms.vk",
    "webchat": "chalicelib.platforms.webchat",
    "whatsapp": "chalicelib.platforms.whatsapp",
    "x": "chalicelib.platforms.x",
}


def platform(name: str) -> Platform:
    """Return the platform of this name, importing its module on first use. Raises `KeyError`."""
    return cast("Platform", import_module(PLATFORMS[name]))
