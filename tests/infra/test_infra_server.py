"""The files for a small server: what they name exists, and what they promise stands in them."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner

from chalicelib.cli.commands import hearback
from tests.fakes import PROJECT

SERVER = PROJECT / "infra" / "server"
UNITS = sorted([*SERVER.glob("*.service"), *SERVER.glob("*.timer")])
SERVICES = [path for path in UNITS if path.suffix == ".service"]
WORST_EXPOSURE = 1.5
ANALYZE = shutil.which("systemd-analyze") or ""


def service(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # systemd's names have capitals
    parser.read(path, encoding="utf-8")
    return dict(parser["Service"])


def container() -> list[tuple[str, str]]:
    text = (SERVER / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_starts_a_command_with_options_that_it_has(path: Path) -> None:
    python, program, name, *arguments = shlex.split(service(path)["ExecStart"])
    command = hearback.get_command(Context(hearback), name)

    assert (python, program) == ("/usr/bin/python3", "/opt/hearback/hearback")
    assert command and command.make_context(name, arguments).params


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_has_no_privilege_and_one_place_to_write(path: Path) -> None:
    found = service(path)

    assert found["User"] == "hearback"
    assert (found["ProtectSystem"], found["NoNewPrivileges"], found["CapabilityBoundingSet"]) == (
        "strict",
        "yes",
        "",
    )


@pytest.mark.skipif(not ANALYZE, reason="there is no systemd-analyze")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_knows_every_line_of_the_units(path: Path, tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/usr/bin/python3 /opt/hearback/hearback", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")

    command = [ANALYZE, "verify", str(tmp_path / path.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert path.name not in done.stderr


@pytest.mark.skipif(not ANALYZE, reason="there is no systemd-analyze")
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_systemd_rates_the_services_as_safe(path: Path) -> None:
    command = [ANALYZE, "security", "--offline=true", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rated = re.search(r"exposure level for .*: ([\d.]+)", said)

    assert rated
    assert float(rated[1]) <= WORST_EXPOSURE


def test_the_container_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    found = dict(container())

    assert found["USER"] == "10001"
    assert "/health" in found["HEALTHCHECK"]


def test_everything_that_is_copied_into_the_container_is_there_and_let_in() -> None:
    let_in = (SERVER / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [words.split()[:-1] for what, words in container() if what == "COPY" and "--from" not in words]

    for name in [one for names in copied for one in names]:
        assert (PROJECT / name).exists()
        assert f"!{name}" in let_in


def test_both_proxies_keep_the_figures_from_strangers() -> None:
    for name, refusal in (("Caddyfile", "respond /metrics 404"), ("nginx.conf", "location = /metrics")):
        assert refusal in (SERVER / name).read_text("utf-8")


def test_the_guide_names_only_commands_that_there_are() -> None:
    text = (PROJECT / "docs" / "server.md").read_text("utf-8")
    names = set(re.findall(r"^hearback (\w+)", text, flags=re.MULTILINE)) | {"restore", "backup"}

    for name in names:
        assert CliRunner().invoke(hearback, [name, "--help"]).exit_code == 0
