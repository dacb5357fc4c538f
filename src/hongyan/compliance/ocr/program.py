"""Recognises the words on papers: a program of its own, which serves one paper after the other (`reader.py`).

    python -I program.py MEGABYTES

A paper comes on standard input as the length of a header (4 bytes, big-endian), the header (JSON: `format`, `size` of the
file, most `pages`) and the file. Answers are JSON, one in a line: `ready` once the model is loaded; of each paper a `page`
for every page that was read, then `done`, or `problem`. It ends with its standard input.

Files come from strangers and decoders are large C libraries, so it knows no secrets, opens no socket, writes no file, and
ends itself when it takes more than MEGABYTES. It imports nothing of ours. The model comes with the package `rapidocr`
(the extra "ocr"), whose data lie in its wheel.
"""

from __future__ import annotations

import io
import json
import math
import os
import resource
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, Final

LONGEST_SIDE: Final = 2000
"""Pixels to which pages are scaled down: what the model takes at most (its max_side_len)."""
SHORTEST: Final = 1280
"""Pixels of the longer side to which small pictures are enlarged: of words 12 pixels high the model misses some."""
FINEST: Final = 300 / 72
"""Pixels of a point of a PDF page, at most: 300 dpi."""
MOST_LINES: Final = 400
"""Of a page; a page of small print has 80."""
ADDRESSES: Final = 3
"""How often the bound of memory the addresses may take: libraries reserve more than they use."""
CPU_SECONDS: Final = 300
"""For one paper. The reader outside looks at the clock; this holds when nobody is there any more."""
TOO_MUCH: Final = 77
"""Exit code of one that took more memory than it may."""

Json = dict[str, Any]


class Damaged(Exception):
    """The file cannot be shown."""


# -- pages ---------------------------------------------------------------------------------------------------


def _decoded(content: bytes, format_: str, most: int) -> Iterator[Any]:
    """What a decoder raises on a stranger's file means that it is damaged, whatever it is."""
    pages = pages_of(content, format_, most)
    while True:
        try:
            page = next(pages, None)
        except (MemoryError, ImportError):
            raise
        except Exception as error:
            raise Damaged from error
        if page is None:
            return
        yield page


def pages_of(content: bytes, format_: str, most: int) -> Iterator[Any]:
    """The first pages as RGB pictures, no side longer than LONGEST_SIDE."""
    from PIL import Image

    if format_ == "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(content)
        for number in range(min(most, len(document))):
            page = document[number]
            scale = min(FINEST, LONGEST_SIDE / max(page.get_size()))
            yield page.render(scale=scale).to_pil().convert("RGB")
        return
    Image.MAX_IMAGE_PIXELS = None  # counted when it was uploaded (papers/inspector.py)
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF")) as image:
        yield upright(image)


def upright(image: Any) -> Any:
    """The first frame as it is meant to be seen, of a good size, on white where it is transparent."""
    from PIL import Image, ImageOps

    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        turned = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned)
    seen = turned.convert("RGB")
    factor = min(SHORTEST / max(seen.size), 2.0)
    return seen if factor <= 1 else seen.resize((round(seen.width * factor), round(seen.height * factor)))


# -- seals ---------------------------------------------------------------------------------------------------

_COARSE: Final = 240
"""Pixels of the longer side of the picture in which seals are looked for."""
_REDDER: Final = 40
"""By how much of 255 red exceeds green and blue in the ink of a seal."""
_LEAST_RED: Final = 0.0004
"""Of a page: less red is dirt."""
_SEAL_SIDES: Final = (0.07, 0.35)
"""Of the page's longer side: 30 to 60 mm on A4, and pages that are cut to their text. Source: 国发〔1999〕25号, 42 to 50 mm."""
_ROUND: Final = (0.7, 1.43)
_FILLED: Final = (0.08, 0.85)
"""How much of its square a seal's ink fills: a ring with words, not a red bar or a photograph."""


