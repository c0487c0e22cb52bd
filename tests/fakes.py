"""Hand-written stand-ins, and a world in which the whole flow runs on a clock of its own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib import deliver, handle, sweep
from chalicelib.core.case import Case
from chalicelib.core.message import Thread
from chalicelib.facts import Facts
from chalicelib.intake import accept
from chalicelib.platforms import webchat
from chalicelib.platforms.contract import Answer, HttpRequest, HttpResponse, Inbound
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, publish
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.serve.workers import consume_once
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens
from tests.builders import NOON

PROJECT = Path(__file__).parents[1]
MESSAGES = {p.stem: p.read_text(encoding="utf-8") for p in (PROJECT / "policies" / "messages").glob("*.ftl")}

SECRETS = {
    "SIGNED_SECRET": "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes!").decode(),
    "META_APP_SECRET": "meta app secret",
    "META_PAGE_TOKEN": "page token",
    "META_VERIFY_TOKEN": "verify token",
    "OTHER_APP_SECRET": "secret of another app",
    "TELEGRAM_BOT_TOKEN": "123456:telegram-token",
    "TELEGRAM_WEBHOOK_SECRET": "telegram-secret",
    "CHAT_SECRET": "chat secret",
    "MAILGUN_TOKEN": "mailgun token",
    "MAILGUN_KEY": "mailgun key",
    "OWNER_ALERTS": "json://owner.example",
}

PAGE = "381719875602663"

POLICY_DOCUMENT: dict[str, Any] = {
    "rules": [
        {"name": "comments", "when": {"surface": "comment"}, "window": "60m", "promise": "4 business_hours"},
        {"name": "messages", "window": "15m", "promise": "2 business_hours"},
    ],
}
ROSTER_DOCUMENT: dict[str, Any] = {
    "people": [{"id": "olga", "name": "Olga", "alerts": ["OWNER_ALERTS"]}],
    "owner": "olga",
}
HOURS_DOCUMENT = {"calendars": {"default": {"week": {"monday-sunday": "0:00-24:00"}}}}


def a_channel(identifier: str, platform: str, credentials: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    fields = {"id": identifier, "platform": platform, "timezone": "UTC", "language": "en"}
    return {**fields, "credentials": dict(credentials), **more}


META = {"app_secret": "META_APP_SECRET", "page_token": "META_PAGE_TOKEN", "verify_token": "META_VERIFY_TOKEN"}
TELEGRAM = {"bot_token": "TELEGRAM_BOT_TOKEN", "webhook_secret": "TELEGRAM_WEBHOOK_SECRET"}

CHANNELS = (
    a_channel("shop", "signed", {"secret": "SIGNED_SECRET"}, api_base="https://crm.example/inbox"),
    a_channel("page", "facebook", META, account=PAGE),
    a_channel("page-two", "facebook", META, account="222"),
    a_channel("foreign-page", "facebook", {**META, "app_secret": "OTHER_APP_SECRET"}, account="333"),
    a_channel("bot", "telegram", TELEGRAM),
    a_channel("chat", "webchat", {"secret": "CHAT_SECRET"}),
    a_channel(
        "mail",
        "email",
        {"api_token": "MAILGUN_TOKEN", "signing_key": "MAILGUN_KEY"},
        account="shop@shop.example",
        options={"provider": "mailgun"},
    ),
)


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Internet:
    """Every platform at once: records what is sent and answers as it is told, or with success."""

    clock: Clock
    requests: list[tuple[datetime, HttpRequest]] = field(default_factory=list)
    answer: Callable[[HttpRequest], HttpResponse] | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.requests.append((self.clock.now, request))
        return self.answer(request) if self.answer else success(request, len(self.requests))

    def texts(self) -> list[str]:
        return [text_of(request) for _, request in self.requests if text_of(request)]


def success(request: HttpRequest, number: int) -> HttpResponse:
    """Answer as the platform does that the address belongs to."""
    if "/comments" in request.url:
        return json_response({"data": []} if request.method == "GET" else {"id": f"1_{number}"})
    if "getBusinessConnection" in request.url:
        connection = {"user": {"id": 777}, "rights": {"can_reply": True}, "is_enabled": True}
        return json_response({"ok": True, "result": connection})
    if "getChatAdministrators" in request.url:
        return json_response({"ok": True, "result": [{"user": {"id": 900}}]})
    if "telegram" in request.url:
        return json_response({"ok": True, "result": {"message_id": number}})
    return json_response({"message_id": f"p{number}", "recipient_id": "r"})


def json_response(body: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(body).encode())


def text_of(request: HttpRequest) -> str:
    body = json.loads(request.body) if request.body else {}
    found = body.get("text") or body.get("data", {}).get("text") or body.get("message", {}).get("text")
    return str(found or "")


@dataclass
class Owner:
    """Everybody's telephone: remembers each call and where it rang, and may refuse to ring."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    rang: list[str] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)
    reachable: bool = True

    def __call__(self, addresses: Sequence[str], title: str, body: str) -> bool:
        self.calls.append((title, body))
        self.rang.extend(addresses)
        return self.reachable and not self.deaf.issuperset(addresses)


