"""The template before the eyes of AWS's own linter, which applies the SAM transform as well."""

import os
import subprocess
from pathlib import Path

import pytest

from app import app
from infra.template import as_text, template

PYTHON = "HEARBACK_CFN_LINT"
"""Names the Python that has cfn-lint; `./hearback test` sets it."""


_PROGRAM = "import sys; from cfnlint.runner import main; sys.exit(main())"


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_cfn_lint_finds_nothing(tmp_path: Path, architecture: str) -> None:
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip("needs cfn-lint: run `./hearback test`")
    file = tmp_path / "template.json"
    file.write_text(
        as_text(template(app, stage="prod", python="3.13", architecture=architecture, version="1"))
    )
    command = [python, "-c", _PROGRAM, "--include-checks", "I", "--", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
