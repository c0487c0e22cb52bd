"""The three ways of writing over Meta's Graph: private messages, comments, and a business number."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound
from tests.fakes import PAGE, json_response
from tests.faults.platforms import Mood, Post, Said, Side, Wall


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
            if post.to == customer and post.key
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

    def in_public(self) -> list[Said]:
        """Return what people wrote below the comments."""
        return self.people

    def good(self, post: Post) -> HttpResponse:
        return json_response({"id": post.id})

    def told(self, request: HttpRequest) -> HttpResponse:
        top = urlsplit(request.url).path.split("/")[-2]
        ours = [(post.at, post.id, post.text, post.to) for post in self.wall.posts if not post.key]
        people = [(said.at, said.id, said.text, said.to) for said in self.in_public()]
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


class Invited(Comments):
    """Comments of a page that also writes one private reply to each: who has one goes on in private."""

    invites = True

    def __init__(self, wall: Wall) -> None:
        super().__init__(wall)
        self._places: dict[str, bool] = {}

    def _is_private(self, said: Said) -> bool:
        """Return whether words are said in private, where they stay however often they are delivered."""
        invited = any(post.key and post.to == said.to for post in self.wall.posts)
        return self._places.setdefault(said.id, invited)

    def wrote(self, said: Said) -> Inbound:
        return Messenger.wrote(self, said) if self._is_private(said) else super().wrote(said)

    def replied(self, said: Said) -> Inbound:
        return Messenger.replied(self, said) if self._is_private(said) else super().replied(said)

    def echo(self, post: Post) -> Inbound:
        return Messenger.echo(self, post) if post.key else super().echo(post)

    def read(self, request: HttpRequest) -> Post | None:
        if request.method == "GET" or not request.url.partition("?")[0].endswith("/messages"):
            return super().read(request)
        body = json.loads(request.body)
        recipient = body["recipient"]
        to = recipient["id"] if "id" in recipient else recipient["comment_id"].removeprefix("1_")
        key = body["message"]["metadata"].removeprefix("hearback:")
        # Later comments of a customer have longer ids.
        return self.post(to[:4], body["message"]["text"], key)

    def good(self, post: Post) -> HttpResponse:
        return Messenger.good(self, post) if post.key else super().good(post)

    def told(self, request: HttpRequest) -> HttpResponse:
        if "/conversations" in request.url:
            return Messenger.told(self, request)
        return super().told(request)

    def in_public(self) -> list[Said]:
        return [said for said in self.people if not self._places.get(said.id)]


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
