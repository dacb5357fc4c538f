"""The real model on real pictures: `make test-ocr`. Skipped, and saying so, where the extra is not installed."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ocr_pages import PAGES
from paper_files import picture
from PIL import Image

from hongyan.compliance.ocr import Bounds, PaperKind, PaperText, ReadApart, is_installed, kind_of, read_paper
from hongyan.compliance.papers import Format
from hongyan.kernel.errors import Broken, Refused

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="the extra ocr is not installed: make test-ocr"),
]
PICTURES = Path(__file__).with_name("pages")
"""Pages of `ocr_pages.py`, drawn where there was a Chinese font."""


@pytest.fixture
async def read() -> AsyncIterator[ReadApart]:
    reader = ReadApart(Bounds(page_seconds=300))
    yield reader
    await reader.close()


def said(name: str, text: PaperText) -> tuple[dict[str, str], dict[str, str]]:
    """What a page says, and what was read of it."""
    page = next(each for each in PAGES if each.name == name)
    found = read_paper(PaperKind(page.kind), text)
    return dict(page.fields), {each.name: each.text for each in found.fields}


@pytest.mark.parametrize("picture_file", sorted(PICTURES.glob("*.png")), ids=lambda path: path.stem)
async def test_every_field_of_a_page_is_read(read: ReadApart, picture_file: Path) -> None:
    says, found = said(picture_file.stem, await read(picture_file.read_bytes(), Format.PNG))
    assert found == says


async def test_a_page_on_its_head_and_one_in_a_pdf_are_read(read: ReadApart) -> None:
    with Image.open(PICTURES / "letter-prose.png") as image:
        page = image.convert("RGB")
    for format_, name, image in ((Format.JPEG, "jpeg", page.rotate(180)), (Format.PDF, "pdf", page)):
        out = io.BytesIO()
        image.save(out, name, resolution=150)
        says, found = said("letter-prose", await read(out.getvalue(), format_))
        assert found == says


async def test_a_picture_without_words_has_none(read: ReadApart) -> None:
    text = await read(picture("png", (300, 200)), Format.PNG)
    assert kind_of(text) is None


async def test_a_file_that_cannot_be_shown_does_not_end_the_reader(read: ReadApart) -> None:
    await read(picture("png"), Format.PNG)
    with pytest.raises(Refused) as refused:
        await read(b"no picture", Format.PNG)
    assert refused.value.code == "ocr.damaged"
    assert read.is_running


async def test_a_reader_that_may_take_too_little_memory_does_not_start() -> None:
    with pytest.raises(Broken) as told:
        await ReadApart(Bounds(megabytes=100))(picture("png"), Format.PNG)
    assert told.value.code == "ocr.reader"
