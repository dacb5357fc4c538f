"""The languages of the docs: pages in `docs/`, and their Chinese twins in `docs/zh/`.

What the code says in English only (heads of tables, settings, metrics, advice) has its Chinese in `zh/words.toml`, by
the English sentence: whoever changes a sentence is asked for the other one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
TWINS = DOCS / "zh"
WORDS = TWINS / "words.toml"


@dataclass(frozen=True)
class Language:
    """What a page's tables speak. `tag`: `en` or `zh`; `sentences`: what stands for an English one, by it; `missing` and
    `said`: those that were asked for, without and with one."""

    tag: str
    sentences: Mapping[str, str] | None = None
    missing: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)

    def say(self, english: str) -> str:
        """A sentence that the code has in English only; it stays English until somebody has written the other."""
        if self.sentences is None or not english:
            return english
        (self.said if english in self.sentences else self.missing).add(english)
        return self.sentences.get(english, english)

    def pick(self, english: str, chinese: str) -> str:
        """Of a sentence that the code has in both."""
        return chinese if self.tag == "zh" else english

    def columns(self, english: str, chinese: str) -> tuple[str, ...]:
        """The same as cells: an English page shows both, a Chinese one its own."""
        return (chinese,) if self.tag == "zh" else (english, chinese)

    def table(self, head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
        """A Markdown table with its head in the language."""
        names = [self.say(name) for name in head]
        lines = [" | ".join(names), " | ".join("---" for _ in names)]
        lines += [" | ".join(_cell(value) for value in row) for row in rows]
        return "\n".join(f"| {line} |" for line in lines)


def _cell(value: object) -> str:
    pieces = str(value).replace("|", "\\|").replace("\n", " ").split("`")
    pieces[::2] = [
        re.sub(r"<(?!br>)", r"\\<", piece) for piece in pieces[::2]
    ]  # between code spans `<` begins a tag
    return "`".join(pieces)


def words() -> dict[str, str]:
    """What words.toml has: Chinese by English."""
    parts: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text("utf-8"))
    return {english: chinese for part in parts.values() for english, chinese in part.items()}


ENGLISH = Language("en")
CHINESE = Language("zh", words())


def language_of(page: Path) -> Language:
    """What a page is written in, by its place."""
    return CHINESE if page.is_relative_to(TWINS) else ENGLISH


def twin_of(page: Path) -> Path:
    """The Chinese page of an English one."""
    return ROOT / "README.zh-CN.md" if page == ROOT / "README.md" else TWINS / page.name


def twins() -> list[tuple[Path, Path]]:
    """Every page for users with its twin. Decisions, architecture and glossary are for those who build."""
    return [(page, twin_of(page)) for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md")))]
