"""Tries the reader on every page, in every way that pages come:

    PYTHONPATH=tests/support python tests/compliance/ocr/ocr_figures.py [--record]

Prints how many fields were read right, wrongly, or not at all, the processor's seconds for a page, and the memory at its peak; with
`--record` writes what was recognised to `recorded.json`, which the fast tests read. Needs the extra "ocr" and a Chinese font.
"""

from __future__ import annotations

import asyncio
import io
import resource
import statistics
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import psutil
from ocr_drawing import scanned
from ocr_pages import PAGES, Page
from PIL import Image

from hongyan.compliance.ocr import PaperKind, PaperText, ReadApart, read_paper
from hongyan.compliance.papers import Format

RECORDED = Path(__file__).parent / "recorded.json"
VARIANTS = ("clean", "scan", "small", "turned")
"""As drawn; turned by 1.7 degrees, blurred, noisy and squeezed (JPEG 45); at 60 % of its size; on its side."""
_TURNED = 90


def varied(page: Page) -> Iterator[tuple[str, Image.Image]]:
    """A page in every way."""
    drawn = page.draw()
    yield "clean", drawn
    yield "scan", scanned(drawn)
    yield "small", drawn.resize((drawn.width * 6 // 10, drawn.height * 6 // 10))
    yield "turned", drawn.rotate(_TURNED, expand=True)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def judged(page: Page, text: PaperText) -> Mapping[str, tuple[str, str | None]]:
    """Field -> (what the page says, what was read), of those that the page has and those that were read all the same."""
    reading = read_paper(PaperKind(page.kind), text)
    names = page.fields.keys() | {each.name for each in reading.fields}
    return {name: (page.fields.get(name, ""), reading.text(name)) for name in sorted(names)}


def processor_seconds() -> float:
    """What the reader has used so far, of one core: the clock tells more of what else the machine does."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(each.user + each.system for each in times)


async def main(record: bool) -> None:
    read = ReadApart()
    texts: dict[str, PaperText] = {}
    counts = {variant: [0, 0, 0] for variant in VARIANTS}
    seconds: dict[tuple[str, int], list[float]] = {}
    for page in PAGES:
        for variant, image in varied(page):
            before = processor_seconds()
            text = await read(png(image), Format.PNG)
            looks = len(text.pages[0].passes)
            seconds.setdefault((variant, looks), []).append(processor_seconds() - before)
            texts[f"{page.name}/{variant}"] = text
            for name, (says, found) in judged(page, text).items():
                counts[variant][0 if found == says else 2 if found is None else 1] += 1
                if found != says:
                    print(f"{page.name}/{variant} {name}: {says!r}, read {found!r}")
    await read.close()
    for variant, (right, wrong, missing) in counts.items():
        print(
            f"{variant}: {right} of {right + wrong + missing} fields right, {wrong} wrong, {missing} not found"
        )
    for (variant, looks), taken in sorted(seconds.items()):
        middle = statistics.median(taken)
        print(f"{variant}, looks: {looks}: {middle:.1f} s a page (most {max(taken):.1f}, {len(taken)} pages)")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"peak {peak} MB")
    if record:
        RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode(texts), indent=0) + b"\n")


if __name__ == "__main__":
    asyncio.run(main("--record" in sys.argv))
