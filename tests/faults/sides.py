"""Ten ways of writing to customers: how their webhooks look, and how their APIs answer."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from chalicelib import chat
from chalicelib.platforms import webchat
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, Inbound
from chalicelib.ports import Ports
from tests.fakes import SECRETS, json_response
from tests.faults.platforms import MORE_SECRETS, Mood, Post, Said, Side
from tests.faults.sides_meta import Comments, Invited, Messenger, WhatsApp

OWNER_OF_THE_BOT = 777
CONNECTION = "c1"
KNOWN_FOR = timedelta(hours=1)
"""How long VK knows a `random_id` again; the other system of a signed channel knows a key for ever."""


class Signed(Side):
    """Another system: drops a key that it has seen."""

    channel = "shop"
    dedupes: timedelta | None = timedelta(days=365)

    def customer(self, name: str) -> str:
        return name

    def wrote(self, said: Said) -> Inbound:
        return self._webhook("message.created", said)

    def replied(self, said: Said) -> Inbound:
        return self._webhook("reply.created", said)

    def _webhook(self, kind: str, said: Said) -> Inbound:
        data = {"thread": said.to, "message_id": said.id, "text": said.text}
        body = json.dumps({"type": kind, "timestamp": said.at.isoformat(), "data": data}).encode()
        at = str(int(self.wall.clock().timestamp()))
        key = base64.b64decode(SECRETS["SIGNED_SECRET"].removeprefix("whsec_"))
        digest = hmac.new(key, f"{said.id}.{at}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        return self.inbound(body, webhook_id=said.id, webhook_timestamp=at, webhook_signature=signature)

    def read(self, request: HttpRequest) -> Post:
        data = json.loads(request.body)["data"]
        key = request.headers["webhook-id"]
        return self.post(data["thread"], data["text"], key, automatic=data["automatic"])

    def good(self, post: Post) -> HttpResponse:
        return json_response({"message_id": post.id})


class Bot(Side):
    """A Telegram bot's own chats: it tells nothing of what it has sent, and cannot be asked."""

    channel = "bot"
    by_desk = True

    def identify(self, customer: str, number: int) -> str:
        return f"{customer}{number:03}"

    def wrote(self, said: Said) -> Inbound:
        return self._update({"message": self._message(said, said.to)}, said)

    def _message(self, said: Said, sender: str, **more: object) -> dict[str, Any]:
        return {
            "message_id": int(said.id),
            "date": int(said.at.timestamp()),
            "chat": {"id": int(said.to), "type": "private"},
            "from": {"id": int(sender), "is_bot": False, "first_name": "Anna"},
            "text": said.text,
            **more,
        }

    def _update(self, update: dict[str, Any], said: Said) -> Inbound:
        body = json.dumps({"update_id": int(said.id), **update}).encode()
        return self.inbound(body, x_telegram_bot_api_secret_token=SECRETS["TELEGRAM_WEBHOOK_SECRET"])

    def read(self, request: HttpRequest) -> Post | None:
        if "sendMessage" not in request.url:
            return None
        body = json.loads(request.body)
        return self.post(body["chat_id"], body["text"])

    def good(self, post: Post) -> HttpResponse:
        return json_response({"ok": True, "result": {"message_id": 9000 + int(post.id[1:])}})

    def told(self, request: HttpRequest) -> HttpResponse:
        rights = {"user": {"id": OWNER_OF_THE_BOT}, "rights": {"can_reply": True}, "is_enabled": True}
        return json_response({"ok": True, "result": rights})

    def bad(self, mood: Mood) -> HttpResponse:
        code = super().bad(mood).status
        said = {"ok": False, "error_code": code}
        return json_response({**said, "parameters": {"retry_after": 20}} if code == 429 else said, code)


class Business(Bot):
    """The owner's own Telegram account: what we send comes back, and who is who must be asked first."""

    by_desk = False

    def wrote(self, said: Said) -> Inbound:
        message = self._message(said, said.to, business_connection_id=CONNECTION)
        return self._update({"business_message": message}, said)

    def replied(self, said: Said) -> Inbound:
        message = self._message(said, str(OWNER_OF_THE_BOT), business_connection_id=CONNECTION)
        return self._update({"business_message": message}, said)

    def echo(self, post: Post) -> Inbound:
        said = Said(at=post.at, id=str(9000 + int(post.id[1:])), to=post.to, text=post.text)
        bot = {"id": 123456, "is_bot": True}
        message = self._message(
            said, str(OWNER_OF_THE_BOT), business_connection_id=CONNECTION, sender_business_bot=bot
        )
        return self._update({"business_message": message}, said)