def seals_on(image: Any) -> tuple[float, list[tuple[float, float, float, float]]]:
    """The share of the page that is red, and boxes around what looks like seals, in fractions of width and height."""
    from PIL import ImageChops

    small = image.copy()
    small.thumbnail((_COARSE, _COARSE))
    red, green, blue = small.split()
    redder = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    mask = redder.point([255 if value >= _REDDER else 0 for value in range(256)])
    width, height = mask.size
    ink = {at for at, value in enumerate(mask.tobytes()) if value}
    boxes = [
        (
            round(box[0] / width, 3),
            round(box[1] / height, 3),
            round((box[2] + 1) / width, 3),
            round((box[3] + 1) / height, 3),
        )
        for box, filled in _blots(set(ink), width)
        if _like_seal(box, filled, max(width, height))
    ]
    return len(ink) / (width * height), boxes


def _blots(ink: set[int], width: int) -> Iterator[tuple[tuple[int, int, int, int], int]]:
    """Pixels that lie together, gaps of two bridged: the box around each blot (last pixels included), and how many."""
    reach = [(dx, dy) for dx in range(-3, 4) for dy in range(-3, 4) if dx or dy]
    while ink:
        waiting, blot = [ink.pop()], []
        while waiting:
            y, x = divmod(waiting.pop(), width)
            blot.append((x, y))
            for dx, dy in reach:
                if 0 <= x + dx < width and (near := (y + dy) * width + x + dx) in ink:
                    ink.remove(near)
                    waiting.append(near)
        columns, rows = [x for x, _ in blot], [y for _, y in blot]
        yield (min(columns), min(rows), max(columns), max(rows)), len(blot)


def _like_seal(box: tuple[int, int, int, int], filled: int, longer: int) -> bool:
    width, height = box[2] - box[0] + 1, box[3] - box[1] + 1
    return (
        _SEAL_SIDES[0] <= min(width, height) / longer
        and max(width, height) / longer <= _SEAL_SIDES[1]
        and _ROUND[0] <= width / height <= _ROUND[1]
        and _FILLED[0] <= filled / (width * height) <= _FILLED[1]
    )


# -- words ---------------------------------------------------------------------------------------------------

_PROBED: Final = 9
"""Lines that say how a page lies."""
_LONG: Final = 4
"""Characters of a line that has a direction."""


class Model:
    """The model on one thread: the road has the machine's other ones."""

    def __init__(self) -> None:
        import numpy as np
        from rapidocr import RapidOCR

        self._array = np.asarray
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": LONGEST_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Rec.rec_batch_num": 1,
            }
        )

    def page(self, image: Any) -> Json:
        """What stands on a page. `turned`: degrees, counter-clockwise, by which it was turned to be read. `passes`: with all
        colours, and, where there is red, as the red channel shows it, in which the ink of seals is white."""
        turned, lines = 0, self._lines(image)
        if turn := self._turn(image, lines):
            image, turned = image.rotate(turn, expand=True), turn
            lines = self._lines(image)
        red, seals = seals_on(image)
        passes = [{"name": "plain", "lines": lines}]
        if red >= _LEAST_RED:
            passes.append({"name": "red", "lines": self._lines(image.getchannel("R").convert("RGB"))})
        return {
            "width": image.width,
            "height": image.height,
            "turned": turned,
            "coloured": _is_coloured(image),
            "seals": seals,
            "passes": passes,
        }

    def _lines(self, image: Any) -> list[Json]:
        found = self._engine(self._bgr(image), use_det=True, use_cls=True, use_rec=True)
        if found.txts is None:
            return []
        return [
            {
                "text": text,
                "corners": [round(float(each)) for each in corners.flatten()],
                "score": round(float(score), 3),
            }
            for corners, text, score in list(zip(found.boxes, found.txts, found.scores, strict=True))[
                :MOST_LINES
            ]
        ]

    def _turn(self, image: Any, lines: list[Json]) -> int:
        """0, 90, 180 or 270 degrees, counter-clockwise, after which the page stands upright: whether most long lines run
        downwards, and whether they stand on their heads."""
        long = [each["corners"] for each in lines if len(each["text"]) >= _LONG]
        if not long:
            return 0
        downwards = sum(_extent(each, 1) > _extent(each, 0) for each in long) > len(long) / 2
        probes = sorted(long, key=lambda each: -max(_extent(each, 0), _extent(each, 1)))[:_PROBED]
        crops = [image.crop(_box(each)) for each in probes]
        if downwards:
            crops = [each.rotate(90, expand=True) for each in crops]
        heads = sum(self._is_upside_down(each) for each in crops) > len(crops) / 2
        return 90 * downwards + 180 * heads

    def _is_upside_down(self, image: Any) -> bool:
        found = self._engine(self._bgr(image), use_det=False, use_cls=True, use_rec=False)
        return bool(found.cls_res and found.cls_res[0][0] == "180")

    def _bgr(self, image: Any) -> Any:
        return self._array(image)[:, :, ::-1].copy()


