"""What the codecs of all protocols have in common: catalogues, streams, any value of any field, text in content.

Vectors one by one stand in test_dialects, spoilt octets in test_fuzz_all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.dialects import NAMES, Dialect, DialectName, dialect, read
from hongyan.protocols.session.core import RESPONSE
from hongyan.protocols.wire.errors import FieldError, FrameError
from hongyan.protocols.wire.fields import (
    Blob,
    Choice,
    CString,
    Field,
    FixedText,
    Octets,
    PduSpec,
    Repeated,
    UInt,
)
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.mainland import text_of

EACH = pytest.mark.parametrize("name", NAMES)
WITHOUT_ANSWER = {"outbind", "alert_notification", "generic_nack"}


def vectors(name: DialectName) -> list[dict[str, Any]]:
    path = Path(__file__).parents[1] / "vectors" / f"{name}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def frames(name: DialectName) -> list[bytes]:
    return [bytes.fromhex(vector["hex"]) for vector in vectors(name)]


def reader(name: DialectName, limit: int = 0) -> FrameReader:
    spoken = dialect(name)
    return FrameReader(spoken.header_size, limit or spoken.frame_limit)


# --- catalogues --------------------------------------------------------------------------------------------


@EACH
def test_every_request_has_its_answer_and_no_name_stands_twice(name: DialectName) -> None:
    specs = dialect(name).specs
    assert len({spec.name for spec in specs.values()}) == len(specs)
    for command_id, spec in specs.items():
        assert command_id == spec.command_id
        if spec.name not in WITHOUT_ANSWER:
            request = specs[command_id & ~RESPONSE].name
            assert specs[command_id | RESPONSE].name.lower() == f"{request}_resp".lower()
    assert not dialect(name).not_read.keys() & specs.keys()


@EACH
def test_json_that_is_no_pdu_is_refused(name: DialectName) -> None:
    for shown in ({}, {"pdu": "NO_SUCH_PDU"}, {"pdu": vectors(name)[0]["pdu"], "fields": [1]}):
        with pytest.raises(FieldError):
            dialect(name).from_json(shown)


# --- streams -----------------------------------------------------------------------------------------------


@EACH
def test_all_vectors_in_one_stream_come_out_one_octet_at_a_time(name: DialectName) -> None:
    stream = reader(name)
    found = [frame for octet in b"".join(frames(name)) for frame in stream.feed(bytes((octet,)))]
    assert found == frames(name)


@EACH
@pytest.mark.parametrize("length", ["0", "header - 1", "limit + 1", "all bits"])
def test_a_length_that_cannot_be_ends_the_stream_and_hands_over_what_came_before(
    name: DialectName, length: str
) -> None:
    spoken = dialect(name)
    wrong = {
        "0": 0, "header - 1": spoken.header_size - 1, "limit + 1": spoken.frame_limit + 1, "all bits": 0xFFFFFFFF,
    }[length]  # fmt: skip
    whole = frames(name)[-1]
    with pytest.raises(FrameError) as caught:
        reader(name).feed(whole + wrong.to_bytes(4, "big"))
    assert caught.value.frames == [whole]


@EACH
@given(data=st.binary(max_size=200), size=st.integers(1, 40))
def test_any_octets_are_frames_or_an_error_of_the_stream(name: DialectName, data: bytes, size: int) -> None:
    stream = reader(name, limit=100)
    for at in range(0, len(data), size):
        try:
            found = stream.feed(data[at : at + size])
        except FrameError:
            return
        assert stream.held < 100
        for frame in found:
            read(dialect(name), frame)


# --- any PDU, there and back -------------------------------------------------------------------------------

LATIN_1 = st.characters(min_codepoint=1, max_codepoint=255)


def values_of(each: Field) -> st.SearchStrategy[Any]:
    """Values that fit a field, as JSON has them."""
    match each:
        case UInt():
            return st.integers(0, (1 << 8 * each.size) - 1)
        case FixedText():
            return st.text(LATIN_1, max_size=each.width).map(lambda text: text.rstrip(" "))
        case CString():
            return st.text(LATIN_1, max_size=each.limit - 1)
        case Octets():
            return st.binary(min_size=each.width, max_size=each.width).map(bytes.hex)
        case Blob():
            return st.binary(max_size=min(each.limit, 300)).map(bytes.hex)
        case Repeated(item=Choice() as choice):
            layouts = [
                records_of(inner).map(lambda record, flag=flag: {choice.flag: flag, **record})  # type: ignore[misc]
                for flag, inner in choice.layouts.items()
            ]
            return st.lists(st.one_of(layouts), max_size=4)
        case Repeated(item=tuple() as inner):
            return st.lists(records_of(inner), max_size=4)
        case Repeated(item=item):
            assert not isinstance(item, tuple | Choice)
            return st.lists(values_of(item), max_size=5)


def records_of(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({each.name: values_of(each) for each in fields})


def shown_name(spoken: Dialect, each: Field) -> str:
    named = spoken.shown_names.get(each.name, each.name)
    return f"{named}_hex" if isinstance(each, Octets) and spoken.name == "sgip" else named


def pdus_of(spoken: Dialect, spec: PduSpec) -> st.SearchStrategy[dict[str, Any]]:
    fields = {
        shown_name(spoken, each): values_of(each) for each in spec.fields if each.name not in spec.computed
    }
    return st.fixed_dictionaries({"pdu": st.just(spec.name), "fields": st.fixed_dictionaries(fields)})


@EACH
@given(data=st.data())
def test_whatever_fits_the_fields_comes_back_as_it_went(name: DialectName, data: st.DataObject) -> None:
    spoken = dialect(name)
    spec = data.draw(st.sampled_from(sorted(spoken.specs.values(), key=lambda spec: spec.name)))
    pdu = spoken.from_json(data.draw(pdus_of(spoken, spec)))
    frame = spoken.encode(pdu)
    assert int.from_bytes(frame[:4], "big") == len(frame) <= spoken.frame_limit
    assert spoken.decode(frame) == pdu
    shown = json.loads(json.dumps(spoken.to_json(pdu, len(frame))))
    if (
        "text" not in shown["fields"]
    ):  # of submit_multi: an octet that its coding has not cannot be told twice
        assert spoken.encode(spoken.from_json(shown)) == frame


# --- content -----------------------------------------------------------------------------------------------


@EACH
def test_the_text_of_every_vector_is_read_with_its_place_in_a_long_one(name: DialectName) -> None:
    spoken = dialect(name)
    for vector in vectors(name):
        if "text_encoding" not in vector or vector["pdu"] in ("replace_sm", "submit_multi"):
            continue
        content = spoken.messages.read_content(spoken.decode(bytes.fromhex(vector["hex"])))
        assert content.text
        assert content.text in vector["text"] or vector["text_encoding"] == "ascii"
        place = vector["name"].rpartition("_part")[2] if "_part" in vector["name"] else ""
        concat = content.concat
        assert (f"{concat.index}of{concat.total}" if concat else "") == place


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, "4041ff", "@A\ufffd"),
        (3, "41", None),
        (4, "41", None),
        (8, "4e2d", "中"),
        (8, "feff4e2d00", "中"),
        (8, "d83dde0041", "😀"),
        (15, "a1be8139ee39", "【㐀"),
        (15, "9439fc36", "😀"),
        (15, "a1", "\ufffd"),
        (0x10, "40", "@"),
        (0x18, "4e2d", "中"),
        (0x1B, "4e2d", "中"),
        (0x14, "41", None),
        (99, "41", None),
        (246, "41", None),
    ],
)
def test_codings_of_the_mainland_are_read_or_known_as_binary(
    coding: int, octets: str, text: str | None
) -> None:
    assert text_of(bytes.fromhex(octets), coding) == text


@given(st.integers(0, 255), st.binary(max_size=140))
def test_no_octets_make_a_text_of_the_mainland_fail(coding: int, octets: bytes) -> None:
    assert text_of(octets, coding) is None or isinstance(text_of(octets, coding), str)