class Vk(Side):
    """A community: drops a number that it has seen within the hour, and the dialog can be read."""

    channel = "club"
    dedupes: timedelta | None = KNOWN_FOR

    def identify(self, customer: str, number: int) -> str:
        return f"{customer}{number:03}"

    def wrote(self, said: Said) -> Inbound:
        message = self._message(said, int(said.to), out=0)
        return self._notice("message_new", {"message": message, "client_info": {}}, said)

    def replied(self, said: Said) -> Inbound:
        message = self._message(said, -220000001, out=1, admin_author_id=5)
        return self._notice("message_reply", message, said)

    def echo(self, post: Post) -> Inbound:
        said = Said(at=post.at, id=str(9000 + int(post.id[1:])), to=post.to, text=post.text)
        message = self._message(said, -220000001, out=1, random_id=int(post.key))
        return self._notice("message_reply", message, said)

    def _message(self, said: Said, sender: int, **more: object) -> dict[str, Any]:
        return {
            "date": int(said.at.timestamp()),
            "from_id": sender,
            "id": int(said.id),
            "peer_id": int(said.to),
            "random_id": 0,
            "text": said.text,
            "attachments": [],
            **more,
        }

    def _notice(self, kind: str, content: object, said: Said) -> Inbound:
        body = {"group_id": 220000001, "type": kind, "event_id": f"e{said.id}", "object": content}
        return self.inbound(json.dumps({**body, "secret": MORE_SECRETS["VK_SECRET"]}).encode())

    def read(self, request: HttpRequest) -> Post | None:
        if request.method == "GET":
            return None
        fields = dict(parse_qsl(request.body.decode()))
        return self.post(fields["peer_id"], fields["message"], fields["random_id"])

    def good(self, post: Post) -> HttpResponse:
        return json_response({"response": 9000 + int(post.id[1:])})

    def told(self, request: HttpRequest) -> HttpResponse:
        [peer] = parse_qs(urlsplit(request.url).query)["peer_id"]
        items = [
            {
                "id": 9000 + int(post.id[1:]),
                "from_id": -220000001,
                "date": int(post.at.timestamp()),
                "text": post.text,
                "random_id": int(post.key),
            }
            for post in self.wall.posts
            if post.to == peer
        ]
        return json_response({"response": {"count": len(items), "items": items}})

    def bad(self, mood: Mood) -> HttpResponse:
        codes = {Mood.LIMITED: 6, Mood.EXPIRED: 5}
        if mood in codes:
            return json_response({"error": {"error_code": codes[mood], "error_msg": ""}})
        return super().bad(mood)


class Mail(Side):
    """A mailbox at Mailgun: what it took can be searched for."""

    channel = "mail"

    def customer(self, name: str) -> str:
        return f"{name}@customer.example"

    def identify(self, customer: str, number: int) -> str:
        return f"<{number}.{customer}>"

    def wrote(self, said: Said) -> Inbound:
        return self._form(said, said.to, "shop@shop.example")

    def replied(self, said: Said) -> Inbound:
        return self._form(said, "shop@shop.example", said.to)

    def _form(self, said: Said, sender: str, recipient: str) -> Inbound:
        top = self.identify(said.to, 1)
        headers = [
            ["Message-Id", said.id],
            ["From", sender],
            ["To", recipient],
            ["Subject", "My order"],
            ["Date", said.at.strftime("%a, %d %b %Y %H:%M:%S +0000")],
            *([] if said.id == top else [["In-Reply-To", top], ["References", top]]),
        ]
        at, token = str(int(said.at.timestamp())), f"token-{said.id}"
        signature = hmac.new(
            SECRETS["MAILGUN_KEY"].encode(), (at + token).encode(), hashlib.sha256
        ).hexdigest()
        fields = {
            "recipient": "shop@shop.example",
            "sender": sender,
            "subject": "My order",
            "from": sender,
            "body-plain": said.text,
            "message-headers": json.dumps(headers),
            "timestamp": at,
            "token": token,
            "signature": signature,
        }
        body = urlencode(fields, quote_via=quote).encode()
        return self.inbound(body, content_type="application/x-www-form-urlencoded")

    def read(self, request: HttpRequest) -> Post | None:
        if request.method == "GET":
            return None
        fields = dict(parse_qsl(request.body.decode()))
        return self.post(fields["to"], fields["text"], fields["h:Message-ID"].strip("<>"))

    def good(self, post: Post) -> HttpResponse:
        return json_response({"id": f"<{post.id}@mailgun.example>", "message": "Queued."})

    def told(self, request: HttpRequest) -> HttpResponse:
        [key] = parse_qs(urlsplit(request.url).query)["message-id"]
        return json_response(
            {"items": [{"event": "accepted"} for post in self.wall.posts if post.key == key]}
        )


class Chat(Side):
    """The chat that Hearback serves itself: nothing is sent, and the visitor's page asks for the messages."""

    channel = "chat"
    by_desk = True
    hosted = True

    def customer(self, name: str) -> str:
        # So much a visitor may write in a minute, in whatever story of this process.
        return name + hashlib.sha256(self.wall.story.encode()).hexdigest()[:8]

    def wrote(self, said: Said) -> Inbound:
        body = json.dumps({"id": said.id, "text": said.text}).encode()
        return replace(self._visit(said.to), method="POST", body=body)

    def page(self, customer: str, ports: Ports) -> list[str]:
        """Return the words of the business as the visitor's page shows them."""
        shown = json.loads(chat.part(self.channel, "messages", self._visit(customer), ports).body)
        return [one["text"] for one in shown["messages"] if one["who"] == "business"]

    def _visit(self, customer: str) -> Inbound:
        secrets = {"secret": (SECRETS["CHAT_SECRET"],)}
        channel = Channel(
            id=self.channel, platform=webchat.NAME, timezone="UTC", language="en", secrets=secrets
        )
        token = webchat.new_token(customer, channel)
        return replace(self.inbound(b"", authorization=f"Bearer {token}"), method="GET")


SIDES: dict[str, type[Side]] = {
    "signed": Signed,
    "messenger": Messenger,
    "comments": Comments,
    "invited": Invited,
    "bot": Bot,
    "business": Business,
    "vk": Vk,
    "whatsapp": WhatsApp,
    "mail": Mail,
    "chat": Chat,
}