def _extent(corners: list[float], axis: int) -> float:
    return max(corners[axis::2]) - min(corners[axis::2])


def _box(corners: list[float]) -> tuple[int, int, int, int]:
    xs, ys = corners[0::2], corners[1::2]
    return (math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys)))


_COLOURED: Final = 0.0004
_SATURATED: Final = 40


def _is_coloured(image: Any) -> bool:
    """Whether ink of some colour can be told from black: on a photocopy a seal cannot."""
    small = image.copy()
    small.thumbnail((_COARSE, _COARSE))
    saturated = sum(small.convert("HSV").getchannel("S").histogram()[_SATURATED * 2 :])
    return bool(saturated >= _COLOURED * small.width * small.height)


# -- the program ---------------------------------------------------------------------------------------------


def _restrict(megabytes: int) -> None:
    """What may be taken of the machine. The road goes first."""
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, ADDRESSES * megabytes * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    sys.addaudithook(_no_network)
    threading.Thread(target=_watch, args=(megabytes,), daemon=True).start()


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    """A library that would fetch something says so instead."""
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind"}:
        raise PermissionError("the reader of papers uses no network")


def _watch(megabytes: int) -> None:
    """Ends the program when it has taken more than it may, whatever it is doing."""
    pause = threading.Event()
    while _most_taken() <= megabytes * 1024 * 1024:
        pause.wait(0.1)
    os._exit(TOO_MUCH)


_STATUS: Final = Path("/proc/self/status")


def _most_taken() -> int:
    """Bytes of memory, at most so far. Linux begins `ru_maxrss` with what the program took that started this one, which
    may be a large server; its VmHWM is of this program alone (proc(5), getrusage(2))."""
    if _STATUS.exists():
        with _STATUS.open(encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken if sys.platform == "darwin" else taken * 1024


def _more_time() -> None:
    """Seconds of a processor for one more paper."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + CPU_SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def _papers(stream: BinaryIO) -> Iterator[tuple[Json, bytes]]:
    """Header and content of each paper that comes."""
    while len(length := stream.read(4)) == 4:
        header = json.loads(stream.read(int.from_bytes(length, "big")))
        content = stream.read(header["size"])
        if len(content) == header["size"]:
            yield header, content


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer

    def answer(value: Json) -> None:
        answers.write(json.dumps(value, ensure_ascii=True) + "\n")

    _restrict(int(sys.argv[1]))
    model = Model()
    answer({"ready": f"rapidocr {version('rapidocr')}"})
    for header, content in _papers(sys.stdin.buffer):
        _more_time()
        try:
            for image in _decoded(content, header["format"], header["pages"]):
                answer({"page": model.page(image)})
        except MemoryError:
            answer({"problem": "too_heavy"})
        except Damaged:
            answer({"problem": "damaged"})
        else:
            answer({"done": True})


if __name__ == "__main__":
    main()
