"""Every file of ours: words on top, a size that one idea needs, and nothing of the machine it was written on."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from guard_sources import ROOT, imports, modules

LONGEST = 600
"""Lines of a Python file; past this, a sentence on why it is one thing."""
LONG_FILES: dict[str, str] = {}

_HOSTS = [
    ".".join(words)
    for words in (
        *(
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("pypi", "python", "org"),
            ("test", "pypi", "org"),
        ),
        *(
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("rubygems", "org"),
            ("crates", "io"),
            ("docker", "io"),
            ("ghcr", "io"),
        ),
        *(("jsdelivr", "net"), ("unpkg", "com"), ("anaconda", "org"), ("proxy", "golang", "org")),
    )
]
"""Package registries and their mirrors: what a checkout installs from is the user's choice."""
_MIRROR = re.compile(r"(?:mirrors?|artifactory|nexus|devpi)\.[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
_MACHINE = re.compile(
    r"(?<![\w.<>*-])/(?:" + "|".join(("home", "Users", "root", "work", "mnt", "media")) + r")/\w"
)
"""Absolute paths of somebody's machine."""
_BINARY = {".png", ".jpg", ".jpeg", ".ico", ".woff2", ".gz", ".pdf"}


def tracked() -> list[Path]:
    """Files of the repository: what git knows or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def strangers(text: str) -> list[str]:
    """Registry hosts and machine paths in a text."""
    found = [host for host in _HOSTS if re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", text)]
    return found + [match[0] for pattern in (_MIRROR, _MACHINE) for match in pattern.finditer(text)]


def test_no_file_names_a_package_registry_or_a_path_of_a_machine() -> None:
    for path in tracked():
        if path.suffix not in _BINARY:
            found = strangers(path.read_text("utf-8", errors="replace"))
            assert not found, f"{path.relative_to(ROOT)} names {', '.join(found)}"


@pytest.mark.parametrize(
    "planted",
    [
        "see https://" + _HOSTS[0] + "/simple",
        "index-url = https://mirror" + ".example" + ".com/simple",
        "open('" + "/".join(("", "home", "somebody", "project")) + "')",
    ],
)
def test_a_planted_stranger_is_found(planted: str) -> None:
    assert strangers(planted)


def test_every_module_says_what_it_is() -> None:
    for module in modules():
        empty_package = module.path.name == "__init__.py" and not module.text.strip()
        assert empty_package or ast.get_docstring(module.tree), f"{module.where} has no docstring"


def test_long_files_have_a_reason() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and path.read_text("utf-8").count("\n") > LONGEST
    }
    assert long - LONG_FILES.keys() == set(), "look for a second idea in it, or give the reason in LONG_FILES"
    assert LONG_FILES.keys() - long == set(), "no longer long: drop the row"


def test_private_names_stay_in_their_room() -> None:
    for module in modules():
        room = module.name.partition(".")[0]
        for each in imports(module.tree):
            private = [name for name in each.names if name.startswith("_") and not name.startswith("__")]
            stranger = each.target.startswith("hongyan.") and each.target.split(".")[1] != room
            assert not (private and stranger), (
                f"{module.where}:{each.line} takes {private} from {each.target}"
            )


def test_nothing_is_left_for_later_without_a_name() -> None:
    """An open end belongs into the tracker, where somebody sees it."""
    marks = re.compile(r"#.*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
    for path in tracked():
        if path.suffix in {".py", ".sql", ".toml", ".html"}:
            found = marks.search(path.read_text("utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"
