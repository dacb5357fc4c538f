"""What is installed is what was pinned: every requirement has one version and hashes, and names no place to get it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from guard_sources import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(
    r"([a-z0-9][a-z0-9.-]*)==[0-9][^ ;]*(?: ; [^\\]+?)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)"
)


def faults(text: str) -> list[str]:
    """Lines that are no pinned and hashed requirement."""
    return [line for line in _PIN.sub("", text).splitlines() if line.strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_pinned_and_hashed_and_has_no_url(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "apsw>=3\n",
        "apsw==3.54\n",
        "-e .\n",
        "--index-url https://example.com/simple\n",
        "x @ git+https://a/b\n",
    ],
)
def test_a_planted_line_is_found(line: str) -> None:
    hashed = "a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    assert faults(hashed) == []
    assert faults(hashed + line) == [line.strip()]


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        name: sum((extras[each] for each in chosen), list(project["dependencies"]))
        for name, chosen in (
            ("run.txt", ()),
            ("dev.txt", extras.keys() - {"ocr"}),  # a model of 30 MB that most tests do without (ADR 0030)
            ("ocr.txt", ("ocr",)),
        )
    }
    for name, requirements in wanted.items():
        pinned = {match[1] for match in _PIN.finditer((ROOT / "requirements" / name).read_text("utf-8"))}
        named = {re.split(r"[><=!;\[ ]", each)[0].lower().replace("_", "-") for each in requirements}
        assert named <= pinned, f"{name}: run make pins ({', '.join(sorted(named - pinned))})"


def test_the_extra_changes_nothing_that_is_installed() -> None:
    """make ocr puts it into the environment that make setup made."""
    of_dev, of_ocr = (_pins(ROOT / "requirements" / name) for name in ("dev.txt", "ocr.txt"))
    assert {name: of_dev[name] for name in of_dev.keys() & of_ocr.keys()} == {
        name: of_ocr[name] for name in of_dev.keys() & of_ocr.keys()
    }


def _pins(path: Path) -> dict[str, set[str]]:
    """Name -> its versions: a package may have one for each Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", path.read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found
