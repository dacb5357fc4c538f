"""Pages lead where they say: links, the two READMEs, the table of files, the glossary, examples that are data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from docs_pages import ROOT, Page, page, pages

from hongyan.carriers.simulator.scenario import parse_scenario
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.registrars.simulator import read_scenario
from hongyan.compliance.registration.sheets.fields import FIELDS
from hongyan.compliance.registration.sheets.layouts import read_layout

READMES = ("README.md", "README.zh-CN.md")
ONE_SCREEN = 70


@pytest.mark.parametrize("each", pages(), ids=lambda each: each.name)
def test_links_between_pages_lead_somewhere(each: Page) -> None:
    for link in each.links():
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (each.path.parent / target).resolve() if target else each.path
        assert path.exists(), f"{each.name}: {link}"
        if anchor:
            assert anchor in Page(path, path.read_text("utf-8")).anchors(), f"{each.name}: {link}"


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [page("README.md")]
    while waiting:
        each = waiting.pop()
        if each.path in reached:
            continue
        reached.add(each.path)
        for link in each.links():
            path = (each.path.parent / link.partition("#")[0]).resolve()
            if path.suffix == ".md" and path.is_file():
                waiting.append(Page(path, path.read_text("utf-8")))
    docs = set((ROOT / "docs").rglob("*.md")) | set(ROOT.glob("*.md"))
    assert docs <= reached


def test_both_readmes_fit_on_one_screen() -> None:
    for each in map(page, READMES):
        assert len(each.text.splitlines()) <= ONE_SCREEN, each.name


def test_the_switch_is_ten_lines() -> None:
    (example,) = page("README.md").blocks("python")
    lines = [line for line in example.splitlines() if line]
    assert len(lines) == 10
    assert 'endpoint="127.0.0.1:8480", protocol="HTTP"' in example


def test_every_path_of_the_table_of_files_exists() -> None:
    rows = page("ARCHITECTURE.md").rows("To change X, open Y")[1:]
    assert len(rows) >= 20
    for what, where in rows:
        named = [name for name in re.findall(r"`([^`]+)`", where) if not name.startswith(("@", "python "))]
        assert named, what
        for name in named:
            assert (ROOT / "src/hongyan" / name).exists() or (ROOT / name).exists(), f"{what}: {name}"


def test_every_file_that_the_way_of_a_message_names_exists() -> None:
    (way, rooms) = page("ARCHITECTURE.md").blocks("text")
    for name in re.findall(r"\b[a-z_]+(?:/[a-z_]+)*/(?:[a-z_]+\.py)?", way):
        assert (ROOT / "src/hongyan" / name).exists(), name
    listed = {name for line in rooms.splitlines() for name in re.split(r"[ ,]+", line[:40].strip()) if name}
    folders = {
        path.name for path in (ROOT / "src/hongyan").iterdir() if path.is_dir() and path.name[0] != "_"
    }
    assert folders <= listed, f"rooms that the page does not name: {folders - listed}"


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".sql"}
    )
    rows = page("GLOSSARY.md").rows("Glossary · 术语表")[1:]
    identifiers = [row[2].strip("`") for row in rows]
    for identifier in identifiers:
        assert re.search(rf"\b{identifier}\b", code), identifier
    terms = [row[0] for row in rows]
    assert len(set(terms)) == len(terms)


def test_scenarios_in_the_docs_can_be_loaded() -> None:
    blocks = [(each, block) for each in pages() for block in each.blocks("toml") if not _of_filing(each.name)]
    assert blocks
    for each, block in blocks:
        parse_scenario(block, name=each.name)


def test_files_of_filing_in_the_docs_can_be_read(tmp_path: Path) -> None:
    found = [each for each in pages() if _of_filing(each.name)]
    assert found
    for each in found:
        parties, layout, scenario = map(tmp_path.joinpath, ("parties.toml", "mobile.toml", "scenario.toml"))
        for path, block in zip((parties, layout, scenario), each.blocks("toml"), strict=True):
            path.write_text(block, "utf-8")
        assert Parties(parties).layout("mobile", date(2026, 11, 21)) == read_layout(layout)
        assert len(read_scenario(scenario).rules) == 2
        for name in FIELDS:
            assert f"`{name}`" in each.text, f"{each.name} does not list the field {name}"


def _of_filing(name: str) -> bool:
    return name.endswith("/filing.md")


def test_make_knows_every_target_that_the_docs_name() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for each in pages():
        for name in re.findall(r"(?:`|^ *)make ([a-z]+)", each.text, re.MULTILINE):
            assert name in targets, f"{each.name}: make {name}"


def test_decisions_are_numbered_and_say_context_decision_and_consequences() -> None:
    records = [each for each in pages() if re.match(r"docs/adr/\d", each.name)]
    for number, each in enumerate(records, 1):
        assert each.path.name.startswith(f"{number:04d}-")
        assert each.text.startswith(f"# {number:04d} ")
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in each.text, f"{each.name} has no {part}"
        assert len(each.text.splitlines()) <= 60, f"{each.name} is longer than a page"


def test_the_newest_version_of_the_product_is_in_the_changelog() -> None:
    from hongyan import __version__

    assert __version__.rsplit(".", 1)[0] in page("CHANGELOG.md").text


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("PostgreSQL", "storage/postgres"),
        ("CMPP", "protocols/cmpp"),
        ("SGIP", "protocols/sgip"),
        ("SMGP", "protocols/smgp"),
        ("Tencent", "apis/tencent"),
    ],
)
def test_what_the_readme_says_is_not_there_yet_is_not(name: str, folder: str) -> None:
    missing = " ".join(row[1] for row in page("README.md").rows("What works, and what does not yet")[1:])
    built = any(path.name != "__init__.py" for path in (ROOT / "src/hongyan" / folder).glob("*.py"))
    assert (name in missing) is not built, (
        f"{folder} has changed: say so in both READMEs and in docs/settings.md"
    )
