"""Chalice <-> plain objects: routes, the schedule, the consumers of the queues. Nothing else."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Chalice, Rate, Request, Response, SQSEvent

from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.queues.sqs import from_lambda
from chalicelib.wiring_aws import ports, prepare


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
app.api.binary_types.append("multipart/form-data")  # Read as text, a mail with pictures would be spoilt.
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
        received_at=ports().clock(),
        request_id=getattr(app.lambda_context, "aws_request_id", ""),
    )


def response(answer: Answer) -> Response:
    """Return an answer as Chalice wants it."""
    return Response(answer.body, {"Content-Type": answer.content_type, **answer.headers}, answer.status)


@app.route("/health")
def health() -> Response:
    """Say that the program answers."""
    return response(Answer(body="ok"))


@app.route("/webhooks/{channel}", methods=["GET", "POST"], content_types=ANY)
def webhook(channel: str) -> Response:
    """Take what a platform has to say."""
    from chalicelib.intake import accept

    return response(accept(channel, inbound(), ports()))


@app.route("/chat/{channel}")
@app.route("/chat/{channel}/{what}", methods=["GET", "POST"], content_types=ANY)
def chat(channel: str, what: str = "") -> Response:
    """Show the customer's side of a webchat channel, and serve its parts: script, style, widget, messages."""
    from chalicelib import chat as room

    at = inbound(), ports()
    return response(room.part(channel, what, *at) if what else room.page(channel, *at))


@app.route("/desk", methods=["GET"])
@app.route("/desk/{room}", methods=["GET", "POST"], content_types=ANY)
@app.route("/desk/{room}/{name}", methods=["GET", "POST"], content_types=ANY)
def desk(**path: str) -> Response:
    """Show the open cases, a room of the desk or one thing in it, or take a form."""
    from chalicelib.desk import respond

    return response(respond(tuple(path.values()), inbound(), ports()))


@app.on_sqs_message(queue="hearback-events.fifo", batch_size=10)
def on_events(event: SQSEvent) -> dict[str, Any]:
    """Handle queued events; what failed is named, so that only that comes again."""
    from chalicelib.handle import consume

    return consumed(consume, event)


@app.on_sqs_message(queue="hearback-wakeups", batch_size=10)
def on_wakeups(event: SQSEvent) -> dict[str, Any]:
    """Follow wake-ups; what failed is named, so that only that comes again."""
    from chalicelib.deliver import consume

    return consumed(consume, event)


def consumed(consume: Callable[..., list[Any]], event: SQSEvent) -> dict[str, Any]:
    """Have a batch worked on, and name what failed as Lambda wants it."""
    failed = consume(from_lambda(event.to_dict()), ports())
    return {"batchItemFailures": [{"itemIdentifier": one.handle} for one in failed]}


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(_event: object) -> None:
    """Wake every case that is due."""
    from chalicelib.sweep import sweep as wake_all

    wake_all(ports())


prepare()
