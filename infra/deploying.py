"""`hearback deploy`: from checks to a running stack. What comes after that is in `settling`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from chalicelib.policies.sources import Files, checked
from infra import cost, leftovers, limits, prices, release, runtimes, taking_over
from infra.account import Account
from infra.bucket import Bucket
from infra.errors import CannotDeploy
from infra.package import Packaged, here
from infra.releases import Release
from infra.stack import ChangeSet, Pause, Stack, Standing
from infra.table import Table
from infra.taking_over import Taken
from infra.terminal import Terminal

Make = Callable[[], Packaged]
"""Makes the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the owner wants; what is empty stays as it was."""

    stage: str
    folder: Path
    python: str = ""
    email: str = ""
    domain: str = ""
    certificate: str = ""
    table: str = ""
    data: Path | None = None
    dry_run: bool = False

    def chosen(self) -> dict[str, str]:
        """Return the parameters of the template that were given."""
        given = {"OwnerEmail": self.email, "DomainName": self.domain, "CertificateArn": self.certificate}
        return {"Stage": self.stage, **{name: value for name, value in given.items() if value}}


def checked_files(plan: Plan, now: datetime, terminal: Terminal) -> Files:
    """Return the owner's files. Raises `BadPolicy` with file, line and remedy of every mistake."""
    terminal.say(f"Checking the files in {plan.folder} ...")
    files = checked(plan.folder, now)
    for warning in files.warnings:
        terminal.say(f"  {warning}")
    return files


def deploy(
    plan: Plan, account: Account, make: Make, terminal: Terminal, now: datetime, pause: Pause = time.sleep
) -> Standing | None:
    """Bring the stack to what the project says now, and return what is there then.

    None where the owner said no, or only wanted to look: nothing was changed. Raises `CannotPackage` and
    `CannotDeploy`, with what was running still running.
    """
    python = runtimes.checked(plan.python or here())
    terminal.say(f"AWS account {account.number}, region {account.region}, as {account.who}; Python {python}")
    stack = Stack(account, plan.stage, terminal.say, pause)
    standing = stack.ready()
    share = limits.of_account(account.client("lambda"), _reserved(standing))
    terminal.say(f"  {share.told()}")
    if standing.never_ran:
        leftovers.clear(stack, account, terminal, dry_run=plan.dry_run)
        standing = Standing()
    plan = _with_email(plan, standing, terminal)
    made = make()
    terminal.say(f"Version {made.version}: {made.zipped / 1e6:.1f} MB, unpacked {made.unzipped / 1e6:.1f} MB")
    text, bucket = release.as_sent(made.template), Bucket(account, plan.stage)
    new = replace(release.of(made.version, text), at=now.isoformat(), by=account.who)
    chosen = {**plan.chosen(), **share.parameters(), **release.choose(bucket, new)}
    taken = _taken_over(plan, standing, account, now, pause)
    if taken:
        chosen |= taking_over.parameters(taken.table.name, stack)
    terminal.say("Asking AWS what would change ...")
    proposed = release.proposed(stack, text, standing, chosen, terminal)
    if not _agreed(stack, proposed, plan, account, terminal):
        return None
    _keep(bucket, new, made.zip.read_bytes(), text, terminal)
    if taken:
        taking_over.prepare(taken, now, account.client("dynamodb"), pause, terminal)
    before = bucket.releases().seen(standing.outputs.get("Version", ""), standing.status)
    after = before.deployed(new)
    # Noted before AWS begins: who stops waiting finds the right release to roll back to all the same.
    bucket.note(before.awaiting(after))
    _carry_out(stack, proposed, terminal)
    bucket.note(after)
    return stack.standing()


def _taken_over(
    plan: Plan, standing: Standing, account: Account, now: datetime, pause: Pause
) -> Taken | None:
    """Return what is to take the place of the table in use, checked; None where nothing is."""
    if plan.data:
        return Taken(table=Table(account, taking_over.name_for(plan.stage, now), pause), data=plan.data)
    if not plan.table or plan.table == standing.outputs.get("Table"):
        return None
    taken = Taken(table=Table(account, plan.table, pause))
    taking_over.check(taken.table)
    return taken


def _agreed(
    stack: Stack, proposed: ChangeSet | None, plan: Plan, account: Account, terminal: Terminal
) -> bool:
    """Return whether to go on; a change set that is not wanted is gone then."""
    if proposed is None:
        terminal.say(f"{stack.name} is up to date: nothing would change.")
        return not plan.dry_run
    for line in cost.told(prices.of_region(account.region), account.region):
        terminal.say(line)
    if not plan.dry_run and _says_yes(stack, proposed, terminal):
        return True
    stack.drop(proposed)
    terminal.say("Nothing was changed.")
    return False


def _says_yes(stack: Stack, proposed: ChangeSet, terminal: Terminal) -> bool:
    try:
        return terminal.agrees("Carry this out?")
    except BaseException:
        # Ctrl-C at the question: nothing may be left that somebody else could carry out.
        stack.drop(proposed)
        raise


def _keep(bucket: Bucket, new: Release, code: bytes, text: str, terminal: Terminal) -> None:
    if bucket.make():
        terminal.say(f"Made the private bucket {bucket.name} for the code.")
    if bucket.put(new.code, code):
        terminal.say(f"Uploaded {len(code) / 1e6:.1f} MB.")
    bucket.put(new.template, text.encode())


def _carry_out(stack: Stack, proposed: ChangeSet | None, terminal: Terminal) -> None:
    if proposed is None:
        return
    terminal.say("AWS is at work; a first time takes about two minutes ...")
    stack.carry_out(proposed)
    terminal.say(f"{stack.name} is {'made' if proposed.first else 'updated'}.")


def _with_email(plan: Plan, standing: Standing, terminal: Terminal) -> Plan:
    """Return the plan with the owner's address: asked for once, remembered by the stack."""
    if plan.email or plan.dry_run or standing.parameters.get("OwnerEmail"):
        return plan
    if not terminal.asks:
        terminal.say("No e-mail address for alarms: give --email to be told when something is wrong.")
        return plan
    email = terminal.word("Your e-mail address for alarms (Enter for none)")
    if email and "@" not in email:
        raise CannotDeploy(f"{email!r} is no e-mail address: write one such as owner@shop.example")
    return replace(plan, email=email)


def _reserved(standing: Standing) -> int:
    found: Mapping[str, str] = standing.parameters if standing.is_there else {}
    return int(found.get("ReservedConcurrency", "0"))
