"""All protocols by name: every vector both ways, meanings in both languages, and any octets without a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.dialects import NAMES, Dialect, DialectName, dialect, read, readable_by
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.meanings import Words, message_time, report_date, stamp, version

FOLDER = Path(__file__).parents[1] / "vectors"
CASES: list[tuple[DialectName, dict[str, Any]]] = [
    (name, vector) for name in NAMES for vector in json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
]
EACH = pytest.mark.parametrize(("name", "vector"), CASES, ids=[vector["name"] for _, vector in CASES])

SHOWN_TOO = {"SGIP_SUBMIT": {"Reserve"}, "submit_multi": {"sm_length", "short_message_hex"}}
"""What one vector has and others of the same PDU have not; we show all of it."""


@EACH
def test_every_vector_is_shown_with_its_names_and_values(name: DialectName, vector: dict[str, Any]) -> None:
    reading = read(dialect(name), bytes.fromhex(vector["hex"]))
    assert (reading.fault, reading.pdu) == (None, vector["pdu"])
    extra = reading.fields.keys() - vector["fields"].keys()
    assert extra <= SHOWN_TOO.get(vector["pdu"], set())
    assert {key: value for key, value in reading.fields.items() if key not in extra} == vector["fields"]


@EACH
def test_every_vector_is_written_from_its_names_and_values(name: DialectName, vector: dict[str, Any]) -> None:
    spoken = dialect(name)
    assert spoken.encode(spoken.from_json(vector)).hex() == vector["hex"]
    reading = read(spoken, bytes.fromhex(vector["hex"]))
    shown = json.loads(json.dumps({"pdu": reading.pdu, "fields": reading.fields}))
    assert spoken.encode(spoken.from_json(shown)).hex() == vector["hex"]


def as_hex_text(value: Any) -> Any:
    """Every integer as 0x text, also inside lists and records."""
    match value:
        case bool():
            return value
        case int():
            return hex(value)
        case list():
            return [as_hex_text(each) for each in value]
        case dict():
            return {key: as_hex_text(each) for key, each in value.items()}
        case _:
            return value


@EACH
def test_integers_may_be_given_as_hex_text(name: DialectName, vector: dict[str, Any]) -> None:
    spoken = dialect(name)
    given_so = {"pdu": vector["pdu"], "fields": as_hex_text(vector["fields"])}
    assert spoken.encode(spoken.from_json(given_so)).hex() == vector["hex"]


@EACH
def test_lengths_counts_and_the_command_may_be_left_out(name: DialectName, vector: dict[str, Any]) -> None:
    spoken = dialect(name)
    spec = spoken.spec_of(spoken.decode(bytes.fromhex(vector["hex"]))) if spoken.spec_of else None
    spec = spec or spoken.specs[int(vector["fields"][spoken.header[1].name], 16)]
    computed = spec.computed | {spoken.header[0].name, spoken.header[1].name, "udh_hex"}
    fields = {key: value for key, value in vector["fields"].items() if key not in computed}
    other_layout = spoken.specs[spec.command_id] != spec
    if not other_layout:
        assert (
            spoken.encode(spoken.from_json({"pdu": vector["pdu"], "fields": fields})).hex() == vector["hex"]
        )


@EACH
def test_every_name_is_a_name_and_every_value_must_fit(name: DialectName, vector: dict[str, Any]) -> None:
    spoken = dialect(name)
    for key in ("colour", "command_Length", ""):
        with pytest.raises(FieldError) as caught:
            spoken.encode(spoken.from_json({**vector, "fields": vector["fields"] | {key: 1}}))
        assert caught.value.facts["field"] == key
    for key in vector["fields"].keys() - {"DestTermIDCount" if vector["pdu"] == "SMGP_DELIVER" else ""}:
        for wrong in (None, True, 1.5, {"a": 1}, "\u4e2d", "x" * 70_000, -1):
            changed = vector["fields"] | {key: wrong}
            with pytest.raises(FieldError) as caught:
                spoken.encode(spoken.from_json({**vector, "fields": changed}))
            assert caught.value.zh != caught.value.en


@EACH
def test_every_field_of_a_readable_frame_has_its_place(name: DialectName, vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    spans = read(dialect(name), frame).spans
    assert spans[0].start == 0
    assert spans[-1].end == len(frame)
    assert all(one.end == other.start for one, other in pairwise(spans))


def test_a_frame_of_another_protocol_is_recognised() -> None:
    frame = next(bytes.fromhex(each["hex"]) for _, each in CASES if each["name"] == "cmpp3_submit_ucs2_fmt8")
    assert read(dialect("cmpp2"), frame).fault is not None
    assert [other.name for other in readable_by(frame, "cmpp2")] == ["cmpp3"]
    assert list(readable_by(b"\0\0\0", "cmpp2")) == []


# -- meanings ------------------------------------------------------------------------------------------------


def words_in(spoken: Dialect, reading: Any) -> Iterator[Words]:
    for key, value in reading.fields.items():
        meaning = spoken.meaning(reading.pdu, key)
        found = meaning(value) if meaning is not None and not isinstance(value, list | dict) else None
        if found is not None:
            yield found
    for note in reading.notes:
        yield note.label
        yield note.words


@EACH
def test_every_value_of_the_vectors_is_explained_in_both_languages(
    name: DialectName, vector: dict[str, Any]
) -> None:
    spoken = dialect(name)
    reading = read(spoken, bytes.fromhex(vector["hex"]))
    assert vector["pdu"] in spoken.commands
    for words in words_in(spoken, reading):
        assert words.en
        assert words.zh
        assert "not defined" not in words.en
        assert words.en.isascii() or words.en == words.zh, "Chinese among the English words"


@EACH
def test_the_text_of_a_message_is_shown(name: DialectName, vector: dict[str, Any]) -> None:
    notes = {note.label.en: note.words.en for note in read(dialect(name), bytes.fromhex(vector["hex"])).notes}
    if "text_encoding" in vector and vector["pdu"] != "replace_sm":
        assert notes["text"] in vector["text"] or vector["text_encoding"] == "ascii"
        assert ("part" in notes) == ("part" in vector["name"])


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_words_and_every_meaning_belongs_to_a_field(name: DialectName) -> None:
    spoken = dialect(name)
    assert {spec.name for spec in spoken.specs.values()} == spoken.commands.keys()
    known = {each.name for each in spoken.header}
    for spec in [spec for other in map(dialect, NAMES) for spec in other.specs.values()]:
        if spec.name not in spoken.commands:
            continue
        for each in spec.fields:
            known |= {each.name, f"{spec.name}.{each.name}"}
            item = getattr(each, "item", None)
            layouts = item.layouts.values() if hasattr(item, "layouts") else [item]
            known |= {inner.name for layout in layouts if isinstance(layout, tuple) for inner in layout}
            known |= {item.flag} if hasattr(item, "flag") else set()
        known |= {f"{spec.name}.{each.name}" for each in spoken.header}
    known |= {row.name for row in spoken.tlvs.rows} if spoken.tlvs else set()
    known |= {"TLVs", "stat", "submit_date", "done_date", "Stat", "Submit_time", "Done_time"}
    known |= {"SMGP_DELIVER.DestTermIDCount"}
    assert spoken.meanings.keys() <= known


TIME = message_time(Words("none", "无"))


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("", "none"),
        ("240316102030032+", "2024-03-16 10:20:30 UTC+08:00"),
        ("240316102030518-", "2024-03-16 10:20:30 UTC-04:30"),
        ("000002003000000R", "2 days, 30 minutes from now"),
        ("000000000000000R", "0 seconds from now"),
        ("tomorrow", "not a time of this protocol"),
    ],
)
def test_times_are_read_out(text: str, en: str) -> None:
    words = TIME(text)
    assert words is not None
    assert words.en == en
    assert words.zh


def test_other_numbers_are_read_out() -> None:
    assert stamp(315102030) == Words("03-15 10:20:30", "03-15 10:20:30")
    assert stamp(4_294_967_295) == Words("42-94 96:72:95", "42-94 96:72:95")
    assert version(0x34) == Words("3.4", "3.4")
    assert report_date("2403151020") == Words("2024-03-15 10:20", "2024-03-15 10:20")
    assert report_date("soon") is None


# -- anything ------------------------------------------------------------------------------------------------

FRAMES = st.binary(max_size=300) | st.sampled_from([bytes.fromhex(v["hex"]) for _, v in CASES])


@st.composite
def frames_of(draw: st.DrawFn, spoken: Dialect) -> bytes:
    """Frames with the length and a command of a protocol and any body, and frames of the vectors, changed and cut."""
    if draw(st.booleans()):
        command = draw(st.sampled_from(sorted(spoken.specs)))
        rest = draw(st.binary(min_size=spoken.header_size - 8, max_size=200))
        return (8 + len(rest)).to_bytes(4, "big") + command.to_bytes(4, "big") + rest
    frame = bytearray(draw(FRAMES))
    for at in draw(st.lists(st.integers(0, 299), max_size=3)):
        if at < len(frame):
            frame[at] = draw(st.integers(0, 255))
    return bytes(frame[: draw(st.integers(0, 300))])


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_octets_are_shown_and_explained(name: DialectName, data: st.DataObject) -> None:
    spoken = dialect(name)
    frame = data.draw(frames_of(spoken))
    reading = read(spoken, frame)
    json.dumps(reading.fields)
    assert list(words_in(spoken, reading)) is not None
    if reading.fault is None:
        assert len(frame) == int.from_bytes(frame[:4], "big")
        return
    assert 0 <= reading.fault.offset <= len(frame)
    assert reading.fault.en
    assert reading.fault.field or "octets after" in reading.fault.en, "a decoder stricter than its tables"


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_shown_is_understood_again(name: DialectName, data: st.DataObject) -> None:
    spoken = dialect(name)
    frame = data.draw(frames_of(spoken))
    reading = read(spoken, frame)
    if reading.fault is not None:
        return
    shown = json.loads(json.dumps({"pdu": reading.pdu, "fields": reading.fields}))
    try:
        again = spoken.encode(spoken.from_json(shown))
    except FieldError:  # longer than we would write it, or a parameter twice
        assert name == "smpp34"
        return
    assert spoken.decode(again) == spoken.decode(frame)
