"""The owner's web page: open cases with their clocks, one case with its reasons, and what a person can do.

/desk                     the open cases
/desk/cases/<id>          one case; its forms come here too
/desk/incidents           crises, incidents and their statuses; its forms come here too
/desk/login/<token>       the one-time link
/desk/assets/<name>       style
"""

from chalicelib import pages
from chalicelib.desk import actions, incidents, rooms, session
from chalicelib.desk.session import Session
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.ports import Ports


def respond(path: tuple[str, ...], inbound: Inbound, ports: Ports) -> Answer:
    """Return the desk's answer to a request for `/desk/<path>`; without a session only login and style."""
    match (inbound.method, *path):
        case ("GET", "assets", name):
            return pages.asset("desk", name)
        case ("GET", "login", token):
            return pages.render("desk/login.html", ports, token=token)
        case ("POST", "login", token):
            return session.log_in(token, inbound, ports)
    person = session.find(inbound, ports)
    if person is None:
        return pages.render("desk/locked.html", ports, status=401)
    if inbound.method == "POST":
        return _take(path, inbound, person, ports)
    return _room(path, inbound, person, ports)


def _room(path: tuple[str, ...], inbound: Inbound, person: Session, ports: Ports) -> Answer:
    match path:
        case ():
            return rooms.cases(inbound, person, ports)
        case ("incidents",):
            return incidents.room(person, ports, said=inbound.query.get("said", ""))
        case ("cases", case_id):
            if _is_looked_at(inbound):
                actions.mark_seen(case_id, person, ports)
            return rooms.case(case_id, person, ports, said=inbound.query.get("said", ""))
    return pages.render("desk/missing.html", ports, status=404, person=person)


def _is_looked_at(inbound: Inbound) -> bool:
    """Return whether a person asked for a page, and not a browser ahead of them or the page itself again."""
    ahead = any("prefetch" in inbound.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return not ahead and "again" not in inbound.query


def _take(path: tuple[str, ...], inbound: Inbound, person: Session, ports: Ports) -> Answer:
    fields = pages.form(inbound)
    if not session.is_own_form(fields, person):
        return pages.render("desk/locked.html", ports, status=403)
    if path == ("logout",):
        return session.log_out(person, ports)
    match path:
        case ("incidents",):
            return incidents.act(fields, person, ports)
        case ("cases", case_id):
            return actions.act(case_id, fields, person, ports)
    return pages.render("desk/missing.html", ports, status=404, person=person)
