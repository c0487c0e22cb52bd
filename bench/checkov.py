"""`./hearback bench checkov`: a second linter reads the stack's template; it must find nothing.

Exceptions stand in infra/resources.yaml, each with its reason. Heavy, so it is no part of the tests.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app import app
from infra.template import as_text, template

PYTHON = "HEARBACK_CHECKOV"
"""Names the Python that has checkov; `./hearback bench` sets it."""


def main() -> None:
    """Read the template of a stage and exit with checkov's code."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        made = template(app, stage="prod", python="3.13", architecture="arm64", version="1")
        file.write_text(as_text(made), encoding="utf-8")
        options = ["--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
        command = [os.environ[PYTHON], "-m", "checkov.main", "--file", str(file), *options]
        sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
