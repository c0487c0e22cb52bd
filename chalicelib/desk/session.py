"""Who sits at the desk: one-time links, sessions, and forms that only the desk itself can have made."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

from chalicelib import pages
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.ports import Ports

LINK_HOLDS = timedelta(hours=1)
SESSION_HOLDS = timedelta(days=30)
_COOKIE = "hearback"


@dataclass(frozen=True, slots=True)
class Session:
    """A person at the desk; the token is the secret of the session."""

    token: str
    name: str

    @property
    def csrf(self) -> str:
        """What every form of this session carries."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()


def new_link(name: str, ports: Ports) -> str:
    """Return a link that logs a person in once, within the hour."""
    token = secrets.token_urlsafe(32)
    ports.records.put(f"login:{_hashed(token)}", name, expires_at=ports.clock() + LINK_HOLDS)
    return f"{ports.base_url}/desk/login/{token}"


def log_in(token: str, inbound: Inbound, ports: Ports) -> Answer:
    """Use up a one-time link and open a session."""
    now = ports.clock()
    link = ports.records.take(f"login:{_hashed(token)}", now)
    if link is None:
        return pages.render("desk/locked.html", ports, status=403)
    fresh = secrets.token_urlsafe(32)
    ports.records.put(f"session:{_hashed(fresh)}", link.value, expires_at=now + SESSION_HOLDS)
    return pages.redirect(
        "/desk", ports, cookie=_cookie(fresh, int(SESSION_HOLDS.total_seconds()), inbound, ports)
    )


def log_out(person: Session, ports: Ports) -> Answer:
    """End the session."""
    ports.records.take(f"session:{_hashed(person.token)}", ports.clock())
    return pages.redirect("/desk", ports, cookie=f"{_COOKIE}=; Path=/; Max-Age=0")


def find(inbound: Inbound, ports: Ports) -> Session | None:
    """Return the session whose cookie the request carries."""
    try:
        morsel = SimpleCookie(inbound.headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return None
    if morsel is None or not morsel.value:
        return None
    record = ports.records.get(f"session:{_hashed(morsel.value)}", ports.clock())
    return Session(morsel.value, record.value) if record else None


def is_own_form(fields: dict[str, str], person: Session) -> bool:
    """Return whether a form was made by this session's own pages."""
    return hmac.compare_digest(fields.get("csrf", "").encode(), person.csrf.encode())


def _cookie(token: str, seconds: int, inbound: Inbound, ports: Ports) -> str:
    proto = inbound.headers.get("x-forwarded-proto", "")
    secure = "; Secure" if proto == "https" or ports.base_url.startswith("https:") else ""
    return f"{_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _hashed(token: str) -> str:
    # The store never holds what would open a session.
    return hashlib.sha256(token.encode()).hexdigest()
