"""`hearback rollback`: a release from before runs again, with its own template."""

import time
from collections.abc import Iterator

from infra import release
from infra.account import Account
from infra.bucket import Bucket
from infra.errors import CannotDeploy
from infra.releases import Release, Releases
from infra.stack import Pause, Stack
from infra.terminal import Terminal


def roll_back(
    stage: str,
    to: str,
    account: Account,
    terminal: Terminal,
    *,
    dry_run: bool = False,
    pause: Pause = time.sleep,
) -> bool:
    """Make the release before the running one run again, or that of a version; return whether it does.

    Raises `CannotDeploy` where there is none, with what was running still running.
    """
    stack, bucket = Stack(account, stage, terminal.say, pause), Bucket(account, stage)
    standing, again = stack.ready(), f"`hearback deploy --stage {stage}{account.options}`"
    if not standing.is_there or standing.never_ran:
        raise CannotDeploy(f"nothing of {stack.name} runs in {account.region}: {again} makes it")
    version = standing.outputs.get("Version", "")
    releases = bucket.releases().seen(version, standing.status)
    target = _target(releases, to, version)
    after = releases.rolled_back(target)
    for line in _told(releases, target):
        terminal.say(line)
    text = _template(bucket, target)
    proposed = release.proposed(stack, text, standing, release.choose(bucket, target), terminal)
    terminal.say(
        "Cases, secrets and policies stay as they are; `hearback policy rollback NUMBER "
        f"--stage {stage}{account.options}` is for the policies."
    )
    if proposed is not None:
        if dry_run or not terminal.agrees(f"Roll back to version {target.version}?"):
            stack.drop(proposed)
            terminal.say("Nothing was changed.")
            return False
        bucket.note(releases.awaiting(after))
        stack.carry_out(proposed)
    elif dry_run:
        return False
    bucket.note(after)
    terminal.say(f"Version {target.version} runs again. {again} brings the newest one back.")
    return True


def _target(releases: Releases, to: str, version: str) -> Release:
    if releases.running is None:
        raise CannotDeploy("nothing is known of earlier releases: deploy the one you want from its own files")
    if not (to or releases.runs(version)):
        kept = ", ".join(one.version for one in releases.all)
        raise CannotDeploy(f"version {version} runs, of which nothing is kept: choose of {kept} with --to")
    found = releases.find(to) if to else releases.before
    if found is None:
        kept = ", ".join(one.version for one in releases.all)
        wish = f"version {to!r} is not kept" if to else "no release from before the running one is kept"
        raise CannotDeploy(f"{wish}: there is {kept}. Deploy what you want from its own files")
    if found == releases.running and found.version == version:
        raise CannotDeploy(f"version {found.version} is the one that runs")
    return found


def _template(bucket: Bucket, target: Release) -> str:
    try:
        text = bucket.read(target.template).decode()
        bucket.read(target.code)
    except KeyError as missing:
        raise CannotDeploy(
            f"{missing} is no longer in the bucket {bucket.name}: deploy version {target.version} from its "
            "own files"
        ) from None
    return text


def _told(releases: Releases, target: Release) -> Iterator[str]:
    yield "Releases, the oldest first:"
    for one in releases.all:
        mark = "runs now" if one == releases.running else "rolled back to" if one == target else ""
        yield f"  {one.version}  deployed {one.at[:16].replace('T', ' ')} UTC  {mark}".rstrip()
