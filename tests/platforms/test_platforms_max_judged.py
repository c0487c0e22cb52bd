"""maxapi judges our reading of MAX: what it understands of an update is what we understand."""

import pytest
from maxapi.types.updates import UpdateUnionAdapter

from chalicelib.core.events import CustomerWrote, MessageDeleted, MessageEchoed, MessageEdited
from tests.platforms import harness as h

KNOWN = [one for one in h.fixtures("max") if one.name != "unknown_type"]
SPOKEN = (CustomerWrote, MessageEchoed, MessageEdited)
WITH_WORDS = [one for one in KNOWN if one.body.get("message", {}).get("body")]
WORDS = [(one, event) for one in WITH_WORDS for event in h.parsed(one).events if isinstance(event, SPOKEN)]


@pytest.mark.parametrize("one", KNOWN, ids=str)
def test_every_fixture_is_an_update_that_maxapi_knows(one: h.Fixture) -> None:
    assert UpdateUnionAdapter.validate_python(one.body).update_type == one.body["update_type"]


@pytest.mark.parametrize(("one", "event"), WORDS, ids=str)
def test_maxapi_reads_the_same_words_under_the_same_id(
    one: h.Fixture, event: CustomerWrote | MessageEchoed | MessageEdited
) -> None:
    read = UpdateUnionAdapter.validate_python(one.body).message

    assert (read.body.mid, read.body.text or "") == (event.message_id, event.text)
    assert str(read.recipient.chat_id) == event.thread.key


def test_maxapi_reads_the_same_deletion() -> None:
    one = h.fixture("max", "deletion_of_a_message")
    read = UpdateUnionAdapter.validate_python(one.body)
    (event,) = h.parsed(one).events

    assert isinstance(event, MessageDeleted)
    assert ((read.message_id,), str(read.chat_id)) == (event.message_ids, event.thread.key)
