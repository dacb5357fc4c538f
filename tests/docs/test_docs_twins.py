"""A page and its Chinese twin say the same: headings, examples, tables, names in code marks, figures and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from decimal import Decimal
from itertools import zip_longest
from os.path import relpath
from typing import Any

import pytest
import write_tables
from docs_pages import ROOT, Page, page
from languages import TWINS, twins

PAIRS = [
    (page(str(english.relative_to(ROOT))), page(str(chinese.relative_to(ROOT))))
    for english, chinese in twins()
    if chinese.is_file()
]
each_pair = pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[english.name for english, _ in PAIRS])

TYPED = ("hongyan ", "./.venv/", "make ")
"""What a line begins with that people type."""

_FROM_CODE = re.compile(r"<!-- from code.*?<!-- end -->", re.DOTALL)
_FENCE = re.compile(r"^( *)```([a-z]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_REMARK = re.compile(r"(^|\s+)# .*$", re.MULTILINE)
_ASKED_LANGUAGE = re.compile(r"Accept-Language: [\w-]+")
_CODE_MARKS = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?(?: (?:million|万|亿))?")
_TIMES = {"million": 10**6, "万": 10**4, "亿": 10**8}


def written(each: Page) -> Page:
    """What people wrote: the page without its switch of language and without what comes from code."""
    return Page(each.path, _FROM_CODE.sub("", each.text.partition("\n")[2]))


def sections(each: Page) -> list[tuple[str, str]]:
    """(heading, the prose below it)."""
    _, *pieces = _HEADING.split(written(each).prose)
    return list(zip(pieces[::2], pieces[1::2], strict=True))


def examples(each: Page) -> list[tuple[str, list[str]]]:
    """Fenced blocks as far as they are the same in every language: no remarks, no language that is asked for; of JSON the
    keys; of what is shown as text how many lines, and those that people type."""
    found = []
    for _, language, body in _FENCE.findall(written(each).text):
        lines = [line.strip() for line in _REMARK.sub("", body).splitlines() if line.strip()]
        match language:
            case "text":
                lines = [
                    *(line for line in lines if line.startswith(TYPED)),
                    f"{len(body.splitlines())} lines",
                ]
            case "json":
                lines = re.findall(r'"(\w+)":', body)
        found.append((language, [_ASKED_LANGUAGE.sub("", line) for line in lines]))
    return found


def rows(each: Page) -> list[int]:
    """Cells of every row of every table."""
    return [line.count("|") for line in written(each).text.splitlines() if line.lstrip().startswith("|")]


def names(section: str) -> Set[str]:
    """Everything in code marks."""
    return {re.sub(r"\s+", " ", name) for name in _CODE_MARKS.findall(section)}


def figures(section: str) -> Set[Decimal]:
    """Every number in digits; 40 million are 4,000 万."""
    prose = re.sub(r"\s+", " ", _CODE_MARKS.sub("", _LINK.sub(r"\1", section)))
    numbers = (text.partition(" ") for text in _FIGURE.findall(prose))
    return {Decimal(number.replace(",", "")) * _TIMES.get(unit, 1) for number, _, unit in numbers}


def places(each: Page) -> list[str]:
    """Where links lead: the English page of each, and the how-manieth heading an anchor names."""
    english = {chinese: page for page, chinese in twins()}
    found = []
    for _, link in _LINK.findall(written(each).text):
        if re.match(r"[a-z]+:", link):
            found.append(link)
            continue
        target, _, anchor = link.partition("#")
        path = (each.path.parent / target).resolve() if target else each.path
        name = str(english.get(path, path).relative_to(ROOT))
        if anchor:
            name += f", heading {Page(path, path.read_text('utf-8')).anchors().index(anchor) + 1}"
        found.append(name)
    return sorted(found)


def lacking(ours: Page, theirs: Page, read: Callable[[str], Set[Any]]) -> Iterator[str]:
    """What sections of one have and those of the other have not."""
    for (heading, one), (_, other) in zip(sections(ours), sections(theirs), strict=True):
        if missing := read(one) - read(other):
            named = ", ".join(map(str, sorted(missing)))
            yield f"{ours.name}, “{heading}” says {named}; {theirs.name} does not: change both"


def test_every_page_for_users_has_its_twin_and_no_twin_stands_alone() -> None:
    for english, chinese in twins():
        assert chinese.is_file(), f"write {chinese.relative_to(ROOT)}, {english.relative_to(ROOT)} in Chinese"
    alone = {path.name for path in TWINS.glob("*.md")} - {english.name for english, _ in twins()}
    assert not alone, f"docs/zh has pages without an English one: {alone}"


@each_pair
def test_the_first_line_leads_to_the_other_language(english: Page, chinese: Page) -> None:
    to_chinese = relpath(chinese.path, english.path.parent)
    to_english = relpath(english.path, chinese.path.parent)
    assert english.text.startswith(f"English | [中文]({to_chinese})\n\n")
    assert chinese.text.startswith(f"[English]({to_english}) | 中文\n\n")


@each_pair
def test_both_have_the_same_headings(english: Page, chinese: Page) -> None:
    ours, theirs = (written(each).headings() for each in (english, chinese))
    for one, other in zip_longest(ours, theirs, fillvalue=(0, "nothing more")):
        assert one[0] == other[0], (
            f"{english.name} has “{one[1]}” where {chinese.name} has “{other[1]}”: change both"
        )


@each_pair
def test_both_have_the_same_examples(english: Page, chinese: Page) -> None:
    for one, other in zip_longest(examples(english), examples(chinese)):
        assert one == other, f"an example of {english.name} is another one in {chinese.name}: change both"


@each_pair
def test_both_have_the_same_tables(english: Page, chinese: Page) -> None:
    from_code = [write_tables.names_in(each.text) for each in (english, chinese)]
    assert from_code[0] == from_code[1], f"{english.name} and {chinese.name} show other tables from code"
    assert rows(english) == rows(chinese), (
        f"a table of {english.name} has other rows or columns in {chinese.name}: change both"
    )


@each_pair
def test_both_name_the_same_things(english: Page, chinese: Page) -> None:
    assert not [*lacking(english, chinese, names), *lacking(chinese, english, names)]


@each_pair
def test_the_figures_of_a_page_are_in_its_twin(english: Page, chinese: Page) -> None:
    assert not [*lacking(english, chinese, figures)]


@each_pair
def test_both_lead_to_the_same_places(english: Page, chinese: Page) -> None:
    assert places(english) == places(chinese), (
        f"{english.name} and {chinese.name} have other links: change both"
    )


@each_pair
def test_links_stay_in_the_language_of_their_page(english: Page, chinese: Page) -> None:
    pages, others = (set(paths) for paths in zip(*twins(), strict=True))
    for each, foreign in ((english, others), (chinese, pages)):
        for _, link in _LINK.findall(written(each).text):
            path = (each.path.parent / link.partition("#")[0]).resolve()
            assert path not in foreign, f"{each.name} leads to the other language: {link}"


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("hongyan sandbox seed --json", "hongyan sandbox seed", examples),
        (
            "`HONGYAN_REVIEW=auto`",
            "`HONGYAN_REVIEW=fast`",
            lambda each: [*map(names, dict(sections(each)).values())],
        ),
        ("SGIP 1.2", "SGIP 1.8", lambda each: [*map(figures, dict(sections(each)).values())]),
        ("| 19900000031 |", "| 19900000031 | |", rows),
        ("uploads.md", "api.md", places),
    ],
)
def test_a_change_of_one_page_that_forgets_the_other_is_found(
    was: str, now: str, found: Callable[[Page], Any]
) -> None:
    english = page("docs/sandbox.md")
    assert found(Page(english.path, english.text.replace(was, now))) != found(english)
