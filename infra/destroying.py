"""`hearback destroy`: everything of a stage goes, but the table stays unless its data is to go, too."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chalicelib.parameters import ADDRESS
from infra import keeping
from infra.account import Account
from infra.bucket import Bucket
from infra.names import parameter_prefix
from infra.stack import Pause, Stack
from infra.table import Table
from infra.terminal import Terminal

_AT_ONCE = 10
"""How many parameters one call deletes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to go: with `delete_data` the table as well, with `delete_secrets` the secrets unasked.

    `out` takes the copies of tables.
    """

    stage: str
    out: Path
    delete_data: bool = False
    delete_secrets: bool = False


def destroy(wish: Wish, account: Account, terminal: Terminal, pause: Pause = time.sleep) -> bool:
    """Copy the data into a file, then take everything away; return whether the owner agreed.

    May be repeated, and then does what is left. Raises `CannotDeploy` before anything is gone where the data
    cannot be copied, and later where AWS cannot delete something.
    """
    stack = Stack(account, wish.stage, terminal.say, pause)
    tables = [Table(account, name, pause) for name in _tables(stack, account)]
    for line in _told(wish, stack, tables, account):
        terminal.say(line)
    if not _agreed(wish, terminal):
        terminal.say("Nothing was changed.")
        return False
    for table in tables:
        _copy(table, wish, terminal)
    if stack.standing().status:
        stack.delete()
        terminal.say(f"{stack.name} is gone.")
    for table in tables:
        _part_with(table, wish, terminal)
    _forget_parameters(wish, account, terminal)
    if Bucket(account, wish.stage).delete():
        terminal.say("The bucket of the code is gone.")
    terminal.say("Platforms still deliver to the old address until you take the webhooks out there.")
    return True


def _tables(stack: Stack, account: Account) -> list[str]:
    """Return the names of the stage's tables: that of the stack, and what an earlier destroy has kept."""
    used, own = stack.standing().outputs.get("Table", ""), stack.physical("Table")
    pages = account.client("dynamodb").get_paginator("list_tables").paginate()
    left = [name for page in pages for name in page["TableNames"] if name.startswith(f"{stack.name}-Table-")]
    return sorted({used, own, *left} - {""})


def _told(wish: Wish, stack: Stack, tables: list[Table], account: Account) -> Iterator[str]:
    yield f"This takes away {stack.name} in {account.region} of account {account.number}:"
    yield "  functions, queues with all that is in them, API and address, alarms, logs, the code's bucket"
    if wish.delete_secrets:
        yield "  the secrets in the Parameter Store are DELETED"
    for table in tables:
        fate = "is DELETED with all cases and policies" if wish.delete_data else "stays"
        yield f"  the table {table.name} {fate}; a copy goes to {wish.out} first"
    if tables and not wish.delete_data:
        yield "  --delete-data takes the table, too; as long as it stays it costs a little for what is in it"


def _agreed(wish: Wish, terminal: Terminal) -> bool:
    if not terminal.asks:
        return True
    return terminal.word(f"Write the name of the stage, {wish.stage}, to go on") == wish.stage


def _copy(table: Table, wish: Wish, terminal: Terminal) -> None:
    if not table.exists():
        return
    file = wish.out / f"{table.name}.jsonl.gz"
    count = keeping.kept(table, file)
    terminal.say(f"{count} items of {table.name} are in {file}, which holds what your customers wrote.")


def _part_with(table: Table, wish: Wish, terminal: Terminal) -> None:
    if not table.exists():
        return
    if not wish.delete_data:
        terminal.say(f"The table {table.name} stays, protected against deletion.")
        return
    # Until the functions were gone they may have written: only now the copy is the last word.
    _copy(table, wish, terminal)
    table.delete()
    terminal.say(f"The table {table.name} is gone.")


def _forget_parameters(wish: Wish, account: Account, terminal: Terminal) -> None:
    ssm, prefix = account.client("ssm"), parameter_prefix(wish.stage)
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=prefix, WithDecryption=False)
    names = [one["Name"] for page in pages for one in page["Parameters"]]
    secrets = [name for name in names if name != f"{prefix}{ADDRESS}"]
    if secrets and not _secrets_go(secrets, wish, terminal):
        again = f"`hearback deploy --stage {wish.stage}{account.options}`"
        terminal.say(f"The secrets stay; a new {again} finds them there.")
        names = [name for name in names if name not in secrets]
        secrets = []
    for start in range(0, len(names), _AT_ONCE):
        ssm.delete_parameters(Names=names[start : start + _AT_ONCE])
    if secrets:
        terminal.say("The secrets are gone.")


def _secrets_go(secrets: list[str], wish: Wish, terminal: Terminal) -> bool:
    """Return whether secrets are to be deleted; with nobody to ask, only where that was wished for."""
    terminal.say(f"Secrets in the Parameter Store: {', '.join(secrets)}")
    if wish.delete_secrets or not terminal.asks:
        return wish.delete_secrets
    return terminal.agrees("Delete them?")
