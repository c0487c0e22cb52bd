"""What came with a message besides words, as people say it. Pure."""

MOST_NAMED = 4
LONGEST_KIND = 40

_NAMES = {
    "animation": "a moving picture",
    "audio": "a recording",
    "audio_message": "a voice message",
    "button": "the press of a button",
    "contact": "a contact",
    "contacts": "a contact",
    "doc": "a file",
    "document": "a file",
    "encrypted": "a message that only the platform's own app can show",
    "file": "a file",
    "form": "a filled-in form",
    "forwarded": "a forwarded message",
    "geo": "a place on the map",
    "gift": "a gift",
    "graffiti": "a drawing",
    "image": "a photo",
    "like": "a like",
    "link": "a link",
    "location": "a place on the map",
    "market": "one of your products",
    "not_recommended": "a recommendation against you",
    "order": "an order",
    "photo": "a photo",
    "poll": "a poll",
    "reaction": "a reaction",
    "reel": "a reel",
    "share": "a shared post",
    "start": "the start of the chat",
    "stars_1": "1 star",
    "stars_2": "2 stars",
    "stars_3": "3 stars",
    "stars_4": "4 stars",
    "stars_5": "5 stars",
    "sticker": "a sticker",
    "story": "a story",
    "story_mention": "a mention in a story",
    "story_reply": "an answer to your story",
    "template": "a message with buttons",
    "unknown": "something Hearback does not know",
    "unsupported": "something only the platform's own app can show",
    "venue": "a place on the map",
    "video": "a video",
    "video_note": "a video message",
    "voice": "a voice message",
    "wall": "a shared post",
}


def named(kinds: str) -> str:
    """Return kinds of attachments, as the timeline keeps them between spaces, as `a photo and a file`.

    A kind nobody knows is shown as it is, cut short; empty where there is none.
    """
    names = list(dict.fromkeys(_NAMES.get(kind) or _raw(kind) for kind in kinds.split()))
    if len(names) > MOST_NAMED:
        names[MOST_NAMED:] = ["more"]
    return _listed(names)


def _raw(kind: str) -> str:
    shown = "".join(letter for letter in kind[:LONGEST_KIND] if letter.isprintable())
    return f"something else ({shown})"


def _listed(names: list[str]) -> str:
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last
