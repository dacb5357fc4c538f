"""`hongyan pdu encode`: frames from JSON, strict about names and values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Said, hongyan
from hypothesis import given
from hypothesis import strategies as st

FOLDER = Path(__file__).parents[1] / "vectors"
PROTOCOLS = ("cmpp2", "cmpp3", "sgip", "smgp", "smpp34")


def vectors(protocol: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{protocol}.json").read_text("utf-8"))
    return found


def encode(given: object, protocol: str = "cmpp2") -> Said:
    octets = given if isinstance(given, bytes) else json.dumps(given).encode()
    return hongyan("pdu", "encode", "--protocol", protocol, given=octets)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_vector_is_written_one_by_one_and_as_a_list(protocol: str) -> None:
    expected = [vector["hex"] for vector in vectors(protocol)]
    given_so = [{"pdu": each["pdu"], "fields": each["fields"]} for each in vectors(protocol)]
    assert encode(given_so, protocol).out.splitlines() == expected
    assert [encode(each, protocol).out for each in given_so] == [line + "\n" for line in expected]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_decode_prints_and_files_of_vectors_are_understood(protocol: str) -> None:
    expected = [vector["hex"] for vector in vectors(protocol)]
    lines = "\n".join(expected).encode()
    shown = hongyan("pdu", "decode", "--protocol", protocol, "-", "--json", given=lines).out
    assert encode(shown.encode(), protocol).out.splitlines() == expected
    assert encode((FOLDER / f"{protocol}.json").read_bytes(), protocol).out.splitlines() == expected


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_names_of_pdus_may_come_in_another_case(protocol: str) -> None:
    expected = [vector["hex"] for vector in vectors(protocol)]
    for written in (str.lower, str.upper, str.swapcase):
        given_so = [{"pdu": written(each["pdu"]), "fields": each["fields"]} for each in vectors(protocol)]
        assert encode(given_so, protocol).out.splitlines() == expected


def test_fields_that_are_left_out_are_zero_or_empty_or_follow_from_the_rest() -> None:
    assert encode({"pdu": "CMPP_ACTIVE_TEST", "fields": {}}).out == "0000000c0000000800000000\n"
    said = encode({"pdu": "submit_sm", "fields": {"text": "Hi €", "sequence_number": "0x7"}}, "smpp34")
    assert said.out.endswith("054869201b65\n")
    assert said.out.startswith("00000026000000040000000000000007")


@pytest.mark.parametrize(
    ("protocol", "pdu", "fields", "other"),
    [
        ("cmpp2", "CMPP_SUBMIT", {"TP_pId": 5}, {"TP_pid": 5}),
        ("cmpp3", "CMPP_DELIVER", {"TP_pid": 5, "Sequence_Id": 9}, {"TP_pId": 5, "sequence_id": 9}),
        ("cmpp3", "CMPP_QUERY", {"LinkID": "x"}, {"Reserve": "x"}),
        ("cmpp2", "CMPP_QUERY", {"Reserve": "x"}, {"LinkID": "x"}),
        ("cmpp2", "CMPP_CANCEL", {"Msg_Id": "37a9478029c20001"}, {"msg_id": "0x37A9478029C20001"}),
        ("sgip", "SGIP_DELIVER", {"Reserve": "12345678"}, {"LinkID": "12345678"}),
        ("sgip", "SGIP_REPORT", {"SubmitSequenceNumber": [1, 2, 3]}, {"submitsequencenumber": ["0x1", 2, 3]}),
        (
            "smgp",
            "SMGP_SUBMIT",
            {"DestTermID": ["1"], "content_hex": "41"},
            {"DestTermId": ["1"], "Content_Hex": "41"},
        ),
        ("smpp34", "submit_sm", {"short_message_hex": "41"}, {"SHORT_MESSAGE_HEX": "41", "sm_length": "0x1"}),
    ],
)
def test_the_case_of_a_name_and_harmless_other_names_do_not_matter(
    protocol: str, pdu: str, fields: dict[str, Any], other: dict[str, Any]
) -> None:
    said = [encode({"pdu": pdu, "fields": each}, protocol) for each in (fields, other)]
    assert said[0] == said[1]
    assert said[0].code == 0


def test_a_field_in_two_spellings_is_given_twice() -> None:
    said = encode({"pdu": "CMPP_SUBMIT", "fields": {"TP_pId": 0, "TP_pid": 1}})
    assert said.err == "hongyan: CMPP_SUBMIT: field 'TP_pid' is given twice [pdu.field]\n"


def test_an_empty_list_is_no_frame() -> None:
    assert encode([]) == Said(0, "", "")


@pytest.mark.parametrize(
    ("protocol", "pdu", "fields", "field", "reason"),
    [
        ("cmpp2", "CMPP_SUBMIT", {"Dest_terminal_Id": "13800138000"}, "Dest_terminal_Id", "must be a list"),
        ("cmpp2", "CMPP_SUBMIT", {"Dest_terminal_Id": ["1" * 22]}, "Dest_terminal_Id", "21 fit"),
        ("cmpp2", "CMPP_SUBMIT", {"LinkID": ""}, "LinkID", "is not a field"),
        ("cmpp3", "CMPP_SUBMIT", {"Reserve": ""}, "Reserve", "is not a field"),
        ("cmpp2", "CMPP_SUBMIT", {"Msg_Fmt": 256}, "Msg_Fmt", "does not fit 1 octets"),
        ("cmpp2", "CMPP_SUBMIT", {"Msg_Fmt": "8"}, "Msg_Fmt", "must be an integer"),
        ("cmpp2", "CMPP_SUBMIT", {"Msg_Fmt": True}, "Msg_Fmt", "must be an integer"),
        ("cmpp2", "CMPP_SUBMIT", {"Msg_Fmt": 8.0}, "Msg_Fmt", "must be an integer"),
        ("cmpp2", "CMPP_SUBMIT", {"Msg_Id": "00"}, "Msg_Id", "must have 8 octets"),
        ("cmpp2", "CMPP_SUBMIT", {"content_hex": "0g"}, "content_hex", "hex digits"),
        ("cmpp2", "CMPP_SUBMIT", {"content_hex": "00", "Msg_Length": 2}, "Msg_Length", "is 2"),
        ("cmpp2", "CMPP_SUBMIT", {"Total_Length": 12}, "Total_Length", "is 12"),
        ("cmpp2", "CMPP_SUBMIT", {"Command_Id": "0x5"}, "Command_Id", "must be 0x00000004"),
        ("cmpp2", "CMPP_SUBMIT", {"Sequence_Id": 1 << 32}, "Sequence_Id", "does not fit"),
        ("cmpp2", "CMPP_SUBMIT", {"Service_Id": "短信"}, "Service_Id", "not octets"),
        ("cmpp2", "submit_sm", {}, "pdu", "is not a PDU of CMPP"),
        ("sgip", "SGIP_SUBMIT", {"Sequence_Number": [1, 2]}, "Sequence_Number", "three"),
        (
            "smgp",
            "SMGP_SUBMIT",
            {"TLVs": [{"tag": 1, "length": 2, "value_hex": "00"}]},
            "TLVs[0].length",
            "is 2",
        ),
        ("smgp", "SMGP_SUBMIT", {"TLVs": [{"tag": 1, "value": "00"}]}, "TLVs[0].value", "is not a field"),
        (
            "smpp34",
            "submit_sm",
            {"tlvs": {"message_states": 1}},
            "message_states",
            "not an optional parameter",
        ),
        ("smpp34", "submit_sm", {"tlvs": []}, "tlvs", "must be a record"),
        (
            "smpp34",
            "submit_sm",
            {"udh_hex": "050003010201"},
            "udh_hex",
            "is not what the content begins with",
        ),
        ("smpp34", "submit_sm", {"text": "中"}, "text", "cannot be written in data_coding 0"),
        ("smpp34", "submit_sm", {"text": "a", "data_coding": 4}, "text", "give short_message_hex"),
        ("smpp34", "submit_sm", {"text": "a", "short_message_hex": "62"}, "text", "is not what"),
        ("smpp34", "unbind", {"text": "a"}, "text", "is not a field"),
        (
            "smpp34",
            "submit_multi",
            {"dest_address": [{"dest_flag": 3}]},
            "dest_address",
            "must be one of [1, 2]",
        ),
        (
            "smpp34",
            "submit_multi",
            {"dest_address": [{"dest_flag": 1, "dest_addr_ton": "x"}]},
            "dest_address[0].dest_addr_ton",
            "must be an integer",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_by_the_fields_name(
    protocol: str, pdu: str, fields: dict[str, Any], field: str, reason: str
) -> None:
    said = encode({"pdu": pdu, "fields": fields}, protocol)
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith(f"hongyan: {pdu}: field '{field}' ")
    assert reason in line
    assert line.endswith("[pdu.field]")


def test_one_of_many_that_cannot_be_written_is_numbered_and_nothing_is_printed() -> None:
    good = {"pdu": "CMPP_ACTIVE_TEST", "fields": {}}
    said = encode([good, good, {"pdu": "CMPP_ACTIVE_TEST", "fields": {"x": 1}}])
    assert (said.code, said.out) == (1, "")
    assert said.err == "hongyan: object 3 of 3: CMPP_ACTIVE_TEST: field 'x' is not a field [pdu.field]\n"


def test_a_name_with_line_ends_and_controls_stays_one_line() -> None:
    said = encode({"pdu": "CMPP_SUBMIT", "fields": {"a\nb\x1b[31m": 1}})
    assert said.err == "hongyan: CMPP_SUBMIT: field 'a\\nb\\x1b[31m' is not a field [pdu.field]\n"


def test_chinese_readers_read_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    said = encode({"pdu": "CMPP_SUBMIT", "fields": {"Msg_Fmt": 256}})
    assert said.err == "hongyan: CMPP_SUBMIT：字段 Msg_Fmt 超出 1 字节无符号整数的范围：256 [pdu.field]\n"


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (b"", "pdu.not_json", "line 1, column 1"),
        (b"{", "pdu.not_json", "line 1, column 2"),
        (b'{"pdu": "x", "fields": {}} {}', "pdu.not_json", "column 28"),
        (b'{"pdu": "x", "pdu": "y", "fields": {}}', "pdu.not_json", '"pdu" is given twice'),
        (b'{"pdu": "x", "fields": {"a": 1, "a": 2}}', "pdu.not_json", '"a" is given twice'),
        (b'{"pdu": "x", "fields": {"a": NaN}}', "pdu.not_json", "NaN"),
        (b"9" * 5000, "pdu.not_json", "digits"),
        (b"[" * 100_000, "pdu.not_json", "nested"),
        (b"\xff", "input.not_utf8", "offset 0"),
        (b" " * (1 << 24) + b" ", "input.too_large", "16777216"),
        (b"null", "pdu.not_a_pdu", "object 1"),
        (b'"submit_sm"', "pdu.not_a_pdu", "object 1"),
        (b'{"pdu": "submit_sm"}', "pdu.not_a_pdu", "object 1"),
        (b'{"fields": {}}', "pdu.not_a_pdu", "object 1"),
        (b'{"pdu": "submit_sm", "fields": []}', "pdu.not_a_pdu", "object 1"),
        (b'[{"pdu": "submit_sm", "fields": {}}, 5]', "pdu.not_a_pdu", "object 2"),
        (b'{"pdu": null, "fields": {}}', "pdu.not_a_pdu", "a frame that could not be read"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_input_that_is_no_pdu_is_refused(given: bytes, code: str, words: str) -> None:
    said = encode(given, "smpp34")
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert words in line
    assert line.endswith(f"[{code}]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), st.sampled_from(PROTOCOLS)
)
def test_any_input_is_refused_in_one_sentence_or_written(given: bytes, protocol: str) -> None:
    said = encode(given, protocol)
    assert said.code in (0, 1)
    assert said.err.count("\n") == said.code


@given(st.data(), st.sampled_from(PROTOCOLS), JSON)
def test_any_value_of_any_field_is_refused_in_one_sentence_or_written(
    data: st.DataObject, protocol: str, value: object
) -> None:
    vector = data.draw(st.sampled_from(vectors(protocol)))
    name = data.draw(st.sampled_from(sorted(vector["fields"])))
    said = encode({"pdu": vector["pdu"], "fields": vector["fields"] | {name: value}}, protocol)
    assert said.code in (0, 1)
    assert said.err.count("\n") == said.code
