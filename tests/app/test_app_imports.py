"""What a new function imports before its first answer: its own room, and nothing that belongs to others."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

NEVER = {
    "boto3",
    "jsonschema",
    "yaml",
    "click",
    "holidays",
    "apprise",
    "uvicorn",
    "sqlite3",
    "prometheus_client",
}
SPEAKS = {"babel", "fluent", "attr"}
UNDERSTANDS = {"rapidfuzz", "chalicelib.language.category", "chalicelib.language.detect"}
SENDS = {"requests", "chalicelib.http", "oauthlib"}
SHOWS = {"jinja2", "chalicelib.desk", "chalicelib.chat", "chalicelib.pages"}

FUNCTIONS = {
    "app.app": NEVER | SPEAKS | UNDERSTANDS | SENDS | SHOWS | {"chalicelib.handle", "chalicelib.deliver"},
    "app.on_events": NEVER | SPEAKS | SENDS | SHOWS | {"chalicelib.deliver", "chalicelib.intake"},
    "app.on_wakeups": NEVER | SPEAKS | SENDS | SHOWS | {"chalicelib.intake"},
    "app.sweep": NEVER | SPEAKS | SENDS | SHOWS | {"chalicelib.intake", "chalicelib.deliver"},
}

SETTINGS = {
    "HEARBACK_TABLE": "cases",
    "HEARBACK_EVENTS_URL": "http://127.0.0.1:9/events.fifo",
    "HEARBACK_EVENTS_DEAD_URL": "http://127.0.0.1:9/events-dead.fifo",
    "HEARBACK_WAKEUPS_URL": "http://127.0.0.1:9/wakeups",
    "HEARBACK_WAKEUPS_DEAD_URL": "http://127.0.0.1:9/wakeups-dead",
    "HEARBACK_PARAMETERS": "/hearback/test/",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def imported(handler: str) -> set[str]:
    """Return the modules of a process that has just made a function ready, as on Lambda."""
    code = "import sys, app; print(*sys.modules)"
    environment = {**SETTINGS, "_HANDLER": handler}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT, env=environment)
    return set(done.stdout.split())


@pytest.mark.parametrize("handler", FUNCTIONS)
def test_a_new_function_imports_nothing_of_what_others_do(handler: str) -> None:
    assert not FUNCTIONS[handler] & imported(handler)


def test_a_new_function_has_its_own_room_ready_before_the_first_event() -> None:
    assert {"chalicelib.handle", "chalicelib.store.dynamodb", "botocore.client"} <= imported("app.on_events")


def test_elsewhere_than_on_lambda_the_app_prepares_nothing() -> None:
    assert not {"botocore", "chalicelib.intake", "chalicelib.handle"} & imported("")
