"""What the reading program does before and beside the model: pages as pictures, seals, and what it may not do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from paper_files import pdf, picture
from PIL import Image, ImageDraw

from hongyan.compliance.ocr import program

RED, BLUE, BLACK = (214, 32, 38), (40, 60, 200), (20, 20, 20)
PICTURES = Path(__file__).with_name("pages")


def sheet(size: tuple[int, int] = (620, 877)) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, "white")
    return image, ImageDraw.Draw(image)


def ring(draw: ImageDraw.ImageDraw, x: int, y: int, colour: tuple[int, int, int], radius: int = 60) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=6)
    draw.regular_polygon((x, y, radius // 4), 5, fill=colour)


def only(pages: object) -> Image.Image:
    (page,) = pages  # type: ignore[misc]
    assert isinstance(page, Image.Image)
    return page


# -- seals ---------------------------------------------------------------------------------------------------


def test_a_round_red_seal_is_seen_where_it_is() -> None:
    image, draw = sheet()
    draw.text((100, 300), "words " * 10, fill=BLACK)
    ring(draw, 400, 600, RED)
    red, seals = program.seals_on(image)
    assert red > program._LEAST_RED
    ((left, top, right, bottom),) = seals
    assert (left + right) / 2 == pytest.approx(400 / 620, abs=0.01)
    assert (top + bottom) / 2 == pytest.approx(600 / 877, abs=0.01)


def test_two_seals_are_two() -> None:
    image, draw = sheet()
    ring(draw, 150, 600, RED)
    ring(draw, 450, 600, RED)
    assert len(program.seals_on(image)[1]) == 2


@pytest.mark.parametrize(
    "shape",
    [
        lambda draw: ring(draw, 400, 600, BLUE),
        lambda draw: ring(draw, 400, 600, BLACK),
        lambda draw: draw.rectangle((40, 40, 580, 60), fill=RED),
        lambda draw: draw.rectangle((300, 500, 420, 620), fill=RED),
        lambda draw: draw.rectangle((10, 10, 610, 867), outline=RED, width=6),
        lambda draw: ring(draw, 400, 600, RED, radius=12),
        lambda draw: None,
    ],
    ids=["blue", "black", "a red bar", "a red square", "a red frame", "too small", "nothing"],
)
def test_what_is_not_round_and_red_is_no_seal(shape: object) -> None:
    image, draw = sheet()
    shape(draw)  # type: ignore[operator]
    assert program.seals_on(image)[1] == []


def test_a_photocopy_has_no_colours() -> None:
    with Image.open(PICTURES / "letter-prose.png") as found:
        page = found.convert("RGB")
    assert program._is_coloured(page)
    assert not program._is_coloured(page.convert("L").convert("RGB"))


# -- pages ---------------------------------------------------------------------------------------------------


def test_large_pictures_become_small_and_small_ones_larger() -> None:
    for size, seen in (((4000, 1000), (2000, 500)), ((640, 320), (1280, 640)), ((100, 50), (200, 100))):
        assert only(program.pages_of(picture("png", size), "png", 3)).size == seen


def test_a_photograph_stands_as_the_camera_was_held() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned to the right
    sheet((1400, 700))[0].save(out, "JPEG", exif=exif)
    assert only(program.pages_of(out.getvalue(), "jpeg", 3)).size == (700, 1400)


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (1300, 1300), (0, 0, 0, 0)).save(out, "PNG")
    assert only(program.pages_of(out.getvalue(), "png", 3)).getpixel((5, 5)) == (255, 255, 255)


def test_of_a_pdf_the_first_pages_are_read_and_of_a_moving_picture_the_first_one() -> None:
    pages = list(program.pages_of(pdf(5), "pdf", 3))
    assert len(pages) == 3
    assert max(pages[0].size) == program.LONGEST_SIDE
    assert len(list(program.pages_of(picture("gif"), "gif", 3))) == 1


def test_what_cannot_be_decoded_is_damaged() -> None:
    for content, format_ in ((b"no picture", "png"), (picture("png")[:60], "png"), (b"%PDF-1.4 no", "pdf")):
        with pytest.raises(program.Damaged):
            list(program._decoded(content, format_, 3))


# -- what it may not do --------------------------------------------------------------------------------------

_TRIES = """
import socket, sys
sys.path.insert(0, sys.argv[1])
import program
program._restrict(600)
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError as error:
    print(error)
try:
    open(sys.argv[2], "w").write("x" * 10)
except OSError as error:
    print("no file")
"""


def test_it_connects_to_nothing_and_writes_no_file(tmp_path: Path) -> None:
    folder = str(Path(program.__file__).parent)
    said = subprocess.run(
        [sys.executable, "-c", _TRIES, folder, str(tmp_path / "written")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": ""},
    )
    assert said.returncode == 0, said
    assert said.stdout.splitlines()[0] == "the reader of papers uses no network"
    assert not (tmp_path / "written").exists() or (tmp_path / "written").stat().st_size == 0


def test_what_started_it_may_be_larger_than_it_may_become() -> None:
    folder = str(Path(program.__file__).parent)
    inner = f"import sys; sys.path.insert(0, {folder!r}); import program; print(program._most_taken())"
    outer = f"import subprocess, sys; b'x' * 150_000_000; print(flush=True); subprocess.run([sys.executable, '-c', {inner!r}])"
    said = subprocess.run([sys.executable, "-c", outer], capture_output=True, text=True, check=True)
    assert 0 < int(said.stdout) < 100_000_000


def test_it_ends_itself_when_it_has_taken_too_much() -> None:
    folder = str(Path(program.__file__).parent)
    code = f"import sys; sys.path.insert(0, {folder!r}); import program; program._watch(1)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == program.TOO_MUCH
