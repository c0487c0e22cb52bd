"""What makes a stack that stands a responder that works: address, secrets, policies, and a look at it all.

The owner's own commands do it, against the stage: the same code, whoever calls it.
"""

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.cli import commands, places
from chalicelib.cli.places import Where
from chalicelib.parameters import ADDRESS
from chalicelib.policies.publish import held_back
from chalicelib.policies.sources import Files
from chalicelib.settings import EnvFile
from infra import reasons, wanted_secrets
from infra.account import Account
from infra.deploying import Make, Plan, checked_files, deploy
from infra.errors import CannotDeploy
from infra.names import parameter_prefix
from infra.stack import Standing
from infra.terminal import Terminal

_AWS_ADDRESS = ".execute-api."


def brought_up(
    plan: Plan, reach: Callable[[], Account], make: Make, env_file: Path, terminal: Terminal, now: datetime
) -> bool:
    """Do all that `hearback deploy` does; return whether the owner wanted it. Raises `HearbackError`."""
    files = checked_files(plan, now, terminal)
    with reasons.in_words():
        account = reach()
        standing = deploy(plan, account, make, terminal, now)
        if standing is None:
            return False
        where = Where(Path(), env_file, plan.stage, account.region, account.profile)
        settle(where, plan.folder, files, standing, account, terminal, now)
    return True


def settle(
    where: Where,
    folder: Path,
    files: Files,
    standing: Standing,
    account: Account,
    terminal: Terminal,
    now: datetime,
) -> None:
    """Bring a stack to work and tell the owner what to open.

    Raises `CannotDeploy` where the policies cannot be published: the stack runs, with those from before.
    """
    address = _address(where.stage, standing, account.client("ssm"), terminal)
    # Secrets come first: a channel that goes live without its own would turn honest webhooks away.
    with places.deployed(where) as program:
        known = EnvFile(where.env_file)
        wanted = list(wanted_secrets.wanted(files.bundle))
        stored = wanted_secrets.store(wanted, program.secrets, known.secret, terminal)
        held = held_back(files.bundle, program.ports.records, now)
    for line in wanted_secrets.told(stored, str(known.path), where.stage):
        terminal.say(line)
    run, options = _command(where), f"--stage {where.stage}{account.options}"
    if held:
        terminal.say(
            f"The policies are not published: version {held}, which says what your files say, was rolled "
            f"back from. `hearback policy publish --from {shlex.quote(str(folder))} {options}` publishes "
            "them all the same."
        )
    else:
        terminal.say("Publishing the policies ...")
        publish(run, folder, options)
    _tell_addresses(files, address, options, terminal)
    terminal.say("The desk, with a link that works once and within the hour:")
    run("desk", "link")
    terminal.say("Having the doctor look at it:")
    run("doctor")


def publish(run: Callable[..., int], folder: Path, options: str) -> None:
    """Publish the owner's files; `options` say which stage where. Raises `CannotDeploy` where it fails."""
    if run("policy", "publish", "--from", str(folder), "--by", "deploy") != 0:
        raise CannotDeploy(
            "the program is deployed, but its policies could not be published (the reason stands above), and "
            "those from before stay live. Mend it, then run `hearback policy publish --from "
            f"{shlex.quote(str(folder))} {options}`"
        )


def _command(where: Where) -> Callable[..., int]:
    """Return what runs an owner's command against the stage and returns its exit code."""
    options = ["--stage", where.stage, "--region", where.region]
    options += ["--profile", where.profile] if where.profile else []

    def run(*words: str) -> int:
        return commands.run([*words, *options])

    return run


def _address(stage: str, standing: Standing, ssm: Any, terminal: Terminal) -> str:
    """Write where the internet reaches the stack, unless the owner has set an address of their own."""
    domain = standing.parameters.get("DomainName", "")
    address = f"https://{domain}" if domain else standing.outputs["EndpointURL"].rstrip("/")
    name = f"{parameter_prefix(stage)}{ADDRESS}"
    found = ssm.get_parameters(Names=[name], WithDecryption=True)["Parameters"]
    before = str(found[0]["Value"]) if found else ""
    if before and before != address and _AWS_ADDRESS not in before and not domain:
        terminal.say(f"The address stays {before}, which you have set as {name}.")
        return before
    if before != address:
        ssm.put_parameter(Name=name, Value=address, Type="String", Overwrite=bool(found))
    if target := standing.outputs.get("DomainTarget"):
        terminal.say(f"{domain} must be a CNAME for {target}, at whoever keeps your domain.")
    return address


def _tell_addresses(files: Files, address: str, options: str, terminal: Terminal) -> None:
    terminal.say("Where platforms deliver to; `hearback channel connect` tells them so:")
    for document in files.bundle.channels["channels"]:
        connect = f"hearback channel connect {document['id']} {options}"
        terminal.say(f"  {document['id']:<20} {address}/webhooks/{document['id']}   {connect}")
