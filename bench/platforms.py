"""What a platform's module costs: to import it, and to verify and parse a typical webhook.

Run with `./hearback bench platforms`. The webhooks are the tests' fixtures of a customer who writes. The
proof of origin alone is measured beside it over the same bytes (the HMAC, at Google the RSA check of the
token), because no implementation can be quicker than that.
"""

import base64
import hashlib
import hmac
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.contract import Channel, Inbound
from tests.platforms import harness

ROUNDS = 7
TIMES = 300
GOAL, CEILING = 150.0, 500.0

HEAVY = ("boto3", "botocore", "cryptography", "jsonschema", "jwt", "oauthlib", "requests", "smtplib", "yaml")


def main() -> int:
    """Print one line a platform and return 0 when every goal is met."""
    print(f"{'platform':<16} {'µs to verify and parse':>23} {'of it the proof':>15} {'besides':>8}")
    slow = [name for name in sorted(PLATFORMS) if not _measured(name)]
    pulled = _pulled_in()
    print(f"goal: at most {GOAL:.0f} µs besides the proof, none above {CEILING:.0f} µs: {slow or 'met'}")
    print(f"heavy modules that importing all platforms pulls in: {', '.join(pulled) or 'none'}")
    return 1 if slow or pulled else 0


def _measured(name: str) -> bool:
    one = next(found for found in harness.fixtures(name) if found.name.startswith("customer"))
    inbound, channel, spoken = harness.proven(one), harness.channel(name), platform(name)

    def verified_and_parsed() -> None:
        spoken.verify(inbound, channel)
        spoken.parse(inbound, channel)

    whole = _microseconds(verified_and_parsed)
    alone = _microseconds(_proof(inbound, channel))
    print(f"{name:<16} {whole:>23.1f} {alone:>15.1f} {whole - alone:>8.1f}")
    return whole - alone <= GOAL and whole <= CEILING


def _proof(inbound: Inbound, channel: Channel) -> Callable[[], object]:
    """Return the proof of origin alone: an HMAC over the body, or the RSA check of Google's token."""
    certs = channel.facts.get("certs")
    if not certs:
        return lambda: hmac.new(b"secret", inbound.body, hashlib.sha256).hexdigest()
    import jwt

    token = inbound.headers["authorization"].removeprefix("Bearer ").encode()
    signed, _, mark = token.rpartition(b".")
    signature = base64.urlsafe_b64decode(mark + b"==")
    keys = [jwt.PyJWK(key, "RS256") for key in certs.values()]
    right = next(key for key in keys if key.Algorithm.verify(signed, key.key, signature))
    return lambda: right.Algorithm.verify(signed, right.key, signature)


def _microseconds(work: Callable[[], object]) -> float:
    """Return the median over rounds of the CPU time of one call."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time_ns()
        for _ in range(TIMES):
            work()
        rounds.append((time.process_time_ns() - began) / TIMES / 1000)
    return median(rounds)


def _pulled_in() -> list[str]:
    """Return the heavy modules in a new process that has imported every platform."""
    code = (
        "import sys; from chalicelib.platforms import PLATFORMS, platform; "
        "[platform(name) for name in PLATFORMS]; "
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


if __name__ == "__main__":
    sys.exit(main())
