"""The owner's folder as one checked bundle: all mistakes at once, or plain data ready to be published."""

from datetime import datetime
from pathlib import Path

from chalicelib.core.errors import BadPolicy, Mistake, Severity, in_order
from chalicelib.core.values import dataclass
from chalicelib.policies import (
    contradictions,
    cross,
    presets,
    roster_check,
    schemas,
    strays,
    texts_check,
    texts_fit,
    words,
)
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.documents import Document, read, read_text
from chalicelib.policies.formats import language as check_language

FILES = ("policy", "hours", "channels")
OPTIONAL = ("roster",)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Files that may go live, and what their owner should look at all the same."""

    bundle: Bundle
    warnings: tuple[Mistake, ...] = ()


def load(folder: Path, now: datetime) -> Loaded:
    """Read and check a folder of policies. Raises `BadPolicy` with every error in every file.

    Warnings alone raise nothing: they stand beside the bundle. Beside errors they are left out, because
    they judge files as a whole.
    """
    documents: dict[str, Document] = {}
    mistakes: list[Mistake] = []
    for name in (*FILES, *_there(folder)):
        try:
            document = read(folder / f"{name}.yaml")
        except BadPolicy as error:
            mistakes.extend(error.mistakes)
        else:
            if name in OPTIONAL and not document.data:
                # As it comes: all of it is a comment.
                continue
            documents[name], found = schemas.check(name, document)
            mistakes.extend(found)
    if "policy" in documents:
        documents["policy"] = presets.expanded(documents["policy"])
    paths = sorted((folder / "messages").glob("*.ftl"))
    messages = _messages(paths, mistakes)
    vocabulary = words.load(folder / "words", mistakes)
    needs = _needs(documents.get("policy"))
    for language, source in messages.items():
        mistakes.extend(texts_check.check(source, language, needs))
    mistakes.extend(cross.check(documents, {path.stem for path in paths}, now))
    errors = [mistake for mistake in mistakes if mistake.severity is Severity.ERROR]
    if not errors:
        # Only what can be said has a length.
        errors = list(texts_fit.check(messages, documents["channels"].data))
    if errors:
        # A file that fits no other may be found out once for each of them.
        raise BadPolicy(list(dict.fromkeys(errors)))
    data = {name: dict(document.data) for name, document in documents.items()}
    # Written out by now: a version that is published does not change with the program.
    data["policy"].pop("presets", None)
    bundle = Bundle(**data, messages=messages, words=vocabulary)
    mistakes.extend(roster_check.warnings(documents, now))
    mistakes.extend(contradictions.warnings(documents))
    mistakes.extend(strays.warnings(folder))
    return Loaded(bundle, warnings=in_order(mistakes))


def _there(folder: Path) -> list[str]:
    """Return which of the files are there that need not be, be it with the other ending."""
    return [name for name in OPTIONAL if any((folder / f"{name}{end}").exists() for end in (".yaml", ".yml"))]


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
