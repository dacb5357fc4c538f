"""SMGP delivery reports: text around an id that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smgp_vectors import VECTORS, frame_named, vector_named

from hongyan.protocols.smgp.codec import HEADER_SIZE, Pdu, decode, encode
from hongyan.protocols.smgp.encoders import deliver_encoder
from hongyan.protocols.smgp.report import (
    REPORT,
    REPORT_SIZE,
    STATS,
    is_report,
    parse_report,
    read_report,
    report_content,
    report_text,
)
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.reports import ReceiptFields, report_time

MS = 1_710_469_230_000  # 2024-03-15 10:20:30 in Beijing
ID = "01006103151020012345"
RAW = bytes.fromhex(ID)


def deliver(content: bytes, *, is_report: int = REPORT) -> Pdu:
    fields = {"IsReport": is_report, "SrcTermID": "18900000001", "MsgContent": content}
    pdu = decode(encode("SMGP_DELIVER", fields, 1))
    assert isinstance(pdu, Pdu)
    return pdu


@pytest.mark.parametrize("name", ["deliver_report_delivrd", "deliver_report_undeliv"])
def test_the_reports_of_the_vectors_are_read(name: str) -> None:
    pdu = decode(frame_named(name))
    assert isinstance(pdu, Pdu)
    expected = vector_named(name)["fields"]["report"]
    assert is_report(pdu)
    assert read_report(pdu.fields["MsgContent"]) == expected
    assert parse_report(pdu) == ReceiptFields(
        expected["id"],
        expected["stat"],
        expected["err"],
        expected["submit_date"],
        expected["done_date"],
        "18900000001",
        final=True,
        delivered=expected["stat"] == "DELIVRD",
    )


def test_messages_from_handsets_are_no_reports() -> None:
    for vector in VECTORS:
        pdu = decode(bytes.fromhex(vector["hex"]))
        assert isinstance(pdu, Pdu)
        assert is_report(pdu) == ("report" in vector["name"])


def test_a_report_of_the_simulator_looks_like_the_vectors() -> None:
    content = report_content(RAW, "DELIVRD", "2403151020", "2403151021", text="026Hello, your co")
    body = deliver_encoder()(RAW, REPORT, 0, "20240315102030", "18900000001", "1069012345", content)
    assert body == frame_named("deliver_report_delivrd")[HEADER_SIZE:]
    content = report_content(RAW, "UNDELIV", "2403151020", "2403151021", "005", "026Hello, your co")
    body = deliver_encoder()(RAW, REPORT, 0, "20240315102030", "18900000001", "1069012345", content)
    assert body == frame_named("deliver_report_undeliv")[HEADER_SIZE:]


def test_values_stand_where_the_document_puts_them() -> None:
    content = report_content(RAW, "DELIVRD", "2403151020", "2403151021", "007", "T" * 20, "003", "002")
    assert len(content) == REPORT_SIZE == 122
    starts = {
        3: RAW,
        18: b"003",
        28: b"002",
        44: b"2403151020",
        65: b"2403151021",
        81: b"DELIVRD",
        93: b"007",
    }
    for start, value in {**starts, 102: b"T" * 20}.items():
        assert content[start : start + len(value)] == value


@given(st.binary(min_size=10, max_size=10))
def test_any_ten_octets_are_an_id(raw: bytes) -> None:
    """Also NULs, blanks, and what looks like a label or the beginning of another id."""
    content = report_content(raw, "DELIVRD", "2403151020", "2403151021")
    fields = parse_report(deliver(content))
    assert (fields.id, fields.stat, fields.done_date) == (raw.hex(), "DELIVRD", "2403151021")


@given(st.binary(min_size=10, max_size=10), st.integers(1, 20))
def test_any_ten_octets_are_an_id_in_a_report_of_another_length(raw: bytes, cut: int) -> None:
    content = report_content(raw, "DELIVRD", "2403151020", "2403151021")[:-cut]
    fields = parse_report(deliver(content))
    assert (fields.id, fields.stat, fields.done_date) == (raw.hex(), "DELIVRD", "2403151021")


@pytest.mark.parametrize(
    "raw", [b" stat:UNDE", b"id:stat:05", b"\0" * 10, b" " * 10, b"0123456789", b"\x20sub:\x31\0\0\0\0"]
)
def test_an_id_that_looks_like_text_is_still_an_id(raw: bytes) -> None:
    content = report_content(raw, "EXPIRED", "2403151020", "2403151021", "001")
    for form in (content, content[:100], content + b"more"):
        fields = parse_report(deliver(form))
        assert (fields.id, fields.stat, fields.err) == (raw.hex(), "EXPIRED", "001")


@pytest.mark.parametrize(
    "labels",
    [
        b"id:%b sub:001 dlvrd:001 submit date:2403151020 done date:2403151021 stat:DELIVRD err:000 text:",
        b"id:%b sub:001 dlvrd:001 submit_date:2403151020 done_date:2403151021 stat:DELIVRD err:000 Text:",
        b"ID:%b SUB:001 DLVRD:001 SUBMIT DATE:2403151020 DONE DATE:2403151021 STAT:DELIVRD ERR:000 TEXT:",
        b"id:%b Sub:001 dlvrd:001 Submit_Date:2403151020 Done_Date:2403151021 Stat:delivrd Err:000 txet:",
    ],
)
def test_labels_are_spelled_in_several_ways(labels: bytes) -> None:
    content = labels % RAW + b"026Hello, your co\0\0\0"
    assert len(content) == REPORT_SIZE
    expected = vector_named("deliver_report_delivrd")["fields"]["report"]
    assert read_report(content) | {"stat": "DELIVRD"} == expected
    assert parse_report(deliver(content)).delivered


@pytest.mark.parametrize("text", [b"026Hello, your co\0\0\0", b"026Hello, ", b"", b"stat:FAKE id:99"])
def test_an_id_may_come_as_hex_digits(text: bytes) -> None:
    words = b" sub:001 dlvrd:001 Submit date:2403151020 done date:2403151021 stat:DELIVRD err:000 Text:"
    content = b"id:" + ID.encode() + words + text
    fields = parse_report(deliver(content))
    assert fields[:5] == (ID, "DELIVRD", "000", "2403151020", "2403151021")
    assert read_report(content)["text"] == text.rstrip(b"\0").decode()


def test_hex_digits_of_an_id_fill_a_report_to_the_usual_length_without_confusion() -> None:
    words = b" sub:001 dlvrd:001 Submit date:2403151020 done date:2403151021 stat:UNDELIV err:601 Text:"
    content = b"id:" + ID.encode() + words + b"0260123456"
    assert len(content) == REPORT_SIZE
    assert parse_report(deliver(content))[:3] == (ID, "UNDELIV", "601")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id:" + RAW + b" stat:REJECTD err:006", (ID, "REJECTD", "006", "", "")),
        (b"id:" + RAW + b" err: stat:EXPIRED", (ID, "EXPIRED", "", "", "")),
        (b"id:" + RAW + b" sub:001 stat: err:601 Text:stat:DELIVRD", (ID, "", "601", "", "")),
        (b"id:" + RAW + b" submit date: 2403151020 stat: DELIVRD", (ID, "DELIVRD", "", "2403151020", "")),
        (b"id:" + RAW, (ID, "", "", "", "")),
        (b"id:4711 sub:001 stat:DELIVRD", ("4711", "DELIVRD", "", "", "")),
        (b"id: " + ID.encode() + b" stat:DELIVRD", (ID, "DELIVRD", "", "", "")),
        (b"stat:DELIVRD err:000", ("", "DELIVRD", "000", "", "")),
        (b"id:" + RAW[:4], ("01006103", "", "", "", "")),
        (b"id:", ("", "", "", "", "")),
        (b"", ("", "", "", "", "")),
        (b"\0" * 122, ("", "", "", "", "")),
    ],
)
def test_other_forms_say_what_they_can(content: bytes, expected: tuple[str, ...]) -> None:
    fields = parse_report(deliver(content))
    if expected[0] == "01006103":  # too short for an id: a word, of whatever octets
        assert bytes.fromhex(expected[0]).decode("latin-1").strip("\0").startswith(fields.id)
        return
    assert fields[:5] == expected


@pytest.mark.parametrize("row", STATS, ids=lambda row: row.stat)
def test_what_follows_from_each_word_of_stat(row: object) -> None:
    stat, final = row.stat, row.final  # type: ignore[attr-defined]
    fields = parse_report(deliver(report_content(RAW, stat, "2403151020", "2403151021")))
    assert (fields.stat, fields.final, fields.delivered) == (stat, final, stat == "DELIVRD")


def test_a_code_of_a_network_element_is_final_and_silence_is_not() -> None:
    assert parse_report(deliver(report_content(RAW, "MK:0001", "", ""))).final
    assert not parse_report(deliver(report_content(RAW, "", "", ""))).final


@given(st.binary(max_size=150))
def test_no_content_makes_the_reader_raise(content: bytes) -> None:
    parse_report(deliver(content))
    parse_report(deliver(b"id:" + content))


@given(st.binary(min_size=119, max_size=119))
def test_no_content_of_the_usual_length_makes_the_reader_raise(content: bytes) -> None:
    parse_report(deliver(b"id:" + content))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"message_id": RAW[:9]}, "id"),
        ({"stat": "DELIVERED"}, "stat"),
        ({"submit_date": "240315102030"}, "submit_date"),
        ({"err": "0001"}, "err"),
        ({"text": "短" * 11}, "text"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_by_field(change: dict[str, object], field: str) -> None:
    values = {"message_id": RAW, "stat": "DELIVRD", "submit_date": "", "done_date": ""} | change
    with pytest.raises(FieldError) as caught:
        report_content(**values)  # type: ignore[arg-type]
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, your code is 123456", "026Hello, your code "),
        ("【示例科技】您的订单已发货", "026【示例科技】您的"),
        ("", "000"),
    ],
)
def test_the_beginning_of_a_message_is_cut_between_characters(text: str, expected: str) -> None:
    words = report_text(len(text.encode("gb18030")), text)
    assert words == expected
    content = report_content(RAW, "DELIVRD", "", "", text=words)
    assert read_report(content)["text"] == expected


def test_times_are_beijing_time() -> None:
    assert report_time(MS) == "2403151020"