class World:
    """The flow over a SQLite file, with a clock, an internet and an owner of its own."""

    def __init__(self, folder: Path, policy: Mapping[str, Any] = POLICY_DOCUMENT, **documents: Any) -> None:
        self.clock = Clock()
        self.internet = Internet(self.clock)
        self.owner = Owner()
        self.secrets = dict(SECRETS)
        self.file = SqliteFile(folder / "world.sqlite", sqlite.SCHEMA + local.SCHEMA)
        self.documents = {
            "hours": HOURS_DOCUMENT,
            "channels": {"channels": list(CHANNELS)},
            "roster": ROSTER_DOCUMENT,
            **documents,
        }
        records = sqlite.SqliteRecords(self.file)
        self.policies = PublishedPolicies(records, self.secret, self.clock, timedelta())
        self.ports = Ports(
            store=sqlite.SqliteStore(self.file),
            records=records,
            facts=Facts(records, self.internet, self.clock),
            tokens=Tokens(self.internet, self.clock),
            events=local.LocalQueue(self.file, "events", self.clock, fifo=True),
            wakeups=local.LocalQueue(self.file, "wakeups", self.clock, fifo=False),
            policies=self.policies,
            send=self.internet,
            alert=self.owner,
            clock=self.clock,
            address=lambda: "https://desk.example",
        )
        self.publish(policy)

    def secret(self, name: str) -> str:
        return self.secrets.get(name, "")

    def publish(self, policy: Mapping[str, Any]) -> None:
        bundle = Bundle(policy=policy, messages=MESSAGES, **self.documents)
        publish(bundle, self.ports.records, self.clock(), by="test")

    def close(self) -> None:
        self.file.close()

    # --- what platforms do -----------------------------------------------------------------------

    def receive(self, channel: str, inbound: Inbound) -> Answer:
        return accept(channel, inbound, self.ports)

    def inbound(self, body: bytes, **headers: str) -> Inbound:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Inbound(method="POST", headers=named, body=body, received_at=self.clock())

    def signed(
        self, kind: str, *, thread: str = "t1", message_id: str = "m1", text: str = "", **more: Any
    ) -> Inbound:
        data = {"thread": thread, "message_id": message_id, "text": text, **more}
        body = {"type": kind, "timestamp": self.clock().isoformat(), "data": data}
        return self.signed_body(json.dumps(body).encode(), f"{kind}-{message_id}")

    def signed_body(self, body: bytes, identifier: str = "w1") -> Inbound:
        timestamp = str(int(self.clock().timestamp()))
        key = base64.b64decode(SECRETS["SIGNED_SECRET"].removeprefix("whsec_"))
        digest = hmac.new(key, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        headers = {"webhook_id": identifier, "webhook_timestamp": timestamp, "webhook_signature": signature}
        return self.inbound(body, **headers)

    def writes(
        self, text: str = "Where is my order?", message_id: str = "m1", thread: str = "t1", **more: Any
    ) -> Answer:
        """Let a customer write on the signed channel."""
        webhook = self.signed("message.created", thread=thread, message_id=message_id, text=text, **more)
        return self.receive("shop", webhook)

    def answers(self, text: str = "On its way.", message_id: str = "h1", thread: str = "t1") -> Answer:
        """Let a person of the business reply in the other system of the signed channel."""
        return self.receive(
            "shop", self.signed("reply.created", thread=thread, message_id=message_id, text=text)
        )

    def messenger(
        self,
        *items: dict[str, Any],
        page: str = PAGE,
        lane: str = "messaging",
        secret: str = "META_APP_SECRET",
    ) -> Inbound:
        entry = {"id": page, "time": int(self.clock().timestamp() * 1000), lane: list(items)}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        return self.inbound(body, x_hub_signature_256=meta_signature(body, SECRETS[secret]))

    def feed(self, **value: Any) -> Inbound:
        """Return the webhook of a comment below a post of the page."""
        at = int(self.clock().timestamp())
        fields = {"item": "comment", "verb": "add", "created_time": at, "post_id": f"{PAGE}_1", **value}
        entry = {"id": PAGE, "time": at, "changes": [{"field": "feed", "value": fields}]}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        return self.inbound(body, x_hub_signature_256=meta_signature(body, SECRETS["META_APP_SECRET"]))

    def messenger_item(
        self, *, page: str = PAGE, customer: str = "psid1", echo: bool = False, **message: Any
    ) -> dict[str, Any]:
        sides = (page, customer) if echo else (customer, page)
        return {
            "sender": {"id": sides[0]},
            "recipient": {"id": sides[1]},
            "timestamp": int(self.clock().timestamp() * 1000),
            "message": {"mid": "mid1", **({"is_echo": True} if echo else {}), **message},
        }

    def telegram(self, update: dict[str, Any]) -> Inbound:
        secret = SECRETS["TELEGRAM_WEBHOOK_SECRET"]
        return self.inbound(json.dumps(update).encode(), x_telegram_bot_api_secret_token=secret)

    def visitor(self, text: str, message_id: str = "v1", name: str = "visitor1") -> Inbound:
        channel = self.policies.live().channel("chat")
        body = json.dumps({"id": message_id, "text": text}).encode()
        return self.inbound(body, authorization=f"Bearer {webchat.new_token(name, channel)}")

    # --- what time does --------------------------------------------------------------------------

    def work(self) -> None:
        """Handle every queued event and follow every wake-up that is visible now."""
        while consume_once(self.ports.events, handle.consume, 10, self.ports, timedelta()) or consume_once(
            self.ports.wakeups, deliver.consume, 2, self.ports, timedelta()
        ):
            pass

    def pass_time(self, **span: float) -> None:
        """Let time pass with everything running: due cases, a sweep each minute."""
        end = self.clock.now + timedelta(**span)
        self.work()
        swept_at = None
        while self.clock.now < end:
            if swept_at is None or self.clock.now >= swept_at + timedelta(minutes=1):
                sweep.sweep(self.ports)
                swept_at = self.clock.now
                self.work()
            due = [found.due_at for found in self.ports.store.due(end)] + self.visible_later()
            upcoming = [moment for moment in due if moment > self.clock.now]
            self.clock.now = min([end, *upcoming])
            self.work()

    def visible_later(self) -> list[datetime]:
        query = "SELECT min(visible_at) FROM queued WHERE visible_at > ?"
        [found] = self.file.read().execute(query, (self.clock.now.timestamp(),)).fetchone()
        return [datetime.fromtimestamp(found, UTC)] if found else []

    # --- what can be seen ------------------------------------------------------------------------

    def case(self, thread: str = "t1", channel: str = "shop") -> Case:
        found = self.ports.store.newest(Thread(channel=channel, key=thread))
        assert found is not None
        return found

    def cases(self, channel: str = "shop") -> list[Case]:
        return list(self.ports.store.open_cases(channel))

    def alerts(self) -> list[str]:
        return [title.partition(" (")[0] for title, _ in self.owner.calls]


def meta_signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def policy_with(**changes: Any) -> dict[str, Any]:
    """Return the tests' policy.yaml with top-level fields changed."""
    return {**POLICY_DOCUMENT, **changes}


def without_wakeups(ports: Ports) -> Ports:
    """Return ports whose wake-ups are lost, as in a crash after a commit."""
    return replace(ports, wakeups=LostQueue())


class LostQueue:
    """A queue that loses everything."""

    def put(self, messages: Sequence[Any]) -> None:
        return None

    def receive(self, limit: int, wait: timedelta) -> Sequence[Any]:
        return ()

    def done(self, received: Sequence[Any]) -> None:
        return None

    def retry(self, received: Any, delay: timedelta) -> None:
        return None

    def depth(self) -> int:
        return 0

    def dead(self) -> Sequence[Any]:
        return ()

    def revive(self, dead_id: str) -> bool:
        return False
