"""The multipart parser of uploads: any cut of a good form reads the same, any bad one is refused within bounds."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upload_forms import BOUNDARY, end, form, part

from hongyan.apis.aliyun.oss.answers import OssError
from hongyan.apis.aliyun.oss.body import OssSettings
from hongyan.apis.aliyun.oss.form import Form

TYPE = f"multipart/form-data; boundary={BOUNDARY}".encode()
FIELDS = {"key": "1/a.jpg", "policy": "e30=", "OSSAccessKeyId": "UPLOAD.1.x", "Signature": "c2ln"}
SETTINGS = OssSettings(max_file=2_000, max_fields=1_000, max_parts=10)


def read(body: bytes, size: int = 65_536, settings: OssSettings = SETTINGS) -> Form:
    found = Form(TYPE, settings)
    for at in range(0, len(body), size):
        found.feed(body[at : at + size])
    return found


def refused(body: bytes, settings: OssSettings = SETTINGS) -> str:
    with pytest.raises(OssError) as error:
        read(body, settings=settings)
    return error.value.code


@given(
    content=st.binary(max_size=1_500),
    value=st.text(max_size=60),
    size=st.integers(1, 400),
    file_name=st.text("abc.-_", max_size=12),
)
@settings(deadline=None)
def test_a_form_reads_the_same_in_pieces_of_any_size(
    content: bytes, value: str, size: int, file_name: str
) -> None:
    found = read(form(FIELDS | {"x-oss-meta-note": value}, content, file_name), size)
    assert found.fields == {name.lower(): text for name, text in FIELDS.items()} | {"x-oss-meta-note": value}
    assert (bytes(found.content), found.file_name, found.ended) == (content, file_name, True)


@given(seed=st.integers(0, 2**32), changes=st.integers(1, 30), size=st.integers(1, 300), keep=st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_a_broken_form_is_read_or_refused_and_nothing_else(
    seed: int, changes: int, size: int, keep: float
) -> None:
    chance = random.Random(seed)
    body = bytearray(form(FIELDS, bytes(range(256)) * 4))
    for _ in range(changes):
        place, kind = chance.randrange(len(body)), chance.randrange(3)
        match kind:
            case 0:
                body[place] = chance.randrange(256)
            case 1:
                body[place:place] = chance.choice((b"\r\n", b"--", b"\r\n--" + BOUNDARY.encode(), b'"', b":"))
            case _:
                del body[place : place + chance.randrange(40)]
    with contextlib.suppress(OssError):
        found = read(bytes(body[: int(len(body) * keep) + 1]), size)
        assert len(found.content) <= SETTINGS.max_file
        assert sum(map(len, found.fields.values())) <= SETTINGS.max_fields


def test_what_stands_behind_the_file_is_passed_over() -> None:
    body = (
        part("key", "1/a.jpg") + part("file", b"x", "a.jpg") + part("key", "1/b.jpg") + part("submit", "ok")
    )
    found = read(body + end())
    assert (found.fields, bytes(found.content), found.ended) == ({"key": "1/a.jpg"}, b"x", True)


def test_names_are_read_without_regard_to_case() -> None:
    found = read(part("KEY", "1/a.jpg") + part("signature", "s") + part("File", b"x", "a.jpg") + end())
    assert (found.fields, found.file_name) == ({"key": "1/a.jpg", "signature": "s"}, "a.jpg")


def test_a_file_without_a_name_is_a_file() -> None:
    assert read(part("file", b"x") + end()).file_name == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (part("file", b"x", "a") + part("file", b"y", "b") + end(), "IncorrectNumberOfFilesInPOSTRequest"),
        (part("key", "1/a") + part("Key", "1/b") + end(), "InvalidArgument"),
        (part("key", b"\xff\xfe") + end(), "MalformedPOSTRequest"),
        (part("key", "x" * 1_001) + end(), "FieldItemTooLong"),
        (b"".join(part(f"f{n}", "") for n in range(11)) + end(), "FieldItemTooLong"),
        (part("file", b"x" * 2_001, "a") + end(), "EntityTooLarge"),
        (b"key=1&policy=2", "MalformedPOSTRequest"),
        (b"--another\r\n\r\n", "MalformedPOSTRequest"),
        (f"--{BOUNDARY}\r\n".encode() + b"x" * 10_000, "MalformedPOSTRequest"),
        (f"--{BOUNDARY}\r\n".encode() + b"a: b\r\n" * 100, "MalformedPOSTRequest"),
        (f"--{BOUNDARY}\r\n".encode() + b"a: " + b"b" * 10_000, "MalformedPOSTRequest"),
    ],
)
def test_what_breaks_a_rule_is_refused(body: bytes, code: str) -> None:
    assert refused(body) == code


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        (b"", "RequestIsNotMultiPartContent"),
        (b"application/x-www-form-urlencoded", "RequestIsNotMultiPartContent"),
        (b"multipart/form-data", "RequestIsNotMultiPartContent"),
        (b"multipart/mixed; boundary=x", "RequestIsNotMultiPartContent"),
        (b"multipart/form-data; boundary=" + b"x" * 1_000, "MalformedPOSTRequest"),
    ],
)
def test_a_body_that_is_no_form_is_refused_by_its_type(content_type: bytes, code: str) -> None:
    with pytest.raises(OssError) as error:
        Form(content_type, SETTINGS)
    assert error.value.code == code
