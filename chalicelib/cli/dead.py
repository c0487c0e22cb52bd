"""`hearback dead`."""

import click

from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError
from chalicelib.ports import Ports
from chalicelib.queues.contract import DeadLetter, Queue


@click.group()
def dead() -> None:
    """Events that failed every time: look at them, and try them again."""


@dead.command("list")
@places.on_data
def list_(where: Where, *, as_json: bool) -> None:
    """List the dead letters, without what customers wrote."""
    with places.opened(where) as program:
        rows = [
            {"id": name, "since": letter.dead_since.isoformat()} for name, letter in _letters(program.ports)
        ]
    if as_json:
        places.print_json(rows)
        return
    places.echo_lines(
        [f"{row['id']}  since {row['since']}" for row in rows] or ["There are no dead letters."]
    )


@dead.command()
@click.argument("letter_id")
@places.on_data
def show(letter_id: str, where: Where, *, as_json: bool) -> None:
    """Show one dead letter as it stood in the queue."""
    with places.opened(where) as program:
        found = dict(_letters(program.ports)).get(letter_id)
    if found is None:
        raise HearbackError(f"there is no dead letter {letter_id}")
    if as_json:
        places.print_json({"id": letter_id, "since": found.dead_since.isoformat(), "body": found.body})
    else:
        places.echo_lines(found.body.splitlines())


@dead.command()
@click.argument("letter_id", required=False)
@click.option("--all", "everything", is_flag=True, help="Try all of them again.")
@places.on_data
def retry(letter_id: str | None, where: Where, *, everything: bool, as_json: bool) -> None:
    """Put a dead letter back into its queue."""
    if bool(letter_id) == everything:
        raise click.UsageError("give the id of a dead letter, or --all")
    with places.opened(where) as program:
        wanted = [name for name, _ in _letters(program.ports)] if everything else [str(letter_id)]
        revived = [name for name in wanted if _revive(name, program.ports)]
    if letter_id and not revived:
        raise HearbackError(f"there is no dead letter {letter_id}")
    if as_json:
        places.print_json({"revived": revived})
    else:
        click.echo(f"{len(revived)} put back.")


def _queues(ports: Ports) -> dict[str, Queue]:
    return {"event": ports.events, "wakeup": ports.wakeups}


def _letters(ports: Ports) -> list[tuple[str, DeadLetter]]:
    return [
        (f"{kind}-{letter.id}", letter) for kind, queue in _queues(ports).items() for letter in queue.dead()
    ]


def _revive(name: str, ports: Ports) -> bool:
    kind, _, identifier = name.partition("-")
    queue = _queues(ports).get(kind)
    return queue is not None and queue.revive(identifier)
