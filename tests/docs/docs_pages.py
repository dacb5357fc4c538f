"""The Markdown pages of the repository, taken apart: headings, links, fenced blocks, tables."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^( *)```([a-z]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|<(https?://[^>]+)>")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """Contents of fenced blocks of one language."""
        return [body for _, found, body in _FENCE.findall(self.text) if found == language]

    def headings(self) -> list[tuple[int, str]]:
        """(level, words)."""
        return [(len(marks), words) for marks, words in _HEADING.findall(self.prose)]

    def anchors(self) -> list[str]:
        """What a link may name behind `#`, as GitHub makes it: one of each heading."""
        plain = (re.sub(r"[`*]", "", words).lower() for _, words in self.headings())
        return [re.sub(r"[^\w\- ]", "", words).replace(" ", "-") for words in plain]

    def links(self) -> list[str]:
        return [inner or outer for inner, outer in _LINK.findall(self.prose)]

    def rows(self, heading: str) -> list[list[str]]:
        """Cells of the tables below a heading."""
        section = re.split(rf"^#+ {re.escape(heading)}$", self.text, flags=re.MULTILINE)[1]
        section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
        lines = [line for line in section.splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "---" not in line]


def page(name: str) -> Page:
    return Page(ROOT / name, (ROOT / name).read_text("utf-8"))


def pages() -> list[Page]:
    """Every Markdown file that belongs to the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listing.stdout.split() or [str(path.relative_to(ROOT)) for path in ROOT.glob("*.md")]
    return [page(name) for name in sorted(set(names)) if (ROOT / name).is_file()]


def commands(shell: str) -> list[str]:
    """Lines of a shell block without their remarks."""
    lines = (re.sub(r"\s+# .*$", "", line).strip() for line in shell.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
