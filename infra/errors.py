"""What goes wrong while deploying."""

from chalicelib.core.errors import HearbackError


class CannotPackage(HearbackError):
    """The package cannot be made; the sentence says what to do."""
