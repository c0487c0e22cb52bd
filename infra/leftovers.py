"""What a first try that failed has left behind."""

from infra.account import Account
from infra.errors import CannotDeploy
from infra.stack import Stack
from infra.table import Table
from infra.terminal import Terminal


def clear(stack: Stack, account: Account, terminal: Terminal, *, dry_run: bool) -> None:
    """Delete a stack that never ran, and its table as long as nothing is in it.

    Raises `CannotDeploy` for a dry run, which must not, and cannot look any further.
    """
    if dry_run:
        raise CannotDeploy(
            f"a first try has left {stack.name} behind, where nothing runs: deploy clears it away. A dry run "
            "changes nothing, so it cannot tell what would come then"
        )
    terminal.say(f"Clearing away what a first try has left of {stack.name}; nothing ever ran there.")
    table = Table(account, stack.physical("Table"), stack.pause)
    stack.delete()
    if not table.name or not table.exists():
        return
    if table.is_empty():
        table.delete()
    else:
        terminal.say(
            f"The table {table.name} is not empty, so it stays: look into it, and delete it by hand."
        )
