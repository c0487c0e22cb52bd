"""What `bench/accept` compares with: Flask and SQLite, two rows an event, fsync before the answer."""

import hashlib
import hmac
import json
import os
import sqlite3
import threading

from flask import Flask, Response, request

from bench.client import SECRET

app = Flask(__name__)
here = threading.local()


def database() -> sqlite3.Connection:
    """Return this thread's connection."""
    if not hasattr(here, "connection"):
        here.connection = sqlite3.connect(os.environ["BENCH_DATABASE"], timeout=30, isolation_level=None)
        here.connection.execute("PRAGMA journal_mode=WAL")
        here.connection.execute("PRAGMA synchronous=FULL")
        here.connection.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        here.connection.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"
        )
    connection: sqlite3.Connection = here.connection
    return connection


# Once, before there are threads: a new file cannot be put into WAL mode by two at a time.
database().execute("PRAGMA journal_mode=WAL")
database().execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
database().execute("CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")


@app.post("/webhooks/<channel>")
def webhook(channel: str) -> Response:
    """Verify, parse, store, answer."""
    body = request.get_data()
    given = request.headers.get("X-Hub-Signature-256", "")
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given, expected):
        return Response(status=401)
    connection = database()
    connection.execute("BEGIN IMMEDIATE")
    for entry in json.loads(body)["entry"]:
        for item in entry["messaging"]:
            new = connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (item["message"]["mid"],))
            if new.rowcount:
                connection.execute("INSERT INTO events (body) VALUES (?)", (json.dumps([channel, item]),))
    connection.execute("COMMIT")
    return Response(status=200)
