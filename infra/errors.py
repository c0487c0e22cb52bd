"""What goes wrong while deploying.

HearbackError
├── CannotPackage             the zip or the template cannot be made
└── CannotDeploy              AWS, or what is there, does not allow it; the running version is untouched
    └── LeftToAws             the owner stopped waiting; AWS goes on by itself
"""

from chalicelib.core.errors import HearbackError


class CannotPackage(HearbackError):
    """The package cannot be made; the sentence says what to do."""


class CannotDeploy(HearbackError):
    """The stack cannot be changed so; the sentence says what to do, and what is running runs on."""


class LeftToAws(CannotDeploy):
    """The owner has stopped waiting for what AWS does; the sentence says how to see it."""
