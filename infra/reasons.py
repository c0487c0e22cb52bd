"""What AWS's refusals mean, and what mends them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions

from chalicelib import stack
from infra.errors import CannotDeploy

_DENIED = (
    "your credentials may not do this: add the rights of infra/owner-policy.json to them (docs/deploy.md), "
    "or deploy with a --profile that has them"
)
_FULL = (
    "the account is at one of its limits: delete what is no longer needed there, or ask AWS for more under "
    "Service Quotas"
)

_REMEDIES: tuple[tuple[str, str], ...] = (
    (r"is not authorized to perform|AccessDenied|not authorized|UnauthorizedOperation", _DENIED),
    (
        r"UnreservedConcurrentExecution|below its minimum value",
        (
            "the account's limit of concurrent executions has changed meanwhile: deploy again, which "
            "shares out what there is now"
        ),
    ),
    (
        r"certificate",
        (
            "the domain's certificate does not fit: it must be issued (not pending) by ACM in this very "
            "region, and for this domain name"
        ),
    ),
    (
        r"domain name you provided already exists|DomainName.*already exists",
        "another API of some account has this domain name: remove it there first, or deploy without it",
    ),
    (
        r"already exists",
        (
            "something of this name is left from before or belongs to another program: delete it, or choose "
            "another --stage"
        ),
    ),
    (
        r"runtime parameter|not.*supported.*runtime|Runtime",
        "this region's Lambda does not know the Python of the functions: choose another with --python",
    ),
    (
        r"architecture",
        "this region has no functions on arm64: deploy with --architecture x86_64",
    ),
    (
        r"Unzipped size|RequestEntityTooLarge|CodeStorageExceeded",
        "the code is too large, or the account's storage for code (75 GB) is full: delete old functions",
    ),
    (r"LimitExceeded|limit exceeded|quota|Maximum number of|TooMany", _FULL),
    (r"Rate exceeded|Throttl", "AWS was asked too often at once: try again in a minute"),
    (
        r"protected against deletion|deletion protection",
        "the table is protected against deletion, and stays: that is on purpose",
    ),
    (r"Security token|expired", "your credentials are no longer valid: log in again, and deploy again"),
)
"""What CloudFormation's sentences look like, and what mends it; the first that fits."""

_BY_CODE = {
    "LimitExceededException": _FULL,
    "LimitExceeded": _FULL,
    "TooManyBuckets": _FULL,
    "AlreadyExistsException": "it is there already, perhaps made by somebody else at this moment: try again",
    "OptInRequired": "this account may not use this service yet: finish signing up at "
    "https://portal.aws.amazon.com/billing/signup, and wait for AWS's mail",
    "SubscriptionRequiredException": "this account is not complete yet: finish signing up at "
    "https://portal.aws.amazon.com/billing/signup, and wait for AWS's mail",
    "ParameterLimitExceeded": "the Parameter Store is full (10,000 parameters): delete what is not needed",
    "InvalidLocationConstraint": "this region must be switched on in the account first (Account > Regions)",
}


def remedy(reason: str) -> str:
    """Return what mends a reason that CloudFormation gives, empty where nobody knows."""
    found = (words for pattern, words in _REMEDIES if re.search(pattern, reason, re.IGNORECASE))
    return next(found, "")


@contextmanager
def in_words() -> Iterator[None]:
    """Turn AWS's errors that happen inside into `CannotDeploy` or `NoStack`, in plain words.

    AWS's own words are left out: they may repeat what was asked, and that may be a secret.
    """
    try:
        with stack.in_words():
            yield
    except stack.NoStack as error:
        # `in_words` hides the error of AWS behind its own; it is still its context.
        refused = error.__context__
        if not isinstance(refused, exceptions.ClientError):
            raise
        code = refused.response.get("Error", {}).get("Code", "")
        if code not in _BY_CODE:
            raise
        raise CannotDeploy(f"AWS refuses {refused.operation_name} ({code}): {_BY_CODE[code]}") from None
