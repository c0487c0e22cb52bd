"""Webhooks gone wrong in every way, with a valid proof of origin, against the intake of every platform.

Run with `./hearback bench fuzz [--seconds 60]`. Bodies are mutations of the tests' fixtures, or raw bytes;
texts that do harm elsewhere (10,000 letters, repetition, right-to-left and zero-width letters, NUL, lone
surrogates, placeholders, Fluent, HTML, line breaks) stand in the place of any text and of any header. One in
eight is also handled, and what comes of it is sent. What must hold: a 2xx, 4xx or 503 and no exception,
within a second of CPU; no line of the log and no sentence that goes out holds what was planted.

Hypothesis draws them; where atheris is installed each platform is fuzzed for as long again by its coverage.
It is no requirement of Hearback, because it weighs 35 MB and is not to be had for every system: `--help`
tells how to have it, and the first line of a run whether it is there. The seed makes a run of Hypothesis
again.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from chalicelib import intake
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, Inbound
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Policies
from tests.fakes import World
from tests.logged import logged
from tests.platforms import harness as h
from tests.platforms import mutations as m

BOUND = 1.0
"""Seconds of CPU one webhook may take until it is answered."""

MARK = "zQx7"
HARMFUL = (
    f"{MARK} hello " * 1_000,
    MARK + "ha" * 50_000,
    f"\u202e{MARK}\u202c \u05e9\u05dc\u05d5\u05dd",
    f"{MARK}\u200b\u200d\ufeff\u2060",
    f"{MARK}\0",
    f"{MARK}\ud800\udfff",
    f"{MARK} {{owner_phone}} %s %n {{{{7*7}}}} ${{jndi:ldap://x}}",
    f"{MARK} {{ $promise_day }} {{ ack-1 }}",
    f"<script>{MARK}</script>",
    f"{MARK}\r\nX-Injected: {MARK}\r\n\r\n",
    f"../../{MARK}",
    f"{MARK}'); DROP TABLE cases; --",
)
GOOD = frozenset({503, *range(200, 300), *range(400, 500)})

_ABOUT = "Webhooks gone wrong, with a valid proof of origin, against the intake of every platform."
_HOW = (
    "Where atheris is installed, every platform is fuzzed for as long again by its coverage. It is no "
    "requirement of Hearback, because it weighs 35 MB and is not to be had for every system. Install it "
    f"with: {sys.executable} -m pip install atheris"
)


class Fixed:
    """The owner's files, with the channel of one platform that the fixtures know."""

    def __init__(self, inner: Policies, channel: Channel) -> None:
        self._inner = inner
        self._channel = channel

    def live(self, at_least: str = "") -> PolicySet:
        """Return the live version with this channel in the place of `shop`."""
        found = self._inner.live(at_least)
        return replace(found, channels={**found.channels, "shop": self._channel})


class Broken(AssertionError):
    """The intake did what it must never do; the sentence says what, and how to see it again."""


