"""Whatever bytes the files hold: a bundle that works, or `BadPolicy`; never anything else."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.policies.publish import built
from tests.policies.folders import CHANNELS, HOURS, POLICY, SHIPPED, TEXTS, Folder, a_folder

SMALL = {"policy.yaml": POLICY, "hours.yaml": HOURS, "channels.yaml": CHANNELS, "messages/en.ftl": TEXTS}
PIECES = (
    *(
        "&a ",
        "*a",
        "!!int ",
        "!x ",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\t",
        "\n",
        '"',
        "'",
        "|\n",
        "? ",
    ),
    *("null", "true", "7", "-1", "1.5", "9" * 40, "never", "365 business_days", "9999 business_days", "0s"),
    *("999999h", "default", "closed", "{ by }", "{ $seen }", "{ -t }", "-t = x\n", "    .a = b\n", "*[x] "),
    *("->", "{{{{", "---\n", "%YAML 9\n", "#", '"\\ud800"', '"\\UFFFFFFFF"', '"\\0"', "\x00", "\ufeff"),
    *("\r\n", "\r", "\u2028", "\x85", "é", "🎉", "\ud800"),
)


def outcome(name: str, content: bytes) -> tuple[Mistake, ...]:
    """Return the mistakes in the small folder with one file replaced; what has none is built, too."""
    with tempfile.TemporaryDirectory() as path:
        folder: Folder = a_folder(Path(path) / "policies")
        folder.write(name, content)
        try:
            bundle = folder.load()
        except BadPolicy as error:
            return error.mistakes
    bundle.to_json().encode()
    built(bundle, "1", str)
    return ()


def is_helpful(mistakes: tuple[Mistake, ...]) -> bool:
    ordered = sorted(mistakes, key=lambda m: (m.file, m.line, m.column))
    return list(mistakes) == ordered and all(
        m.problem and m.remedy and str(m).isprintable() for m in mistakes
    )


@given(st.sampled_from(sorted(SMALL)), st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_with_a_remedy(name: str, content: bytes) -> None:
    mistakes = outcome(name, content)

    assert mistakes
    assert is_helpful(mistakes)


@given(st.sampled_from(sorted(SMALL)), st.text(max_size=200))
def test_text_of_any_kind_is_refused_with_a_remedy(name: str, content: str) -> None:
    mistakes = outcome(name, content.encode("utf-8", "surrogatepass"))

    assert mistakes
    assert is_helpful(mistakes)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_pieces_put_in_taken_out_or_swapped_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    text = SMALL[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 4, 20])))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]

    assert is_helpful(outcome(name, text.encode("utf-8", "surrogatepass")))


@settings(max_examples=150)
@given(st.data())
def test_a_file_with_bytes_changed_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    content = bytearray(SMALL[name].encode())
    for position, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=3)
    ):
        content[position] = byte

    assert is_helpful(outcome(name, bytes(content)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_shipped_file_with_a_line_lost_or_moved_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["policy.yaml", "hours.yaml", "channels.yaml", "messages/pl.ftl"]))
    lines = (SHIPPED / name).read_text(encoding="utf-8").splitlines(keepends=True)
    line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), line)

    assert is_helpful(outcome(name, "".join(lines).encode()))
