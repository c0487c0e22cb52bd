"""botocore's descriptions of AWS, cut down to what the functions call.

A client is made out of them, and a new function pays for every line: whole, they cost more than all it
imports.
"""

import gzip
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

_DESCRIPTION = "service-2.json"
_RULES = "endpoint-rule-set-1.json"
_PAGES = "paginators-1.json"
_REGIONS = "endpoints.json"


def cut_down(data: Path, called: Mapping[str, Collection[str]]) -> None:
    """Cut down the folder `botocore/data` in place; `called` holds the operations of each service.

    A folder without descriptions stays as it is. Raises `KeyError` for an operation that AWS does not have.
    """
    for service, operations in called.items():
        for version in sorted((data / service).glob("*")):
            kept = _kept(version, operations)
            for file in version.iterdir():
                file.unlink()
            for name, content in kept.items():
                _write(version / name, content)
            if not kept:
                version.rmdir()
    if (data / _REGIONS).exists():
        _write(data / _REGIONS, _regions(_read(data, _REGIONS), called))


def _kept(version: Path, operations: Collection[str]) -> dict[str, Any]:
    """Return the files of one version of a service; none where it is there for its addresses alone."""
    if not list(version.glob(f"{_DESCRIPTION}*")):
        return {}
    pages = _read(version, _PAGES)["pagination"]
    return {
        _DESCRIPTION: described(_read(version, _DESCRIPTION), operations),
        _RULES: _read(version, _RULES),
        _PAGES: {"pagination": {name: pages[name] for name in sorted(operations) if name in pages}},
    }


def described(service: Mapping[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """Return a service's description with these operations and the shapes they reach, without prose."""
    kept = {name: service["operations"][name] for name in sorted(operations)}
    shapes: dict[str, Any] = {}
    waiting = sorted(_named(kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = service["shapes"][name]
            # In one order, so that the same code gives the same zip.
            waiting.extend(sorted(_named(shapes[name])))
    return {**service, "operations": _terse(kept), "shapes": _terse(shapes), "documentation": ""}


def _named(value: Any) -> set[str]:
    """Return the shapes that a piece of a description refers to."""
    if isinstance(value, list):
        return {name for one in value for name in _named(one)}
    if not isinstance(value, dict):
        return set()
    found = {name for one in value.values() for name in _named(one)}
    return found | {value["shape"]} if isinstance(value.get("shape"), str) else found


def _terse(value: Any) -> Any:
    if isinstance(value, list):
        return [_terse(one) for one in value]
    if not isinstance(value, dict):
        return value
    # A member may be called so, too; then it is no text.
    return {
        name: _terse(one)
        for name, one in value.items()
        if name != "documentation" or not isinstance(one, str)
    }


def _regions(endpoints: Mapping[str, Any], services: Collection[str]) -> dict[str, Any]:
    partitions = [
        {**one, "services": {name: known for name, known in one["services"].items() if name in services}}
        for one in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _read(folder: Path, name: str) -> Any:
    packed = folder / f"{name}.gz"
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    return json.loads(content)


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
