"""What an uploaded file really is: good ones of every format, liars, bombs, broken ones."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_files import (
    doc,
    docx,
    huge_png,
    inflating_png,
    moving_picture,
    pdf,
    picture,
)

from hongyan.compliance.papers.formats import Format
from hongyan.compliance.papers.inspecting import InspectApart, Inspection, read_verdict
from hongyan.compliance.papers.inspector import (
    MOST_BYTES,
    MOST_ENTRIES,
    MOST_FRAMES,
    MOST_INFLATED,
    MOST_PAGES,
    Problem,
    inspect,
)
from hongyan.compliance.refusals import REFUSALS
from hongyan.kernel.errors import Broken, Refused

GOOD = {
    "jpeg": picture("jpeg"),
    "png": picture("png"),
    "gif": picture("gif"),
    "pdf": pdf(),
    "docx": docx(),
    "doc": doc(),
}
DETAILED = {name: picture(name, (300, 200)) for name in ("jpeg", "png", "gif")}


def verdict(content: bytes, promised: str) -> Any:
    """The facts, or the problem's code."""
    try:
        return inspect(content, promised)
    except Problem as problem:
        return problem.code


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_every_format_is_taken(name: str) -> None:
    facts = verdict(GOOD[name], name)
    size = (40, 30) if name in DETAILED else (0, 0)
    assert facts == {"format": name, "width": size[0], "height": size[1], "pages": 1}


@pytest.mark.parametrize("really", GOOD)
@pytest.mark.parametrize("promised", GOOD)
def test_a_file_that_lies_about_its_type_is_refused(really: str, promised: str) -> None:
    if really != promised:
        assert verdict(GOOD[really], promised) == "misnamed"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"BM" + b"\0" * 100,
        b"II*\0" + b"\0" * 100,
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b" " + picture("png"),
    ],
)
def test_what_is_none_of_the_formats_is_refused_whatever_its_name(content: bytes) -> None:
    assert {verdict(content, name) for name in GOOD} == {"unknown_type"}


def test_nothing_and_too_much_are_refused_before_anybody_looks() -> None:
    assert verdict(b"", "png") == "empty"
    assert verdict(picture("png").ljust(MOST_BYTES + 1, b"\0"), "png") == "too_large"


# -- bombs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (huge_png(10_001, 1), "too_many_pixels"),
        (huge_png(1, 10_001), "too_many_pixels"),
        (huge_png(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (huge_png(8_000, 5_001), "too_many_pixels"),
        (huge_png(8_000, 5_000), "damaged"),  # within bounds, but there is nothing in it
    ],
)
def test_a_picture_that_claims_to_be_huge_is_refused_by_its_head(content: bytes, found: str) -> None:
    assert len(content) < 100
    assert verdict(content, "png") == found


def test_the_largest_picture_that_is_taken_is_decoded_whole() -> None:
    content = inflating_png(10_000, 4_000)
    assert len(content) < 50_000
    assert verdict(content, "png")["width"] == 10_000


def test_a_moving_picture_has_a_bounded_number_of_frames_and_of_pixels() -> None:
    assert verdict(moving_picture(MOST_FRAMES), "gif")["pages"] == MOST_FRAMES
    assert verdict(moving_picture(MOST_FRAMES + 1), "gif") == "too_many_frames"
    assert verdict(moving_picture(5, (4_000, 2_100)), "gif") == "too_many_frames"


def test_a_document_that_unpacks_to_too_much_is_refused() -> None:
    bomb = docx(word__big=b"\0" * (MOST_INFLATED + 1))
    assert len(bomb) < 100_000
    assert verdict(bomb, "docx") == "inflates"
    assert verdict(docx(**{f"word__{n}": b"" for n in range(MOST_ENTRIES)}), "docx") == "inflates"


def test_a_document_that_lies_about_how_much_it_unpacks_to_is_refused() -> None:
    bomb = docx(word__big=b"\0" * 1_000_000)
    claimed = bomb.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert claimed != bomb
    assert verdict(claimed, "docx") == "damaged"


# -- documents -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (pdf(MOST_PAGES + 1), "too_many_pages"),
        (pdf(encrypt="locked"), "encrypted"),
        (pdf(encrypt="open"), "encrypted"),
        (pdf(script=True), "active_content"),
        (pdf()[:150], "damaged"),
        (b"%PDF-1.7 and nothing else", "damaged"),
    ],
)
def test_a_pdf_that_reviewers_cannot_or_should_not_open_is_refused(content: bytes, found: str) -> None:
    assert verdict(content, "pdf") == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (docx(without="word/document.xml"), "misnamed"),  # a spreadsheet, or any zip
        (docx(without="[Content_Types].xml"), "misnamed"),
        (docx(word__vbaProject_dot_bin=b"x"), "active_content"),
        (docx()[:-30], "damaged"),
    ],
)
def test_a_docx_is_a_word_document_without_macros(content: bytes, found: str) -> None:
    assert verdict(content, "docx") == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (doc("Workbook"), "misnamed"),
        (doc("WordDocument", "Macros"), "active_content"),
        (doc("WordDocument", "_VBA_PROJECT"), "active_content"),
        (doc("EncryptedPackage"), "encrypted"),
        (doc(encrypted=True), "encrypted"),
        (doc()[:3000], "damaged"),
    ],
)
def test_a_doc_is_a_word_document_without_macros_and_password(content: bytes, found: str) -> None:
    assert verdict(content, "doc") == found


# -- broken files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DETAILED)
def test_a_picture_that_breaks_off_is_damaged(name: str) -> None:
    content = DETAILED[name]
    assert verdict(content, name)["format"] == name
    for share in (0.2, 0.5, 0.9):
        assert verdict(content[: int(len(content) * share)], name) == "damaged"


@given(
    name=st.sampled_from(sorted(GOOD)),
    seed=st.integers(0, 2**32),
    changes=st.integers(1, 20),
    cut=st.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_in_a_file_there_is_a_verdict(name: str, seed: int, changes: int, cut: float) -> None:
    chance = random.Random(seed)
    content = bytearray(DETAILED.get(name, GOOD[name]))
    for _ in range(changes):
        content[chance.randrange(len(content))] = chance.randrange(256)
    found = verdict(bytes(content[: max(1, int(len(content) * (1 - cut / 2)))]), name)
    assert isinstance(found, dict) or f"paper.{found}" in REFUSALS


# -- the process apart ---------------------------------------------------------------------------------------


async def test_the_process_apart_says_the_same() -> None:
    apart = InspectApart()
    assert await apart(GOOD["jpeg"], Format.JPEG) == Inspection(Format.JPEG, 40, 30, 1)
    with pytest.raises(Refused) as refused:
        await apart(GOOD["pdf"], Format.JPEG)
    assert refused.value.code == "paper.misnamed"


async def test_a_file_that_takes_too_much_of_the_machine_ends_only_its_inspector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart = InspectApart()
    monkeypatch.setattr("hongyan.compliance.papers.inspecting.WITHIN_SECONDS", 0.0)
    with pytest.raises(Refused) as refused:
        await apart(GOOD["png"], Format.PNG)
    assert refused.value.code == "paper.too_heavy"
    monkeypatch.undo()
    assert (await apart(GOOD["png"], Format.PNG)).format is Format.PNG


@pytest.mark.parametrize("said", [b"nonsense", b'{"problem": "of its own"}', b'{"format": "exe"}', b"{}"])
def test_an_inspector_that_answers_nonsense_is_our_mistake(said: bytes) -> None:
    with pytest.raises(Broken):
        read_verdict(said)
