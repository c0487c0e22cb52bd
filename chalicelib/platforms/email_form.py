"""Forms as webhooks bring them: fields and files, bounded, whatever they hold.

Facts: https://www.rfc-editor.org/rfc/rfc7578 (multipart/form-data)
"""

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl, unquote_plus

from chalicelib.core.errors import BadPayload
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.payload import clean

FIELDS_LIMIT = 500

_HEADERS_LIMIT = 8_000
# Longer than a field that is read by itself.
_SHORT = 1_000
_REPORT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class File:
    """A file in a form: the field it came in, its type in lower case, and its beginning."""

    field: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by their names in lower case, the first of each counts; and files."""

    fields: Mapping[str, str]
    files: tuple[File, ...] = ()

    def text(self, name: str) -> str:
        """Return a field as text, cleaned and cut; empty where it is missing."""
        return clean(self.fields.get(name, ""))


def is_form(inbound: Inbound) -> bool:
    """Return whether a request says that it brings a form."""
    told = _content_type(inbound.headers.get("content-type", ""))
    return told.get_content_type() in ("application/x-www-form-urlencoded", "multipart/form-data")


def read_form(inbound: Inbound) -> Form:
    """Return the form in a request. Raises `BadPayload`."""
    told = _content_type(inbound.headers.get("content-type", ""))
    if told.get_content_type() == "multipart/form-data":
        return _multipart(inbound.body, str(told.get_param("boundary", "")))
    try:
        pairs = parse_qsl(
            inbound.body.decode("utf-8", errors="replace"),
            keep_blank_values=True,
            max_num_fields=FIELDS_LIMIT,
            errors="replace",
        )
    except ValueError:
        raise BadPayload("the form has too many fields") from None
    return Form(_first_of_each(pairs))


def read_fields(inbound: Inbound, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return only these fields of a form, without reading the others. Raises `BadPayload`."""
    told = _content_type(inbound.headers.get("content-type", ""))
    if told.get_content_type() == "multipart/form-data":
        wanted = re.compile(rb"name=\"?(?:%b)\b" % "|".join(names).encode(), re.IGNORECASE)
        form = _multipart(inbound.body, str(told.get_param("boundary", "")), wanted)
        return {name: form.fields[name] for name in names if name in form.fields}
    found: dict[str, str] = {}
    for piece in inbound.body.split(b"&", FIELDS_LIMIT):
        name, _, value = piece[:_SHORT].decode("ascii", errors="replace").partition("=")
        if name in names:
            found.setdefault(name, unquote_plus(value))
    return found


def _content_type(value: str) -> Message:
    message = Message()
    # Half a surrogate pair cannot even be read; nothing but ASCII belongs there.
    plain = value.encode("ascii", "replace").decode()
    message["content-type"] = " ".join(plain.split())[:500]
    return message


def _first_of_each(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name.lower(), value)
    return fields


def _multipart(body: bytes, boundary: str, wanted: re.Pattern[bytes] | None = None) -> Form:
    if not 0 < len(boundary) <= 70:
        raise BadPayload("the form has no boundary")
    pairs: list[tuple[str, str]] = []
    files: list[File] = []
    for head, content in _parts(body, b"--" + boundary.encode(errors="replace"), wanted):
        field = head.get_param("name", "", header="content-disposition")
        if not isinstance(field, str) or not field:
            continue
        if head.get_filename() is None:
            pairs.append((field, content.decode("utf-8", errors="replace")))
        else:
            files.append(File(field.lower(), head.get_content_type(), content[:_REPORT_LIMIT]))
    return Form(_first_of_each(pairs), tuple(files))


def _parts(
    body: bytes, delimiter: bytes, wanted: re.Pattern[bytes] | None
) -> Iterator[tuple[Message, bytes]]:
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter, FIELDS_LIMIT + 2)
    if len(pieces) > FIELDS_LIMIT + 1:
        raise BadPayload("the form has too many parts")
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        head, _, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if wanted is None or wanted.search(head[:_HEADERS_LIMIT]):
            yield BytesHeaderParser().parsebytes(head[:_HEADERS_LIMIT]), content
