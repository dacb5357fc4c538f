"""Files to upload, made on the spot: good ones of each format, and those that hide something. Nothing in them is real."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_SECTOR = 10
"""Where the made-up Word files have their text, in sectors of 512 bytes behind the header."""


# -- pictures ------------------------------------------------------------------------------------------------


def picture(format_: str = "png", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A real picture with a gradient, so that it has some content to break off from."""
    image = Image.linear_gradient("L").resize(size).convert("P" if format_ == "gif" else "RGB")
    return _saved(image, format_, **options)


def heavy_picture(side: int = 1500) -> bytes:
    """A picture of noise, which nothing makes smaller: about a byte for each pixel."""
    return _saved(Image.effect_noise((side, side), 100), "png")


def moving_picture(frames: int, size: tuple[int, int] = (20, 20)) -> bytes:
    """A GIF whose frames differ, so that none is left out."""
    images = [Image.new("P", size, number % 256) for number in range(frames)]
    return _saved(images[0], "gif", save_all=True, append_images=images[1:], optimize=False)


def _saved(image: Image.Image, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size; with so little data they are damaged as well."""
    return png(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), _data(b"\0" * 100))


def inflating_png(width: int, height: int) -> bytes:
    """A whole picture of one colour: some 40 KB for 40 million pixels."""
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(b"\0" * (width + 1)) for _ in range(height)) + squeeze.flush()
    return png(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), _chunk(b"IDAT", data))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


def _data(raw: bytes) -> bytes:
    return _chunk(b"IDAT", zlib.compress(raw))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# -- PDF -----------------------------------------------------------------------------------------------------


def pdf(pages: int = 1, *, script: bool = False, encrypt: str = "") -> bytes:
    """The smallest PDF. `encrypt`: "locked" for one that asks for a password, "open" for one that shows itself without
    one but is protected all the same."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R%s >>"
        % (b" /Names << /JavaScript << /Names [(x) 3 0 R] >> >>" if script else b""),
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (pages, b" ".join(b"%d 0 R" % (number + 4) for number in range(pages))),
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    trailer = b""
    if encrypt:
        objects.append(_encryption(locked=encrypt == "locked"))
        trailer = b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    return _numbered(objects, trailer)


def _numbered(objects: list[bytes], trailer: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _encryption(*, locked: bool) -> bytes:
    """The standard handler, revision 2 (ISO 32000-1, 7.6.3), with an empty user password unless locked."""
    from hashlib import md5

    owner = b"\x11" * 32
    key = md5(_PADDING + owner + struct.pack("<i", -4) + b"\0").digest()[:5]
    user = b"\x22" * 32 if locked else _rc4(key, _PADDING)
    return b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# -- Word ----------------------------------------------------------------------------------------------------


def docx(*, without: str = "", **others: bytes) -> bytes:
    """A zip with the parts that Word needs; `others` are further ones, with `__` for `/` and `_dot_` for `.`."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<document/>",
    } | {name.replace("__", "/").replace("_dot_", "."): body for name, body in others.items()}
    parts.pop(without, None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def doc(*entries: str, encrypted: bool = False) -> bytes:
    """An OLE file: header, a directory with the named entries, and a stream that begins like Word's."""
    header = (_OLE_MAGIC + b"\0" * 22 + struct.pack("<H", 9)).ljust(512, b"\0")
    directory = b"".join(_entry(name) for name in ("Root Entry", *(entries or ("WordDocument",))))
    fib = struct.pack("<6H", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if encrypted else 0)
    text = (header + directory).ljust((_WORD_SECTOR + 1) * 512, b"\0") + fib
    return text.ljust(len(text) + 4096, b"\0")


def _entry(name: str) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<H", len(written))
    return head.ljust(116, b"\0") + struct.pack("<II", _WORD_SECTOR, 4096) + b"\0" * 4
