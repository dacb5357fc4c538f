"""Reads a browser's upload form as its bytes come: fields first, one file last, what stands behind it is passed over.

Source: OSS PostObject. Field names are read without regard to case, as the vendor's own examples differ.
"""

from __future__ import annotations

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from hongyan.apis.aliyun.oss.answers import OssError
from hongyan.apis.aliyun.oss.body import OssSettings

_FILE = "file"


class Form:
    """Feed it the body. `fields`: by lower-case name; whole once `file_name` is not None, which is when the file's content
    begins to collect in `content`. `ended`: the last boundary was there."""

    def __init__(self, content_type: bytes, settings: OssSettings) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise OssError("RequestIsNotMultiPartContent")
        self._settings = settings
        self.most = settings.max_file
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self.content = bytearray()
        self.ended = False
        self._parts = 0
        self._size = 0
        self._name: str | None = None
        self._header = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._value = bytearray()
        self._in_file = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_begin": self._header.clear,
                    "on_header_field": self._collect_header,
                    "on_header_value": self._collect_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise OssError("MalformedPOSTRequest") from None

    def feed(self, piece: bytes) -> None:
        """Raises OssError."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise OssError("MalformedPOSTRequest") from None

    # What the parser tells

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > self._settings.max_parts:
            raise OssError("FieldItemTooLong", most=f"{self._settings.max_parts} parts")
        self._headers.clear()
        self._value.clear()

    def _collect_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _collect_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = _text(options.get(b"name", b""))
        if self._name.lower() != _FILE:
            return
        if self.file_name is not None:
            raise OssError("IncorrectNumberOfFilesInPOSTRequest")
        self.file_name = _text(options.get(b"filename", b""))
        self._in_file = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            if len(self.content) + end - start > self.most:
                raise OssError("EntityTooLarge")
            self.content += data[start:end]
        elif self.file_name is None:
            self._size += end - start
            if self._size > self._settings.max_fields:
                raise OssError("FieldItemTooLong", most=f"{self._settings.max_fields} bytes")
            self._value += data[start:end]

    def _end_part(self) -> None:
        if self.file_name is None and self._name:
            name = self._name.lower()
            if name in self.fields:
                raise OssError("InvalidArgument", name=name[:64])
            self.fields[name] = _text(self._value)
        self._in_file = False

    def _end(self) -> None:
        self.ended = True


def _text(raw: bytes | bytearray) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise OssError("MalformedPOSTRequest") from None
