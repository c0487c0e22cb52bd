"""The rules of a play out of the owner's files: what the flow would go by, without its ports."""

from chalicelib import handle
from chalicelib.policies.build import PolicySet
from chalicelib.replay.play import Rules


def rules_of(policies: PolicySet) -> Rules:
    """Return the rules of these files; `policy_of` raises `UnknownChannel` for a channel they have not."""
    return Rules(
        policy_of=lambda thread, address: handle.allowed(policies, thread, address),
        texts=policies.texts,
        understood=lambda event, case: handle.understood(event, case, policies),
    )
