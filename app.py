"""Chalice <-> plain objects: routes, the schedule, the consumers of the queues. Nothing else."""

import threading
from collections.abc import Mapping
from typing import Any

from chalice.app import Chalice, Rate, Request, Response, SQSEvent

from chalicelib import chat, deliver, desk, handle, wiring
from chalicelib.intake import accept
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.queues.sqs import from_lambda
from chalicelib.sweep import sweep as sweep_cases


class ThreadedChalice(Chalice):
    """Chalice keeps the current request in one attribute; here each thread has its own."""

    _here = threading.local()

    @property
    def current_request(self) -> Request | None:
        """The request this thread is working on."""
        return getattr(self._here, "request", None)

    @current_request.setter
    def current_request(self, request: Request | None) -> None:
        self._here.request = request


app = ThreadedChalice(app_name="hearback")
ANY = ["*/*"]


def inbound() -> Inbound:
    """Return the current request as a plain object."""
    request = app.current_request
    if request is None:
        raise RuntimeError("there is no request outside of a route")
    query: Mapping[str, str] = request.query_params or {}
    body = request.raw_body
    return Inbound(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: query[name] for name in query},
        body=body.encode() if isinstance(body, str) else body,
        received_at=wiring.ports().clock(),
        request_id=getattr(app.lambda_context, "aws_request_id", ""),
    )


def response(answer: Answer) -> Response:
    """Return an answer as Chalice wants it."""
    headers = {"Content-Type": answer.content_type, **answer.headers}
    return Response(body=answer.body, status_code=answer.status, headers=headers)


@app.route("/health")
def health() -> Response:
    """Say that the program answers."""
    return response(Answer(body="ok"))


@app.route("/webhooks/{channel}", methods=["GET", "POST"], content_types=ANY)
def webhook(channel: str) -> Response:
    """Take what a platform has to say."""
    return response(accept(channel, inbound(), wiring.ports()))


@app.route("/chat/{channel}")
def chat_page(channel: str) -> Response:
    """Show the customer's side of a webchat channel."""
    return response(chat.page(channel, inbound(), wiring.ports()))


@app.route("/chat/{channel}/{what}", methods=["GET", "POST"], content_types=ANY)
def chat_part(channel: str, what: str) -> Response:
    """Serve the parts of the chat: script, style, widget, a new visitor, the messages."""
    return response(chat.part(channel, what, inbound(), wiring.ports()))


@app.route("/desk", methods=["GET"])
def desk_home() -> Response:
    """Show the open cases."""
    return response(desk.respond((), inbound(), wiring.ports()))


@app.route("/desk/{room}", methods=["GET", "POST"], content_types=ANY)
def desk_room(room: str) -> Response:
    """Show a room of the desk, or take a form."""
    return response(desk.respond((room,), inbound(), wiring.ports()))


@app.route("/desk/{room}/{name}", methods=["GET", "POST"], content_types=ANY)
def desk_item(room: str, name: str) -> Response:
    """Show one thing in a room of the desk, or take its form."""
    return response(desk.respond((room, name), inbound(), wiring.ports()))


@app.on_sqs_message(queue="hearback-events.fifo", batch_size=10)
def on_events(event: SQSEvent) -> dict[str, Any]:
    """Handle queued events; what failed is named, so that only that comes again."""
    return _failures(handle.consume(from_lambda(event.to_dict()), wiring.ports()))


@app.on_sqs_message(queue="hearback-wakeups", batch_size=10)
def on_wakeups(event: SQSEvent) -> dict[str, Any]:
    """Follow wake-ups; what failed is named, so that only that comes again."""
    return _failures(deliver.consume(from_lambda(event.to_dict()), wiring.ports()))


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(_event: object) -> None:
    """Wake every case that is due."""
    sweep_cases(wiring.ports())


def _failures(failed: list[Any]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one.handle} for one in failed]}
