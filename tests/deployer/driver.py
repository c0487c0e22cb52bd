"""Runs `hearback deploy` to the end in a process of its own, with a package that is made at once.

Its arguments: the stage, the folder of the owner's files, the file of the secrets, a folder to work in.
Everything else is the owner's environment, as for the command itself.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.account import reached
from infra.deploying import Plan
from infra.settling import brought_up
from infra.terminal import Typed
from tests.deployer.conftest import Shop


def main() -> None:
    """Deploy with `--yes`."""
    stage, policies, env_file, folder = sys.argv[1], *map(Path, sys.argv[2:])
    account = reached()
    shop = Shop(stage=stage, account=account, folder=folder)
    plan = Plan(stage=stage, folder=policies, python="3.11")
    brought_up(plan, lambda: account, lambda: shop.made("one"), env_file, Typed(yes=True), datetime.now(UTC))


if __name__ == "__main__":
    main()
