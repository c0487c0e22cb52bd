"""Eight ways of writing to customers: how their webhooks look, and how their APIs answer."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound
from tests.fakes import PAGE, SECRETS, json_response
from tests.faults.platforms import MORE_SECRETS, Mood, Post, Said, Side

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


class Messenger(Side):
    """A page's private messages: our own come back with our mark, and the conversation can be read."""

    channel = "page"

    def wrote(self, said: Said) -> Inbound:
        return self.meta("messaging", self._item(said, said.to, PAGE))

    def replied(self, said: Said) -> Inbound:
        return self.meta("messaging", self._item(said, PAGE, said.to, is_echo=True))

    def echo(self, post: Post) -> Inbound:
        said = Said(at=post.at, id=post.id, to=post.to, text=post.text)
        item = self._item(said, PAGE, post.to, is_echo=True, metadata=f"hearback:{post.key}")
        return self.meta("messaging", item)

    def _item(self, said: Said, sender: str, recipient: str, **more: object) -> dict[str, Any]:
        return {
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": int(said.at.timestamp() * 1000),
            "message": {"mid": said.id, "text": said.text, **more},
        }

    def read(self, request: HttpRequest) -> Post | None:
        if request.method == "GET":
            return None
        body = json.loads(request.body)
        key = body["message"]["metadata"].removeprefix("hearback:")
        return self.post(body["recipient"]["id"], body["message"]["text"], key)

    def good(self, post: Post) -> HttpResponse:
        return json_response({"message_id": post.id, "recipient_id": post.to})

    def told(self, request: HttpRequest) -> HttpResponse:
        [customer] = parse_qs(urlsplit(request.url).query)["user_id"]
        there = [
            {"id": post.id, "message": post.text, "from": {"id": PAGE}, "created_time": post.at.isoformat()}
            for post in self.wall.posts
            if post.to == customer
        ]
        return json_response({"data": [{"messages": {"data": there}}]})

    def bad(self, mood: Mood) -> HttpResponse:
        if mood is Mood.LIMITED:
            return json_response({"error": {"code": 613}}, 400, **{"retry-after": "20"})
        if mood is Mood.EXPIRED:
            return json_response({"error": {"code": 190, "error_subcode": 463}}, 400)
        return super().bad(mood)


class Comments(Messenger):
    """Comments below a page's post: they can be looked at before we speak, and hold a page's own replies."""

    def identify(self, customer: str, number: int) -> str:
        return f"1_{customer}" if number == 1 else f"1_{customer}{number:03}"

    def wrote(self, said: Said) -> Inbound:
        top = self.identify(said.to, 1)
        # What the customer says later is a comment below their own.
        return self._feed(said, said.to, f"{PAGE}_1" if said.id == top else top)

    def replied(self, said: Said) -> Inbound:
        return self._feed(said, PAGE, self.identify(said.to, 1))

    def echo(self, post: Post) -> Inbound:
        return self.replied(Said(at=post.at, id=post.id, to=post.to, text=post.text))

    def _feed(self, said: Said, author: str, parent: str) -> Inbound:
        value = {
            "item": "comment",
            "verb": "add",
            "from": {"id": author, "name": "Somebody"},
            "created_time": int(said.at.timestamp()),
            "post_id": f"{PAGE}_1",
            "parent_id": parent,
            "comment_id": said.id,
            "message": said.text,
        }
        return self.meta("changes", {"field": "feed", "value": value})

    def read(self, request: HttpRequest) -> Post | None:
        if request.method == "GET":
            return None
        top = urlsplit(request.url).path.split("/")[-2]
        return self.post(top.removeprefix("1_"), json.loads(request.body)["message"])

    def good(self, post: Post) -> HttpResponse:
        return json_response({"id": post.id})

    def told(self, request: HttpRequest) -> HttpResponse:
        top = urlsplit(request.url).path.split("/")[-2]
        ours = [(post.at, post.id, post.text, post.to) for post in self.wall.posts]
        people = [(said.at, said.id, said.text, said.to) for said in self.people]
        shown = [
            {
                "id": identifier,
                "message": text,
                "from": {"id": PAGE},
                "created_time": at.isoformat(),
                "parent": {"id": top},
            }
            for at, identifier, text, customer in sorted([*ours, *people], reverse=True)
            if self.identify(customer, 1) == top
        ]
        return json_response({"data": shown})


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


class WhatsApp(Side):
    """A business number: a message that went out is known by its status alone."""

    channel = "phone"
    account = "330000000000041"

    def wrote(self, said: Said) -> Inbound:
        message = {
            "from": said.to,
            "id": said.id,
            "timestamp": str(int(said.at.timestamp())),
            "type": "text",
            "text": {"body": said.text},
        }
        return self._change("messages", said.to, messages=[message])

    def replied(self, said: Said) -> Inbound:
        echo = {
            "from": "48555010200",
            "to": said.to,
            "id": said.id,
            "timestamp": str(int(said.at.timestamp())),
            "type": "text",
            "text": {"body": said.text},
        }
        return self._change("smb_message_echoes", said.to, message_echoes=[echo])

    def echo(self, post: Post) -> Inbound:
        status = {
            "id": post.id,
            "status": "delivered",
            "timestamp": str(int(post.at.timestamp())),
            "recipient_id": post.to,
            "biz_opaque_callback_data": post.key,
        }
        return self._change("messages", post.to, statuses=[status])

    def _change(self, name: str, customer: str, **items: object) -> Inbound:
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "48555010200", "phone_number_id": self.account},
            "contacts": [{"profile": {"name": "Ewa"}, "wa_id": customer}],
            **items,
        }
        change = {"value": value, "field": name}
        return self.meta("changes", change, kind="whatsapp_business_account", account="220000000000052")

    def read(self, request: HttpRequest) -> Post:
        body = json.loads(request.body)
        return self.post(body["to"], body["text"]["body"], body["biz_opaque_callback_data"])

    def good(self, post: Post) -> HttpResponse:
        return json_response({"messages": [{"id": post.id}]})

    def bad(self, mood: Mood) -> HttpResponse:
        codes = {Mood.LIMITED: 130429, Mood.EXPIRED: 190}
        if mood in codes:
            return json_response({"error": {"code": codes[mood]}}, 400)
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


SIDES: dict[str, type[Side]] = {
    "signed": Signed,
    "messenger": Messenger,
    "comments": Comments,
    "bot": Bot,
    "business": Business,
    "vk": Vk,
    "whatsapp": WhatsApp,
    "mail": Mail,
}
