"""HTML out of templates, with everything escaped and a policy that lets no foreign script in."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.ports import Ports

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FIELDS = 20


def render(
    template: str, ports: Ports, *, status: int = 200, frames: Sequence[str] = (), **values: Any
) -> Answer:
    """Return a page; `template` is relative to this package, `frames` are the sites that may embed it."""
    body = _environment().get_template(template).render(root=root(ports), **values)
    content_type = "text/html; charset=utf-8"
    return Answer(status=status, body=body, content_type=content_type, headers=_headers(frames))


def asset(folder: str, name: str) -> Answer:
    """Return a style, script or picture of a folder; 404 for anything else."""
    path = Path(__file__).parent / folder / name
    known = path.suffix in _TYPES and "/" not in name and path.is_file()
    if not known:
        return Answer(status=404)
    content_type = f"{_TYPES[path.suffix]}; charset=utf-8"
    headers = {"Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff"}
    return Answer(body=path.read_text(encoding="utf-8"), content_type=content_type, headers=headers)


def redirect(path: str, ports: Ports, cookie: str = "") -> Answer:
    """Return a redirect to a page of our own, after a form has been taken."""
    cookies: dict[str, str | list[str]] = {"Set-Cookie": cookie} if cookie else {}
    return Answer(
        status=303, headers={"Location": f"{root(ports)}{path}", "Cache-Control": "no-store", **cookies}
    )


def form(inbound: Inbound) -> dict[str, str]:
    """Return the fields of a submitted form; what cannot be read is an empty form."""
    try:
        fields = parse_qs(inbound.body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1].replace("\0", "") for name, values in fields.items()}


def root(ports: Ports) -> str:
    """Return the path under which the program is served, empty at the top of a host."""
    return urlsplit(ports.base_url).path.rstrip("/")


def _headers(frames: Sequence[str]) -> dict[str, str | list[str]]:
    ancestors = " ".join(("'self'", *frames)) if frames else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
