"""Looks into one uploaded file: what it really is, and whether it keeps within bounds.

Files come from strangers and decoders are large C libraries, so this is a program of its own, run for one file with
little memory and time and without our secrets (`inspecting.py`):

    python -I inspector.py FORMAT < file

FORMAT is what the file's name promises. The verdict is one JSON object on standard output: the facts of a good file
(`format`, `width` and `height` of the first picture in pixels, `pages` of a document or frames of a picture) or
`problem`, one of our codes without "paper.". It imports nothing of ours, so that it starts in a tenth of a second. What a
decoder raises on a stranger's file means that the file is damaged, whatever it is.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import sys
import zipfile
from collections.abc import Callable
from typing import Any, Final

MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a file. Source: vendor, 5 MB."""
MOST_SIDE: Final = 10_000
"""Pixels along a side of a picture."""
MOST_PIXELS: Final = 40_000_000
"""Of all frames of a picture together: a scan of A4 at 600 dpi has 35 million."""
MOST_FRAMES: Final = 100
MOST_PAGES: Final = 50
"""Of a PDF: a contract with its annexes."""
MOST_ENTRIES: Final = 1_000
"""Files in a docx."""
MOST_INFLATED: Final = 64 * 1024 * 1024
"""Bytes of all files in a docx together."""
MEMORY: Final = 768 * 1024 * 1024
CPU_SECONDS: Final = 10

Facts = dict[str, Any]
Check = Callable[[bytes], Facts]


class Problem(Exception):
    """The file is not taken. `code`: one of ours, without "paper."."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect(content: bytes, promised: str) -> Facts:
    """The facts of a file that is what its name promises. Raises Problem."""
    if not content:
        raise Problem("empty")
    if len(content) > MOST_BYTES:
        raise Problem("too_large")
    found = next((name for magic, name in _MAGIC if content.startswith(magic)), None)
    if found is None:
        raise Problem("unknown_type")
    if found != promised:
        raise Problem("misnamed")
    try:
        return {"format": found, "width": 0, "height": 0, "pages": 1} | _CHECKS[found](content)
    except (Problem, MemoryError, ImportError):
        raise
    except Exception as error:
        raise Problem("damaged") from error


# -- pictures ------------------------------------------------------------------------------------------------

_PILLOW: Final = ("JPEG", "PNG", "GIF")


def _picture(content: bytes) -> Facts:
    """Every pixel is decoded: a picture that breaks off is of no use to a reviewer."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # we count ourselves, before anything is decoded
    with Image.open(io.BytesIO(content), formats=_PILLOW) as image:
        width, height = image.size
        if _pixels(image) > MOST_PIXELS:
            raise Problem("too_many_pixels")
        image.verify()
    with Image.open(io.BytesIO(content), formats=_PILLOW) as image:
        frames = pixels = 0
        while _seek(image, frames):
            frames += 1
            pixels += _pixels(image)
            if frames > MOST_FRAMES or pixels > MOST_PIXELS:
                raise Problem("too_many_frames")
            image.load()
    return {"width": width, "height": height, "pages": frames}


def _pixels(image: Any) -> int:
    width, height = image.size
    if max(width, height) > MOST_SIDE:
        raise Problem("too_many_pixels")
    return int(width * height)


def _seek(image: Any, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


# -- PDF -----------------------------------------------------------------------------------------------------


def _pdf(content: bytes) -> Facts:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Problem("encrypted" if locked else "damaged") from error
    if raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Problem("encrypted")
    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise Problem("active_content")
    if len(document) > MOST_PAGES:
        raise Problem("too_many_pages")
    for number in range(len(document)):
        document.get_page_size(number)
    return {"pages": len(document)}


# -- Word ----------------------------------------------------------------------------------------------------

_ENCRYPTED_ENTRY: Final = 0x1
_MACROS: Final = ("vbaproject.bin", "vbadata.xml")


def _docx(content: bytes) -> Facts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_INFLATED:
            raise Problem("inflates")
        if any(entry.flag_bits & _ENCRYPTED_ENTRY for entry in entries):
            raise Problem("encrypted")
        names = {entry.filename.lower() for entry in entries}
        if not {"[content_types].xml", "word/document.xml"} <= names:
            raise Problem("misnamed")
        if any(name.endswith(_MACROS) for name in names):
            raise Problem("active_content")
        _inflate(archive, entries)
    return {}


def _inflate(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack everything into nothing: sizes that an archive claims may be lies, checksums are not."""
    left = MOST_INFLATED
    for entry in entries:
        with archive.open(entry) as packed:
            while piece := packed.read(1 << 16):
                left -= len(piece)
                if left < 0:
                    raise Problem("inflates")


_DIRECTORY_ENTRY: Final = 128
_FIRST_SECTOR: Final = 512
_WORD_IDENT: Final = 0xA5EC
_WORD_ENCRYPTED: Final = 0x0100
_MINI_STREAM: Final = 4096
"""Smaller streams lie elsewhere; the text of a Word document never is."""


def _doc(content: bytes) -> Facts:
    """An OLE file with a Word document in it. Sources: MS-CFB 2.6.1 (directory entry), MS-DOC 2.5.2 (FibBase)."""
    if _entry(content, "EncryptedPackage") is not None:
        raise Problem("encrypted")
    document = _entry(content, "WordDocument")
    if document is None:
        raise Problem("misnamed")
    if any(_entry(content, name) is not None for name in ("Macros", "_VBA_PROJECT")):
        raise Problem("active_content")
    (sector_shift,) = struct.unpack_from("<H", content, 30)
    start, size = struct.unpack_from("<II", document, 116)
    ident, *_, flags = struct.unpack_from("<6H", content, (start + 1) << sector_shift)
    if ident != _WORD_IDENT or size < _MINI_STREAM:
        raise Problem("damaged")
    if flags & _WORD_ENCRYPTED:
        raise Problem("encrypted")
    return {}


def _entry(content: bytes, name: str) -> bytes | None:
    """The directory entry of a stream or storage: its name in UTF-16, filled up to 64 bytes, then its length."""
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<H", len(written))
    at = content.find(head, _FIRST_SECTOR)
    while at >= 0 and at % _DIRECTORY_ENTRY:
        at = content.find(head, at + 1)
    return content[at : at + _DIRECTORY_ENTRY] if at >= 0 else None


# -- tables, and the program ---------------------------------------------------------------------------------

_MAGIC: Final = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"PK\x03\x04", "docx"),
)
_CHECKS: Final[dict[str, Check]] = {
    "jpeg": _picture,
    "png": _picture,
    "gif": _picture,
    "pdf": _pdf,
    "docx": _docx,
    "doc": _doc,
}


def _restrict() -> None:
    """What may be taken of the machine. The road goes first."""
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def main() -> None:
    _restrict()
    try:
        verdict = inspect(sys.stdin.buffer.read(MOST_BYTES + 1), sys.argv[1])
    except Problem as problem:
        verdict = {"problem": problem.code}
    except MemoryError:
        verdict = {"problem": "too_heavy"}
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main()
