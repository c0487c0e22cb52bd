"""What Telegram must be asked: whose account a Business connection leads to, and who runs a group.

Facts: https://core.telegram.org/bots/api#getbusinessconnection
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.platforms import telegram_setup
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse
from chalicelib.platforms.payload import Payload, read_json

ADMINS_HOLD = timedelta(hours=1)
CONNECTION_HOLDS = timedelta(hours=24)


def lookup(need: str, channel: Channel) -> HttpRequest:
    """Return getBusinessConnection or getChatAdministrators."""
    kind, _, subject = need.partition(":")
    if kind == "connection":
        return telegram_setup.call(channel, "getBusinessConnection", {"business_connection_id": subject})
    return telegram_setup.call(channel, "getChatAdministrators", {"chat_id": subject})


def read_lookup(need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
    """Return who owns a connection, or who administers a group. Raises `BadPayload`."""
    body = read_json(response.body)
    if not body.flag("ok"):
        raise BadPayload(f"Telegram answered {response.status}")
    if need.startswith("connection:"):
        return connection_facts(body.object("result")), CONNECTION_HOLDS
    if "result" not in body:
        raise BadPayload("Telegram named no administrators")
    members = [member.optional("user") for member in body.objects("result")]
    return {"staff": [member.identifier("id") for member in members if "id" in member]}, ADMINS_HOLD


def connection_facts(connection: Payload) -> dict[str, Any]:
    """Return whose account a Business connection leads to, and what we may do there."""
    # Before Bot API 9.0 the right stood at the top level.
    can_reply = connection.optional("rights").flag("can_reply") or connection.flag("can_reply")
    return {
        "user_id": connection.object("user").identifier("id"),
        "can_reply": can_reply,
        "enabled": connection.flag("is_enabled"),
    }
