"""SGIP frames, against the vectors and against anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgip_vectors import VECTORS, frame_named

from hongyan.kernel.text import Concat
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import (
    HEADER_SIZE,
    NAMES,
    Pdu,
    Unreadable,
    decode,
    encode,
    encode_pdu,
    frame_of,
    frame_reader,
    spec_of,
)
from hongyan.protocols.sgip.content import read_content
from hongyan.protocols.sgip.json_form import from_json, to_json
from hongyan.protocols.wire.errors import FieldError, FrameError
from hongyan.protocols.wire.fields import Blob, Field, FixedText, Octets, PduSpec, Repeated, UInt
from hongyan.protocols.wire.mainland import text_of

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
each_spec = pytest.mark.parametrize("spec", pdus.SPECS, ids=lambda spec: spec.name)


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


# --- the vectors -------------------------------------------------------------------------------------------


@each_vector
def test_every_vector_is_decoded_to_its_fields_and_encoded_to_its_bytes(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    pdu = readable(frame)
    expected = dict(vector["fields"])
    if vector["pdu"] == "SGIP_SUBMIT":
        expected.setdefault("Reserve", "")  # one vector shows it, the others leave it out
    assert to_json(pdu) == {"pdu": vector["pdu"], "fields": expected}
    assert encode_pdu(pdu) == frame


@each_vector
def test_the_fields_of_every_vector_are_encoded_to_its_bytes(vector: dict[str, Any]) -> None:
    shown = {"pdu": vector["pdu"], "fields": vector["fields"]}
    assert encode_pdu(from_json(shown)).hex() == vector["hex"]


@each_vector
def test_what_is_shown_of_every_vector_survives_json(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    assert encode_pdu(from_json(json.loads(json.dumps(to_json(readable(frame)))))) == frame


@each_vector
def test_computed_fields_and_the_header_may_be_left_out(vector: dict[str, Any]) -> None:
    followed = {"Total_Length", "Command_Id", "UserCount", "MessageLength", "udh_hex", "Reserve"}
    fields = {key: value for key, value in vector["fields"].items() if key not in followed}
    assert encode_pdu(from_json({"pdu": vector["pdu"], "fields": fields})).hex() == vector["hex"]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if "text_encoding" in each], ids=lambda vector: vector["name"]
)
def test_the_text_of_every_vector_is_read(vector: dict[str, Any]) -> None:
    content = read_content(readable(bytes.fromhex(vector["hex"])))
    if "part" in vector["name"]:
        assert content.concat == Concat(0x5A, 2, int(vector["name"][-4]), wide=False)
        assert content.text
        assert content.text in vector["text"]
    else:
        assert content.concat is None
        assert content.text == vector["text"]


def test_all_vectors_in_one_stream_come_out_one_octet_at_a_time() -> None:
    frames = [bytes.fromhex(vector["hex"]) for vector in VECTORS]
    reader = frame_reader()
    assert [frame for octet in b"".join(frames) for frame in reader.feed(bytes((octet,)))] == frames


# --- the catalogue -----------------------------------------------------------------------------------------


def test_every_request_has_its_response_and_nothing_stands_twice() -> None:
    assert len({spec.command_id for spec in pdus.SPECS}) == len(pdus.SPECS)
    assert len({spec.name for spec in pdus.SPECS}) == len(pdus.SPECS)
    for spec in pdus.SPECS:
        if not spec.command_id & pdus.RESPONSE:
            assert NAMES[spec.command_id | pdus.RESPONSE] == f"{spec.name}_RESP"
    assert not pdus.BETWEEN_GATEWAYS.keys() & NAMES.keys()


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("SGIP_BIND", 61),
        ("SGIP_BIND_RESP", 29),
        ("SGIP_UNBIND", 20),
        ("SGIP_UNBIND_RESP", 20),
        ("SGIP_SUBMIT", 143),
        ("SGIP_SUBMIT_RESP", 29),
        ("SGIP_DELIVER", 77),
        ("SGIP_DELIVER_RESP", 29),
        ("SGIP_REPORT", 64),
        ("SGIP_REPORT_RESP", 29),
        ("SGIP_USERRPT", 71),
        ("SGIP_CHECKUSER", 81),
        ("SGIP_CHECKUSER_RESP", 30),
        ("SGIP_TRACE", 61),
        ("SGIP_TRACE_RESP", 21),
    ],
)
def test_each_pdu_has_the_length_of_the_document(name: str, octets: int) -> None:
    assert len(encode(name, {}, 0)) == octets


def test_a_submit_grows_by_21_octets_for_each_number_and_by_its_content() -> None:
    fields = {"UserNumber": ["8613000000001"] * 100, "content": bytes(140)}
    frame = encode("SGIP_SUBMIT", fields, 1)
    assert len(frame) == 20 + 123 + 21 * 100 + 140
    assert frame_reader().feed(frame) == [frame], "the largest one fits a frame"


# --- any PDU, there and back ---------------------------------------------------------------------------------

_TEXT = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=21)


def values_of(each: Field) -> st.SearchStrategy[Any]:
    match each:
        case UInt():
            return st.integers(0, (1 << 8 * each.size) - 1)
        case FixedText():
            return _TEXT.map(lambda text: text[: each.width].rstrip(" "))
        case Octets():
            return st.binary(min_size=each.width, max_size=each.width)
        case Blob():
            return st.binary(max_size=300)
        case Repeated(item=tuple(item)):
            return st.lists(st.fixed_dictionaries({one.name: values_of(one) for one in item}), max_size=5)
        case Repeated(item=FixedText() as item):
            return st.lists(values_of(item), max_size=5)
    raise AssertionError(each)


def pdus_of(spec: PduSpec) -> st.SearchStrategy[Pdu]:
    fields = {each.name: values_of(each) for each in spec.fields if each.name not in spec.computed}
    return st.builds(
        Pdu,
        st.just(spec.name),
        st.just(spec.command_id),
        st.integers(0, (1 << 96) - 1),
        st.fixed_dictionaries(fields),
    )


@given(st.sampled_from(pdus.SPECS).flatmap(pdus_of))
def test_every_pdu_comes_back_as_it_went(pdu: Pdu) -> None:
    frame = encode_pdu(pdu)
    assert int.from_bytes(frame[:4], "big") == len(frame)
    assert decode(frame) == pdu
    assert encode_pdu(from_json(json.loads(json.dumps(to_json(pdu))))) == frame


@pytest.mark.parametrize("padding", [b"\0" * 8, b" " * 8, b"\0garbage", b"  \0\0\0\0\0\0"])
def test_text_ends_at_the_first_nul_and_before_padding(padding: bytes) -> None:
    frame = bytearray(frame_named("bind_sp_to_smg"))
    frame[29:37] = padding
    assert readable(bytes(frame)).fields["LoginName"] == "sguser01"


def test_a_full_field_has_no_nul_to_end_it() -> None:
    fields = {"LoginName": "n" * 16, "LoginPassword": "p" * 16, "Reserve": "r" * 8}
    pdu = readable(encode("SGIP_BIND", fields, 5))
    assert {key: pdu.fields[key] for key in fields} == fields


# --- what no peer should send --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body[:-1], "ends inside a field"),
        (lambda body: body[:30], "ends inside a field"),
        (lambda body: b"", "ends inside a field"),
        (lambda body: body + b"\0\0\0", "3 octets after the last field"),
        (lambda body: body[:45] + b"\0\0\0\x03" + body[49:], "1 octets after the last field"),
        (lambda body: body[:45] + b"\xff\xff\xff\xff" + body[49:], "content is cut short"),
    ],
)
def test_a_broken_body_is_a_value_with_its_reason(change: Any, reason: str) -> None:
    body = frame_named("deliver_mo_ucs2")[HEADER_SIZE:]
    frame = frame_of(pdus.DELIVER, change(body), 7 << 64)
    pdu = decode(frame)
    assert isinstance(pdu, Unreadable)
    assert (pdu.command_id, pdu.sequence, pdu.raw, pdu.known) == (pdus.DELIVER, 7 << 64, frame, True)
    assert pdu.reason.startswith("SGIP_DELIVER: ")
    assert reason in pdu.reason
    assert to_json(pdu)["raw_hex"] == frame.hex()


@pytest.mark.parametrize(
    ("command_id", "reason"),
    [
        (0x06, "SGIP_ADDSP is spoken between gateways only"),
        (0x8000000E, "SGIP_MODIFYSMG is spoken between gateways only"),
        (0x99, "unknown command"),
        (0, "unknown command"),
    ],
)
def test_a_command_that_is_not_read_is_a_value(command_id: int, reason: str) -> None:
    frame = frame_of(command_id, b"body", 3)
    assert decode(frame) == Unreadable(command_id, 3, frame, reason, known=False)
    assert to_json(decode(frame)) == {
        "pdu": None,
        "fields": {
            "Total_Length": 24,
            "Command_Id": f"0x{command_id:08x}",
            "Sequence_Number": [0, 0, 3],
        },
        "raw_hex": frame.hex(),
        "reason": reason,
    }


@pytest.mark.parametrize("length", [0, 19, 4097, 0xFFFFFFFF])
def test_a_length_that_cannot_be_ends_the_stream(length: int) -> None:
    frame = frame_named("unbind")
    with pytest.raises(FrameError) as caught:
        frame_reader().feed(frame + length.to_bytes(4, "big"))
    assert caught.value.frames == [frame]


@given(st.sampled_from(pdus.SPECS), st.binary(max_size=250))
def test_any_body_is_read_or_unreadable_and_what_is_read_keeps_its_meaning(
    spec: PduSpec, body: bytes
) -> None:
    pdu = decode(frame_of(spec.command_id, body, 1))
    if isinstance(pdu, Pdu):
        assert decode(encode_pdu(pdu)) == pdu
    json.dumps(to_json(pdu))


@each_vector
@given(st.data())
def test_no_spoilt_vector_makes_the_decoder_raise(vector: dict[str, Any], data: st.DataObject) -> None:
    frame = bytearray.fromhex(vector["hex"])
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(4, len(frame) - 1))] = data.draw(st.integers(0, 255))
    json.dumps(to_json(decode(bytes(frame))))


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_bytes_parse_or_are_unreadable_or_are_a_frame_error(data: bytes, size: int) -> None:
    reader = frame_reader(limit=100)
    for at in range(0, len(data), size):
        try:
            frames = reader.feed(data[at : at + size])
        except FrameError:
            return
        assert reader.held < 100
        for frame in frames:
            assert isinstance(decode(frame), Pdu | Unreadable)


# --- what we would not send ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("SGIP_SUBMIT", {"SPNumber": "1" * 22}, "SPNumber"),
        ("SGIP_SUBMIT", {"CorpId": "123456"}, "CorpId"),
        ("SGIP_SUBMIT", {"UserNumber": ["1" * 22]}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserNumber": ["1"] * 256}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserCount": 1}, "UserCount"),
        ("SGIP_SUBMIT", {"FeeType": 256}, "FeeType"),
        ("SGIP_SUBMIT", {"ServiceType": "业务"}, "ServiceType"),
        ("SGIP_BIND", {"LoginPassword": "a\0b"}, "LoginPassword"),
        ("SGIP_REPORT", {"SubmitSequenceNumber": bytes(11)}, "SubmitSequenceNumber"),
        ("SGIP_TRACE_RESP", {"items": [{"NodeId": "1234567"}]}, "items"),
        ("SGIP_UNBIND", {"Reserve": ""}, "Reserve"),
        ("SGIP_ADDSP", {}, "pdu"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(name: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        encode(name, fields, 1)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("pdu", "change", "field"),
    [
        ("SGIP_BIND", {"Total_Length": 60}, "Total_Length"),
        ("SGIP_BIND", {"Total_Length": "long"}, "Total_Length"),
        ("SGIP_BIND", {"Command_Id": "0x00000002"}, "Command_Id"),
        ("SGIP_BIND", {"Sequence_Number": [1, 2]}, "Sequence_Number"),
        ("SGIP_BIND", {"Sequence_Number": [1, 2, 1 << 32]}, "Sequence_Number"),
        ("SGIP_BIND", {"Sequence_Number": "1-2-3"}, "Sequence_Number"),
        ("SGIP_BIND", {"LoginName": 5}, "LoginName"),
        ("SGIP_BIND", {"Colour": "red"}, "Colour"),
        ("SGIP_REPORT", {"SubmitSequenceNumber": [1, 2, -3]}, "SubmitSequenceNumber"),
        ("SGIP_REPORT", {"State": "waiting"}, "State"),
        ("SGIP_SUBMIT", {"UserNumber": "8613000000001"}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserNumber": ["8613000000001"], "UserCount": 2}, "UserCount"),
        ("SGIP_SUBMIT", {"content_hex": "4"}, "content_hex"),
        ("SGIP_SUBMIT", {"content_hex": "41", "MessageLength": 2}, "MessageLength"),
        ("SGIP_SUBMIT", {"content_hex": "050003010201", "TP_udhi": 1, "udh_hex": "05"}, "udh_hex"),
        ("SGIP_TRACE_RESP", {"items": [{"Result": 300}]}, "items"),
    ],
)
def test_wrong_json_is_refused_by_name(pdu: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        from_json({"pdu": pdu, "fields": change})
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize("shown", [{}, {"pdu": "SGIP_NOTHING"}, {"pdu": "SGIP_BIND", "fields": [1]}])
def test_json_that_is_no_pdu_is_refused(shown: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        from_json(shown)


def test_integers_of_json_may_be_0x_text() -> None:
    fields = {
        "Total_Length": "0x3d",
        "Command_Id": 1,
        "Sequence_Number": ["0xb36924b9", "0x12c8134e", "0x0"],
        "LoginType": "0x01",
        "LoginName": "sguser01",
        "LoginPassword": "sgpass01",
    }
    assert encode_pdu(from_json({"pdu": "SGIP_BIND", "fields": fields})) == frame_named("bind_sp_to_smg")
    trace = {"Count": "0x1", "items": [{"Result": "0x2"}]}
    assert from_json({"pdu": "SGIP_TRACE_RESP", "fields": trace}).fields["items"][0]["Result"] == 2


def test_a_reserve_that_a_peer_filled_is_shown_and_kept() -> None:
    frame = frame_named("deliver_mo_ucs2")[:-8] + b"LINK0001"
    shown = to_json(readable(frame))
    assert shown["fields"]["Reserve"] == "LINK0001"
    assert encode_pdu(from_json(shown)) == frame


# --- codings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, "41e9", "A\ufffd"),
        (3, "41", None),
        (4, "41", None),
        (8, "feff4e2d", "中"),
        (8, "d83dde0041", "😀"),
        (15, "a1be8139ee39", "【㐀"),
        (15, "a1", "\ufffd"),
        (0x10, "41", "A"),
        (0x18, "4e2d", "中"),
        (0x1B, "4e2d", "中"),
        (99, "41", None),
    ],
)
def test_codings_are_read_or_known_as_binary(coding: int, octets: str, text: str | None) -> None:
    assert text_of(bytes.fromhex(octets), coding) == text


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=40))
def test_no_content_makes_the_reader_raise(udhi: int, coding: int, octets: bytes) -> None:
    fields = {"TP_udhi": udhi, "MessageCoding": coding, "content": octets}
    content = read_content(readable(encode("SGIP_DELIVER", fields, 1)))
    assert octets.endswith(content.payload)
    assert content.text is None or isinstance(content.text, str)


@each_spec
def test_the_specification_of_each_pdu_is_found_by_name(spec: PduSpec) -> None:
    assert spec_of(spec.name) is spec
