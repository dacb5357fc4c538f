"""The examples of the page about frames and texts: what it tells people to type says what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docs_pages import commands, page

PAGES = {"en": "docs/frames-and-texts.md", "zh": "docs/zh/frames-and-texts.md"}
EXAMPLES = [
    (language, line, shown)
    for language, name in PAGES.items()
    for block, shown in re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", page(name).text, re.DOTALL)
    for line in commands(block)
]


def test_the_page_has_an_example_of_each_command() -> None:
    typed = " ".join(line for _, line, _ in EXAMPLES)
    assert all(words in typed for words in ("pdu decode", "pdu encode", "hongyan text"))


@pytest.mark.parametrize(
    ("language", "line", "shown"),
    EXAMPLES,
    ids=[f"{language} {line[-40:]}" for language, line, _ in EXAMPLES],
)
def test_an_example_prints_what_the_page_shows(language: str, line: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HONGYAN_")}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env=environment | {"LC_ALL": "C.UTF-8", "HONGYAN_LANG": language},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (shown, "", 0)
