"""A small folder of the owner's files, right in every line, for the tests to spoil."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.load import load

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHIPPED = Path(__file__).resolve().parents[2] / "policies"

POLICY = """\
kill_switch: false
dry_run: false
# Whom to call stands in roster.yaml.
rules:
  - name: reviews
    when: { surface: review, platform: facebook }
    window: 24h
    promise: 2 business_days
  - name: shop
    when: { channel: shop, keywords: [refund, zwrot] }
    window: 2 business_hours
  - name: messages
    window: 15m
    promise: 2 business_hours
settings:
  grace: 10s
  max_updates: 3
  update_gaps: [4 business_hours, 1 business_day]
  formality: formal
"""

HOURS = """\
calendars:
  default:
    week:
      monday-friday: 9:00-17:00
      saturday: 22:00-2:00
    holidays: PL
    exceptions:
      2026-12-24: 9:00-12:00
      2026-12-31: closed
  night:
    week: { friday: 20:00-24:00 }
"""

CHANNELS = """\
channels:
  - id: shop
    platform: telegram
    timezone: Europe/Warsaw
    language: en
    calendar: default
    credentials:
      bot_token: SHOP_BOT_TOKEN
      webhook_secret: [SHOP_WEBHOOK_SECRET, SHOP_WEBHOOK_SECRET_OLD]
    options: { staff: ["1", "2"] }
  - id: page
    platform: facebook
    account: "381719875602663"
    timezone: Europe/Zagreb
    language: en
    credentials: { app_secret: META_SECRET, page_token: PAGE_TOKEN, verify_token: META_VERIFY }
"""

ROSTER = """\
people:
  - id: ana
    name: Ana Nowak
    alerts: [ANA_ALERTS]
    channels: [shop]
    topics: [complaint, reviews]
    duty:
      week: { monday-friday: 9:00-17:00 }
      away: [2026-12-24..2026-12-26, 2027-01-06]
      timezone: Europe/Warsaw
  - id: ola
    alerts: [OLA_MAIL, OLA_PHONE]
coordinator: ana
owner: ola
"""

TEXTS = """\
by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }by { $promise_time } today
       *[other] { " " }by { $promise_time } on { $promise_date }
    }
ack-1 = Thank you, one. We will answer{ by }.
ack-2 = Thank you, two. We will answer{ by }.
ack-3 = Thank you, three. We will answer{ by }.
ack-public-1 = Thank you here, one. We will answer{ by }.
ack-public-2 = Thank you here, two. We will answer{ by }.
ack-public-3 = Thank you here, three. We will answer{ by }.
update-1 = Still open, one. We will answer{ by }.
update-2 = Still open, two. We will answer{ by }.
update-3 = Still open, three. We will answer{ by }.
missed-1 = Sorry, it is late. We will answer{ by }.
missed-again-1 = Late again, one. We will answer{ by }.
missed-again-2 = Late again, two. We will answer{ by }.
missed-again-3 = Late again, three. We will answer{ by }.
last-legal-1 = It may be quiet here. We will answer{ by }.
promise-1 = In good hands, one. We will answer{ by }.
promise-2 = In good hands, two. We will answer{ by }.
remind-1 = We wait for your reply.
closing-1 = We close this for now.
invite-1 = Thank you, one, in private. We will answer{ by }.
invite-2 = Thank you, two, in private. We will answer{ by }.
reopened-1 = Open again, one. We will answer{ by }.
reopened-2 = Open again, two. We will answer{ by }.
reopened-3 = Open again, three. We will answer{ by }.
"""


@dataclass(frozen=True)
class Folder:
    """An owner's folder on disk."""

    path: Path

    def write(self, name: str, content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        (self.path / name).write_bytes(raw)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the first `old`, which must be there."""
        text = (self.path / name).read_text(encoding="utf-8")
        if old not in text:
            raise AssertionError(f"{old!r} is not in {name}")
        self.write(name, text.replace(old, new, 1))

    def load(self) -> Bundle:
        return load(self.path, NOON).bundle

    def mistakes(self) -> list[Mistake]:
        """Return what `load` complains of, nothing where it is content."""
        try:
            self.load()
        except BadPolicy as error:
            return list(error.mistakes)
        return []

    def warnings(self) -> list[Mistake]:
        """Return what `load` warns of. Raises `BadPolicy` where there are errors."""
        return list(load(self.path, NOON).warnings)

    def places(self) -> list[tuple[str, int, str]]:
        """Return file, line and field of every mistake."""
        return [(mistake.file, mistake.line, mistake.field) for mistake in self.mistakes()]


def a_folder(path: Path) -> Folder:
    """Write the small folder to an empty path."""
    folder = Folder(path)
    (path / "messages").mkdir(parents=True)
    folder.write("policy.yaml", POLICY)
    folder.write("hours.yaml", HOURS)
    folder.write("channels.yaml", CHANNELS)
    folder.write("roster.yaml", ROSTER)
    folder.write("messages/en.ftl", TEXTS)
    return folder
