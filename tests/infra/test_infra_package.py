"""The zip, made from a folder of small wheels instead of the package index."""

import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import archive, bytecode
from infra.contents import FOUND_BY_NAME
from infra.errors import CannotPackage
from infra.names import checked_stage
from infra.package import PROJECT, Packaged, here, package
from infra.runtimes import Architecture, checked, wheel_platforms

UNCHECKED_HASH = 0b01
"""PEP 552: a hash instead of a time, and nobody compares it with the source."""


def wheel(folder: Path, name: str, **sources: str) -> None:
    """Write a wheel of a package with these modules."""
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as made:
        for module, text in sources.items():
            made.writestr(f"{name}/{module}.py", text)
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")


def packed(folder: Path, out: str, *, with_bytecode: bool = True) -> Packaged:
    folder.mkdir(exist_ok=True)
    wheel(folder, "shelf", __init__="", books="TITLES = {'a', 'b', 'c'}\n")
    requirements = folder / "requirements.txt"
    requirements.write_text("shelf==1.0  # holds books\nuvicorn==0.1  # only on a laptop\n")
    return package(folder / out, requirements=requirements, wheels=folder, with_bytecode=with_bytecode)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    return packed(tmp_path_factory.mktemp("package"), "out")


def names(done: Packaged) -> set[str]:
    with zipfile.ZipFile(done.zip) as made:
        return set(made.namelist())


def test_a_library_is_in_the_zip_as_bytecode_alone(done: Packaged) -> None:
    assert {name for name in names(done) if name.startswith("shelf/")} == {
        "shelf/__init__.pyc",
        "shelf/books.pyc",
    }


def test_the_sizes_without_what_is_there_for_languages_are_told(done: Packaged) -> None:
    model = (PROJECT / "chalicelib" / "language" / "detect_model.gz").stat().st_size

    assert done.extras.unzipped == model
    assert 0 < done.extras.zipped < done.zipped


def test_our_own_sources_are_in_the_zip_with_bytecode_beside_them(done: Packaged) -> None:
    tag = here().replace(".", "")

    assert {"app.py", f"__pycache__/app.cpython-{tag}.pyc", "chalicelib/sweep.py"} <= names(done)


def test_data_of_ours_is_in_the_zip_and_the_owners_commands_are_not(done: Packaged) -> None:
    assert {"chalicelib/language/detect_model.gz", "chalicelib/policies/presets/hour.yaml"} <= names(done)
    assert not [name for name in names(done) if name.startswith(("chalicelib/cli/", "infra/", "policies/"))]


def test_no_bytecode_is_ever_compared_with_its_source(done: Packaged) -> None:
    with zipfile.ZipFile(done.zip) as made:
        compiled = [made.read(name) for name in made.namelist() if name.endswith(".pyc")]

    assert {struct.unpack("<I", code[4:8])[0] for code in compiled} == {UNCHECKED_HASH}


def test_tracebacks_name_the_place_in_lambda(done: Packaged, tmp_path: Path) -> None:
    with zipfile.ZipFile(done.zip) as made:
        made.extractall(tmp_path)
    command = [
        sys.executable,
        "-S",
        "-c",
        "import shelf.books; print(shelf.books.__spec__.loader.get_code('shelf.books').co_filename)",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout

    assert said.strip() == "/var/task/shelf/books.py"


def test_the_same_code_gives_the_same_version(done: Packaged, tmp_path: Path) -> None:
    assert packed(tmp_path, "elsewhere").version == done.version


def test_bytecode_can_be_left_out_to_measure_what_it_saves(tmp_path: Path) -> None:
    plain = packed(tmp_path, "plain", with_bytecode=False)

    assert not [name for name in names(plain) if name.endswith(".pyc")]
    assert "shelf/books.py" in names(plain)


def test_the_template_tells_the_version_of_the_zip(done: Packaged) -> None:
    assert done.template["Outputs"]["Version"]["Value"] == done.version == archive.version_of(done.zip)
    assert done.version in done.template_file.read_text("utf-8")


def test_a_library_that_cannot_be_had_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("nowhere-to-be-found==1.0\n")

    with pytest.raises(CannotPackage, match="Is this machine online"):
        package(tmp_path / "out", requirements=requirements, wheels=tmp_path)


def test_a_library_that_looks_for_sources_still_finds_their_names(tmp_path: Path) -> None:
    plugin = tmp_path / FOUND_BY_NAME[-1] / "post.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("SENT = 1\n")
    bytecode.instead(tmp_path, sys.executable, here(), FOUND_BY_NAME)

    assert plugin.read_text() == ""
    assert list(plugin.parent.glob("__pycache__/post.*.pyc"))


def test_what_is_no_python_stays_as_it_is(tmp_path: Path) -> None:
    form = tmp_path / "form.py"
    form.write_text("class {{ name }}:\n")
    bytecode.instead(tmp_path, sys.executable, here(), ())

    assert form.read_text() == "class {{ name }}:\n"


def test_an_interpreter_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotPackage, match=r"cannot make bytecode for Python 3\.99"):
        bytecode.beside(tmp_path, sys.executable, "3.99")


def test_a_zip_knows_no_times(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("the same")
        archive.pack(tmp_path / name, tmp_path / f"{name}.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_python_without_a_runtime_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(CannotPackage, match=r"Lambda runs no Python 3\.8: install one of 3\.11, 3\.12"):
        checked("3.8")


def test_wheels_are_never_newer_than_the_runtimes_c_library() -> None:
    assert wheel_platforms("3.11", Architecture.ARM64)[0] == "manylinux_2_26_aarch64"
    assert wheel_platforms("3.13", Architecture.X86_64)[0] == "manylinux_2_34_x86_64"


@pytest.mark.parametrize("name", ["", "Prod", "9", "a/b", "a" * 21, "prod "])
def test_a_stage_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="a stage has up to 20 small letters"):
        checked_stage(name)
