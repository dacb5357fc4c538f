"""Draws the pages that the reader is tried on: licences, letters, records of trademarks. Every name and number is invented.

Layouts follow what is printed on such papers; nothing is copied from a real one. Needs Pillow and a Chinese font.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
_SIMPLIFIED = 2
"""Which face of a Noto collection is the one for mainland China."""
BLACK, RED, GREY, PAPER = (20, 20, 20), (214, 32, 38), (110, 110, 110), (253, 252, 248)


def font_file(family: str = "") -> Path | None:
    """A Chinese font of this machine, of a family if there is one."""
    found = [path for path in map(Path, _FONTS) if path.is_file()]
    return next((path for path in found if family in path.name), found[0] if found else None)


class Sheet:
    """A page to write on. Sizes and places in pixels of 150 dpi."""

    def __init__(self, width: int, height: int, family: str = "Sans") -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._family = family

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        path = font_file(self._family)
        assert path is not None
        return ImageFont.truetype(str(path), size, index=_SIMPLIFIED if "Noto" in path.name else 0)

    def text(
        self, x: float, y: float, words: str, size: int = 26, *, colour: tuple[int, int, int] = BLACK
    ) -> float:
        """Write a line; where it ends."""
        self._draw.text((x, y), words, fill=colour, font=self.font(size))
        return x + self._draw.textlength(words, font=self.font(size))

    def centred(self, y: float, words: str, size: int = 26, *, colour: tuple[int, int, int] = BLACK) -> None:
        width = self._draw.textlength(words, font=self.font(size))
        self.text((self.image.width - width) / 2, y, words, size, colour=colour)

    def paragraph(
        self, x: float, y: float, words: str, size: int = 26, *, right: float, leading: float = 1.9
    ) -> float:
        """Write words that wrap at `right`, the first line indented when they begin with blanks; where the next line goes."""
        line = ""
        for character in words:
            if x + self._draw.textlength(line + character, font=self.font(size)) > right:
                self.text(x, y, line, size)
                line, y = "", y + size * leading
            line += character
        self.text(x, y, line, size)
        return y + size * leading

    def rows(
        self, x: float, y: float, rows: Sequence[tuple[str, str]], *, at: float, right: float, size: int = 24
    ) -> float:
        """Labels and values in two columns; values wrap in theirs."""
        for label, value in rows:
            self.text(x, y, label, size)
            y = self.paragraph(at, y, value, size, right=right, leading=1.5) + size * 0.6
        return y

    def line(self, *points: float, colour: tuple[int, int, int] = GREY, width: int = 2) -> None:
        self._draw.line(points, fill=colour, width=width)

    def frame(self, *box: float, colour: tuple[int, int, int] = GREY, width: int = 3) -> None:
        self._draw.rectangle(box, outline=colour, width=width)

    def seal(self, x: float, y: float, words: str, *, radius: int = 118, below: str = "") -> None:
        """A round red seal (42 mm across) around a centre, as a stamp that lets the print shine through."""
        side = radius * 2 + 20
        stamp = Image.new("L", (side, side), 0)
        draw = ImageDraw.Draw(stamp)
        draw.ellipse((10, 10, side - 10, side - 10), outline=235, width=8)
        centre = side / 2
        star = [
            (centre + radius * 0.3 * r * math.sin(a), centre - radius * 0.3 * r * math.cos(a))
            for k in range(10)
            for r, a in [(1 if k % 2 == 0 else 0.4, math.pi * k / 5)]
        ]
        draw.polygon(star, fill=235)
        font = self.font(27)
        for number, character in enumerate(words):
            angle = (number - (len(words) - 1) / 2) * min(0.42, 4.6 / len(words))
            tile = Image.new("L", (40, 40), 0)
            ImageDraw.Draw(tile).text((6, 0), character, fill=235, font=font)
            tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
            at = (centre + radius * 0.78 * math.sin(angle), centre - radius * 0.78 * math.cos(angle))
            stamp.paste(tile, (round(at[0]) - 20, round(at[1]) - 20), tile)
        if below:
            width = draw.textlength(below, font=self.font(22))
            draw.text((centre - width / 2, centre + radius * 0.42), below, fill=235, font=self.font(22))
        place = (round(x - side / 2), round(y - side / 2))
        under = self.image.crop((*place, place[0] + side, place[1] + side))
        inked = ImageChops.multiply(under, Image.new("RGB", (side, side), RED))
        self.image.paste(Image.composite(inked, under, stamp), place)


def scanned(image: Image.Image, *, degrees: float = 1.7, quality: int = 45) -> Image.Image:
    """As a careless scan has it: slightly turned, blurred, noisy, squeezed."""
    turned = image.rotate(degrees, expand=True, fillcolor=(240, 238, 232), resample=Image.Resampling.BICUBIC)
    blurred = turned.filter(ImageFilter.GaussianBlur(0.8))
    noise = Image.effect_noise(blurred.size, 26).convert("RGB")
    noisy = Image.blend(blurred, noise, 0.08)
    out = io.BytesIO()
    noisy.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")
