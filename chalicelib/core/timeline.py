"""What happened to a case and why, one entry a fact (R29)."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from chalicelib.core.values import dataclass


class Why(StrEnum):
    """The kinds of entries; `explain` has a sentence for each."""

    CUSTOMER_WROTE = "customer_wrote"
    CUSTOMER_EDITED = "customer_edited"
    CUSTOMER_DELETED = "customer_deleted"
    BYSTANDER_WROTE = "bystander_wrote"
    HUMAN_REPLIED = "human_replied"
    REPLIED_TO_ANOTHER = "replied_to_another"
    OURS_ECHOED = "ours_echoed"
    AUTOMATION_WROTE = "automation_wrote"
    AUTOMATON_SUSPECTED = "automaton_suspected"
    NOTE_ADDED = "note_added"
    CASE_SEEN = "case_seen"
    CASE_ASSIGNED = "case_assigned"
    CONTROL_LOST = "control_lost"
    CONTROL_REGAINED = "control_regained"
    TIME_DISTRUSTED = "time_distrusted"
    OPENED = "opened"
    REOPENED = "reopened"
    CLOCK_STARTED = "clock_started"
    STILL_OWED = "still_owed"
    RESPONSE_MET = "response_met"
    RESPONSE_LATE = "response_late"
    SMALL_TALK = "small_talk"
    WITHDRAWN = "withdrawn"
    ANSWERED_BEFORE_ARRIVAL = "answered_before_arrival"
    DELETED_BEFORE_ARRIVAL = "deleted_before_arrival"
    RULE_MATCHED = "rule_matched"
    POLICY_CHANGED = "policy_changed"
    PLANNED = "planned"
    HELD_BACK = "held_back"
    APPROVAL_WANTED = "approval_wanted"
    APPROVED = "approved"
    STATUS_GIVEN = "status_given"
    COUNTED = "counted"
    SUPPRESSED = "suppressed"
    SENT = "sent"
    REHEARSED = "rehearsed"
    AMBIGUOUS = "ambiguous"
    RECONCILING = "reconciling"
    DELAYED = "delayed"
    RETRYING = "retrying"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    ALERTED = "alerted"
    CALLED = "called"
    PROMISED = "promised"
    PROMISE_MISSED = "promise_missed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REPLY_SUBMITTED = "reply_submitted"
    CLOSED = "closed"
    LINKED = "linked"
    JOINED = "joined"
    UNLINKED = "unlinked"
    PARTED = "parted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact at one time (UTC). `text` holds words that were written; `facts` never does."""

    at: datetime
    why: Why
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    message_id: str = ""
