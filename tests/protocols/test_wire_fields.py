"""Encoders and decoders made from field lists, with layouts of the Chinese protocols as examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.wire.errors import BodyError, FieldError
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
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.json_form import fields_from_json, fields_to_json
from hongyan.protocols.wire.readers import compile_reader
from hongyan.protocols.wire.writers import compile_writer

VECTORS = Path(__file__).parents[1] / "vectors"

# CMPP 2.0 SUBMIT: fixed-width text, numbers counted by another field, content counted by another field.
CMPP2_SUBMIT: tuple[Field, ...] = (
    Octets("Msg_Id", 8),
    *(UInt(name) for name in ("Pk_total", "Pk_number", "Registered_Delivery", "Msg_level")),
    FixedText("Service_Id", 10),
    UInt("Fee_UserType"),
    FixedText("Fee_terminal_Id", 21),
    *(UInt(name) for name in ("TP_pId", "TP_udhi", "Msg_Fmt")),
    FixedText("Msg_src", 6),
    FixedText("FeeType", 2),
    FixedText("FeeCode", 6),
    FixedText("ValId_Time", 17),
    FixedText("At_Time", 17),
    FixedText("Src_Id", 21),
    UInt("DestUsr_tl"),
    Repeated("Dest_terminal_Id", "DestUsr_tl", FixedText("number", 21)),
    UInt("Msg_Length"),
    Blob("Msg_Content", "Msg_Length", 140),
    FixedText("Reserve", 8),
)

EVERYTHING: tuple[Field, ...] = (
    UInt("small"),
    UInt("wide", 8),
    FixedText("padded", 6),
    Octets("raw", 3),
    CString("free", 9),
    UInt("count"),
    Repeated("items", "count", Choice("kind", {1: (UInt("number", 4),), 2: (CString("name", 5),)})),
    UInt("rows_count", 2),
    Repeated("rows", "rows_count", (UInt("a"), FixedText("b", 2))),
    UInt("size", 4),
    Blob("data", "size", 20),
    UInt("last", 2),
)
SPEC = PduSpec("everything", 1, EVERYTHING)

LATIN = st.characters(min_codepoint=0x21, max_codepoint=0xFF)
VALUES = st.fixed_dictionaries(
    {
        "small": st.integers(0, 255),
        "wide": st.integers(0, 2**64 - 1),
        "padded": st.text(LATIN, max_size=6),
        "raw": st.binary(min_size=3, max_size=3),
        "free": st.text(LATIN, max_size=8),
        "items": st.lists(
            st.fixed_dictionaries({"kind": st.just(1), "number": st.integers(0, 2**32 - 1)})
            | st.fixed_dictionaries({"kind": st.just(2), "name": st.text(LATIN, max_size=4)}),
            max_size=4,
        ),
        "rows": st.lists(
            st.fixed_dictionaries({"a": st.integers(0, 255), "b": st.text(LATIN, max_size=2)}), max_size=4
        ),
        "data": st.binary(max_size=20),
        "last": st.integers(0, 65535),
    }
)
WRITE = compile_writer(EVERYTHING, "everything")
READ = compile_reader(EVERYTHING, "everything")


@given(VALUES)
def test_what_is_written_is_read_back(values: dict[str, Any]) -> None:
    octets = WRITE(**values)
    read, end = READ(octets, 0)
    assert read == values
    assert end == len(octets)
    assert list(read) == list(SPEC.names)


@given(VALUES, st.data())
def test_a_cut_body_is_a_fault_and_never_something_else(values: dict[str, Any], data: st.DataObject) -> None:
    octets = WRITE(**values)
    cut = octets[: data.draw(st.integers(0, len(octets) - 1))]
    with pytest.raises(READ_FAULTS):
        READ(cut, 0)


@given(st.binary(max_size=120))
def test_any_octets_are_read_or_are_a_fault(octets: bytes) -> None:
    try:
        values, end = READ(octets, 0)
    except READ_FAULTS:
        return
    assert end <= len(octets)
    assert set(values) == set(SPEC.names)


@given(VALUES, st.sets(st.sampled_from([each.name for each in EVERYTHING if each.name not in SPEC.computed])))
def test_constants_change_the_arguments_and_not_the_octets(values: dict[str, Any], names: set[str]) -> None:
    constants = {name: values[name] for name in names}
    rest = {name: values[name] for name in SPEC.names if name not in names}
    special = compile_writer(EVERYTHING, "special", constants)
    assert special(**rest) == WRITE(**values)
    assert special(*rest.values()) == WRITE(**values)


@given(VALUES)
def test_json_and_back(values: dict[str, Any]) -> None:
    shown = json.loads(json.dumps(fields_to_json(SPEC, values)))
    assert fields_from_json(SPEC, shown) == values
    assert shown["size"] == len(values["data"])


def test_missing_values_are_zero_or_empty() -> None:
    assert READ(WRITE(), 0)[0] == {
        "small": 0,
        "wide": 0,
        "padded": "",
        "raw": bytes(3),
        "free": "",
        "items": [],
        "rows": [],
        "data": b"",
        "last": 0,
    }


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"small": 256}, "small", "does not fit 1 octets: 256"),
        ({"small": -1}, "small", "does not fit 1 octets: -1"),
        ({"small": "1"}, "small", "must be an integer, not str"),
        ({"wide": 2**64}, "wide", f"does not fit 8 octets: {2**64}"),
        ({"padded": "1234567"}, "padded", "has 7 characters; 6 fit"),
        ({"padded": "a\0"}, "padded", "contains NUL"),
        ({"free": "123456789"}, "free", "has 9 characters; 8 fit"),
        ({"free": "a\0b"}, "free", "contains NUL"),
        ({"free": "中"}, "free", "has characters that are not octets"),
        ({"free": b"a"}, "free", "must be text, not bytes"),
        ({"raw": b"ab"}, "raw", "must have 3 octets, not 2"),
        ({"data": bytes(21)}, "data", "has 21 octets; 20 fit"),
        ({"data": "text"}, "data", "must be bytes, not str"),
        ({"items": 5}, "items", "must be a list, not int"),
        ({"items": [{"kind": 2, "name": ""}, {"kind": 3}]}, "items", "[1] kind must be one of [1, 2], not 3"),
        ({"items": [{"kind": 1, "nmber": 3}]}, "items", "[0] nmber is not a field"),
        ({"items": [{"kind": 2, "name": "12345"}]}, "items", "[0] name has 5 characters; 4 fit"),
        ({"items": ["x"]}, "items", "[0] must be a record, not str"),
        ({"items": [{"kind": 1}] * 256}, "items", "has 256 items; 255 fit"),
        ({"rows": [{"a": 300}]}, "rows", "[0] a does not fit 1 octets: 300"),
    ],
)
def test_a_value_that_does_not_fit_is_named(values: dict[str, object], field: str, reason: str) -> None:
    for write in (lambda: WRITE(**values), lambda: compile_writer(EVERYTHING, "everything", values)):
        with pytest.raises(FieldError) as caught:
            write()
        assert caught.value.facts == {"pdu": "everything", "field": field, "reason": reason}


def test_constants_must_be_fields_that_are_not_computed() -> None:
    with pytest.raises(FieldError, match="computed"):
        compile_writer(EVERYTHING, "everything", {"size": 3})
    with pytest.raises(FieldError, match="not a field"):
        compile_writer(EVERYTHING, "everything", {"other": 3})


@pytest.mark.parametrize(
    "fields",
    [
        (UInt("class"),),
        (UInt("a b"),),
        (UInt("same"), CString("same", 3)),
        (Blob("data", "nowhere", 3),),
        (UInt("value"),),
    ],
)
def test_impossible_specifications_are_found_when_they_are_compiled(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError):
        compile_reader(fields, "impossible")


@pytest.mark.parametrize(
    ("field", "octets", "value"),
    [
        (FixedText("t", 4), b"ab\0c", "ab"),
        (FixedText("t", 4), b"abcd", "abcd"),
        (FixedText("t", 4), b"ab  ", "ab"),
        (CString("t", 3), b"far too long\0", "far too long"),
        (UInt("t", 4), b"\xff\xff\xff\xff", 0xFFFFFFFF),
    ],
)
def test_reading_is_tolerant_and_unsigned(field: Field, octets: bytes, value: object) -> None:
    assert compile_reader((field,), "one")(octets, 0) == ({"t": value}, len(octets))


def test_a_wrong_length_in_json_is_refused() -> None:
    with pytest.raises(FieldError, match="is 3, but data has 1"):
        fields_from_json(SPEC, {"size": 3, "data_hex": "00"})
    with pytest.raises(FieldError, match="hex"):
        fields_from_json(SPEC, {"data_hex": "0g"})


def cmpp2_submits() -> list[dict[str, Any]]:
    vectors = json.loads((VECTORS / "cmpp2.json").read_text("utf-8"))
    return [vector for vector in vectors if vector["pdu"] == "CMPP_SUBMIT"]


def test_an_item_that_does_not_fit_and_an_unknown_choice_are_named() -> None:
    with pytest.raises(FieldError, match=r"Dest_terminal_Id.*\[1\] has 22 characters; 21 fit"):
        compile_writer(CMPP2_SUBMIT, "submit")(Dest_terminal_Id=["13800138000", "1" * 22])
    octets = bytearray(WRITE(items=[{"kind": 1, "number": 5}]))
    octets[octets.index(b"\1\0\0\0\5")] = 3
    with pytest.raises(BodyError, match="kind 3 is unknown"):
        READ(bytes(octets), 0)


@pytest.mark.parametrize("vector", cmpp2_submits(), ids=lambda vector: vector["name"])
def test_a_chinese_layout_needs_no_other_words(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    values, end = compile_reader(CMPP2_SUBMIT, "submit")(frame, 12)
    assert end == len(frame)
    assert values["Dest_terminal_Id"] == vector["fields"]["Dest_terminal_Id"]
    assert values["Msg_Content"].hex() == vector["fields"]["content_hex"]
    assert {name: values[name] for name in ("Src_Id", "Msg_Fmt", "FeeCode")} == {
        name: vector["fields"][name] for name in ("Src_Id", "Msg_Fmt", "FeeCode")
    }
    assert compile_writer(CMPP2_SUBMIT, "submit")(**values) == frame[12:]
