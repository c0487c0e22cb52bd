"""The command line: what `hearback` runs once its environment is there.

Little is imported here, so that Ctrl-C at the very beginning is heard as well.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code; a mistake of the owner's is a sentence, never a traceback."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        from chalicelib.cli.commands import run

        code = run(words)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
