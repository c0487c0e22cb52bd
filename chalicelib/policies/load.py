"""The owner's folder as one checked bundle: all mistakes at once, or plain data ready to be published."""

from datetime import datetime
from pathlib import Path

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.policies import cross, schemas, texts_check, words
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.documents import Document, read, read_text
from chalicelib.policies.formats import language as check_language

FILES = ("policy", "hours", "channels")


def load(folder: Path, now: datetime) -> Bundle:
    """Read and check a folder of policies. Raises `BadPolicy` with every mistake in every file."""
    documents: dict[str, Document] = {}
    mistakes: list[Mistake] = []
    for name in FILES:
        try:
            document = read(folder / f"{name}.yaml")
        except BadPolicy as error:
            mistakes.extend(error.mistakes)
        else:
            documents[name], found = schemas.check(name, document)
            mistakes.extend(found)
    paths = sorted((folder / "messages").glob("*.ftl"))
    messages = _messages(paths, mistakes)
    vocabulary = words.load(folder / "words", mistakes)
    needs = _needs(documents.get("policy"))
    for language, source in messages.items():
        mistakes.extend(texts_check.check(source, language, needs))
    mistakes.extend(cross.check(documents, {path.stem for path in paths}, now))
    if mistakes:
        # A file that fits no other may be found out once for each of them.
        raise BadPolicy(list(dict.fromkeys(mistakes)))
    data = {name: document.data for name, document in documents.items()}
    return Bundle(**data, messages=messages, words=vocabulary)


def _messages(paths: list[Path], mistakes: list[Mistake]) -> dict[str, str]:
    """Return the texts that could be read, by language, and add to `mistakes`."""
    messages: dict[str, str] = {}
    for path in paths:
        name = f"messages/{path.name}"
        try:
            check_language(path.stem)
            messages[path.stem] = read_text(path, name)
        except ValueError as error:
            remedy = "Name the file by its language, such as en.ftl, or move it away"
            mistakes.append(Mistake(name, 1, 1, "file", str(error).partition(";")[0], remedy))
        except BadPolicy as error:
            mistakes.extend(error.mistakes)
    if not paths:
        mistakes.append(Mistake("messages", 1, 1, "file", "there are no texts", "Create messages/en.ftl"))
    return messages


def _needs(policy: Document | None) -> texts_check.Needs:
    """Return what the rules ask of the texts; what cannot be read asks for nothing."""
    if policy is None:
        return texts_check.Needs()
    promises = any("promise" in rule for _, rule in policy.items("rules"))
    return texts_check.Needs(promises=promises, updates=policy.sound("settings", "max_updates") or 0)
