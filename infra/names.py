"""How the parts of an installation are called. Pure."""

from re import compile as pattern

_STAGE = pattern(r"[a-z][a-z0-9-]{0,19}")


def checked_stage(name: str) -> str:
    """Return the name of an installation. Raises `ValueError` with the rule where it is none."""
    if not _STAGE.fullmatch(name):
        raise ValueError(
            f"{name!r}: a stage has up to 20 small letters, digits and hyphens, such as prod or try"
        )
    return name


def stack_name(stage: str) -> str:
    """Return the name of a stage's CloudFormation stack."""
    return f"hearback-{stage}"


def parameter_prefix(stage: str) -> str:
    """Return where a stage's secrets lie in SSM Parameter Store."""
    return f"/hearback/{stage}/"