class Target:
    """The intake of one platform in a world of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        """Make the world, in which every platform answers with an error that says back what it was sent."""
        self.name = name
        self.world = World(folder)
        self.world.clock.now = h.RECEIVED
        self.world.internet.answer = _refusing
        self.channel = h.channel(name)
        self.world.ports = replace(self.world.ports, policies=Fixed(self.world.ports.policies, self.channel))
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0

    def try_it(self, inbound: Inbound, *, handled: bool) -> None:
        """Hand in one webhook. Raises `Broken`."""
        with logged() as lines:
            start = time.thread_time()
            status = intake.accept("shop", inbound, self.world.ports).status
            took = time.thread_time() - start
            if handled:
                self.world.work()
        self.statuses[status] += 1
        self.slowest = max(self.slowest, took)
        self._judge(inbound, status, took, lines.texts)

    def _judge(self, inbound: Inbound, status: int, took: float, lines: list[str]) -> None:
        leaked = [line for line in lines if MARK in line or "\n" in line]
        failed = [
            line for line in lines if '"what": "event failed"' in line or '"what": "wake-up failed"' in line
        ]
        for broken, what in (
            (status not in GOOD, f"status {status}"),
            (took > BOUND, f"{took:.1f} s until it was answered"),
            (bool(leaked), f"the log holds what was planted: {leaked[:1]}"),
            (bool(failed), f"handling failed: {failed[:1]}"),
        ):
            if broken:
                asked = f"headers {dict(inbound.headers)!r}, body {inbound.body[:2000]!r}"
                raise Broken(f"{self.name}: {what}; {asked}")

    def after_a_while(self) -> int:
        """Let an hour pass, in which what is due is sent; return how much went out. Raises `Broken`."""
        with logged() as lines:
            self.world.pass_time(hours=1)
        sent = [request for _, request in self.world.internet.requests]
        for request in sent:
            if any(letter in part for part in _headers_and_url(request) for letter in "\r\n\0"):
                raise Broken(f"{self.name}: a line break in the head of {request.method} {request.url!r}")
            if any(MARK in text for text in _said(request)):
                raise Broken(f"{self.name}: a text goes out with what was planted: {request.body[:500]!r}")
        if leaked := [line for line in lines.texts if MARK in line]:
            raise Broken(f"{self.name}: the log holds what was planted: {leaked[:1]}")
        return len(sent)


def _refusing(request: HttpRequest) -> HttpResponse:
    told = {"error": {"message": request.body.decode(errors="replace")[:200], "code": 100}}
    return HttpResponse(status=400, headers={}, body=json.dumps(told).encode())


def _headers_and_url(request: HttpRequest) -> list[str]:
    return [request.url, *(part for pair in request.headers.items() for part in pair)]


def _said(request: HttpRequest) -> list[str]:
    """Return the sentences of a request; ids, which a platform needs, have no space in them."""
    try:
        found = list(h.texts(json.loads(request.body or b"{}")))
    except ValueError:
        found = [request.body.decode(errors="replace")]
    return [text for text in found if " " in text]


def planted(draw: st.DrawFn, data: Any) -> Any:
    """Return a copy of JSON data with harm in the place of some of its texts."""
    texts = [route for route in m.routes(data) if isinstance(_part(data, route), str)]
    for route in draw(st.lists(st.sampled_from(texts), max_size=4)) if texts else ():
        data = m.having(data, route, draw(st.sampled_from(HARMFUL)))
    return data


def _part(data: Any, route: m.Route) -> Any:
    for name in route:
        data = data[name]
    return data


@st.composite
def webhooks(draw: st.DrawFn, name: str) -> Inbound:
    """Draw a webhook of a platform with a valid proof of origin."""
    one = draw(st.sampled_from(h.fixtures(name)))
    how = draw(st.sampled_from(["planted", "mutated", "both", "bytes", "deep"]))
    data = planted(draw, one.body) if how in {"planted", "both"} else one.body
    data = draw(m.mutated(data)) if how in {"mutated", "both"} else data
    body = h.encoded(one, data)
    if how == "bytes":
        body = draw(st.binary(max_size=300))
    elif how == "deep":
        body = draw(
            st.sampled_from(
                [b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'"' + b"\\u0000" * 9000]
            )
        )
    return _with_header(draw, h.proven(one, body=body))


def _with_header(draw: st.DrawFn, inbound: Inbound) -> Inbound:
    if not draw(st.booleans()):
        return inbound
    name = draw(
        st.sampled_from([*inbound.headers, "content-type", "host", "x-request-id", "cookie", "authorization"])
    )
    return replace(inbound, headers={**inbound.headers, name: draw(st.sampled_from(HARMFUL))[:9000]})


def main() -> int:
    """Fuzz every platform for its share of the time and print what was found."""
    parser = argparse.ArgumentParser(prog="hearback bench fuzz", description=_ABOUT, epilog=_HOW)
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long, all platforms together")
    fresh = random.SystemRandom().randrange(2**32)
    parser.add_argument(
        "--seed", type=int, default=fresh, help="the number that a run told, to make it again"
    )
    parser.add_argument(
        "--atheris", metavar="PLATFORM", help="this platform alone, by coverage; needs atheris"
    )
    asked = parser.parse_args()
    names = sorted(PLATFORMS)
    if asked.atheris:
        return _by_coverage(asked.atheris, asked.seconds)
    print(f"seed {asked.seed}, {asked.seconds:.0f} s, {len(names)} platforms; {_atheris()}", flush=True)
    broken = [why for name in names if (why := _fuzzed(name, asked.seconds / len(names), asked.seed))]
    if find_spec("atheris"):
        broken += [why for name in names if (why := _started(name, asked.seconds / len(names)))]
    for why in broken:
        print(f"BROKEN {why}")
    print("nothing was broken" if not broken else f"{len(broken)} platforms broke")
    return 1 if broken else 0


def _fuzzed(name: str, seconds: float, number: int) -> str:
    """Fuzz one platform; return what broke, empty where nothing did."""
    with tempfile.TemporaryDirectory() as folder:
        target = Target(name, Path(folder))
        found, sent = "", 0
        try:
            _drawn(target, seconds, number)
            sent = target.after_a_while()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            found = str(error) if isinstance(error, Broken) else f"{name}: {type(error).__name__}: {error}"
        target.world.close()
    answered = " ".join(f"{status}:{count}" for status, count in sorted(target.statuses.items()))
    total = sum(target.statuses.values())
    print(
        f"  {name:<15} {total:6} webhooks  worst {target.slowest * 1000:6.1f} ms  sent {sent:3}  {answered}",
        flush=True,
    )
    return found


def _drawn(target: Target, seconds: float, number: int) -> None:
    until = time.monotonic() + seconds
    batch = settings(
        max_examples=100,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    step = 0
    while time.monotonic() < until:

        @seed(number + step)
        @batch
        @given(inbound=webhooks(target.name), handled=st.integers(0, 7).map(lambda drawn: drawn == 0))
        def tried(inbound: Inbound, handled: bool) -> None:  # noqa: FBT001 - Hypothesis gives it by name
            if time.monotonic() < until:
                target.try_it(inbound, handled=handled)

        tried()
        step += 1
        target.world.clock.now += timedelta(seconds=1)


def _started(name: str, seconds: float) -> str:
    """Fuzz a platform with atheris in a program of its own, which it ends itself; return what broke."""
    command = [
        sys.executable,
        "-m",
        "bench.fuzz",
        "--atheris",
        name,
        "--seconds",
        str(max(1, round(seconds))),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    runs = re.findall(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    print(f"  {name:<15} {runs[-1] if runs else 'no'} runs of atheris", flush=True)
    return "" if done.returncode == 0 and runs else f"{name}: atheris: {done.stderr[-2000:]}"


def _by_coverage(name: str, seconds: float) -> int:
    import atheris

    atheris.enabled_hooks.add("RegEx")
    spoken = platform(name)
    for function in ("verify", "parse"):
        setattr(spoken, function, atheris.instrument_func(getattr(spoken, function)))
    with tempfile.TemporaryDirectory() as folder:
        target = Target(name, Path(folder))

        @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(inbound=webhooks(name))
        def tried(inbound: Inbound) -> None:
            target.try_it(inbound, handled=False)

        atheris.Setup([sys.argv[0], f"-max_total_time={round(seconds)}"], tried.hypothesis.fuzz_one_input)  # type: ignore[attr-defined] # the decorator adds it
        atheris.Fuzz()
    return 0


def _atheris() -> str:
    """Return whether atheris is there."""
    return "atheris is installed" if find_spec("atheris") else "atheris is not installed: Hypothesis alone"


if __name__ == "__main__":
    sys.exit(main())
