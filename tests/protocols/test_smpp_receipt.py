"""Delivery receipts as carriers write them, statuses and times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp_vectors import frame_named

from hongyan.kernel.clock import BEIJING
from hongyan.protocols.smpp.codec import Pdu, decode
from hongyan.protocols.smpp.pdus import DELIVER_SM
from hongyan.protocols.smpp.receipt import MESSAGE_STATES, is_receipt, parse_receipt, receipt_text, state_of
from hongyan.protocols.smpp.status import STATUSES, status_of
from hongyan.protocols.smpp.times import absolute, parse_receipt_date, relative
from hongyan.protocols.wire.reports import ReceiptFields, report_time
from hongyan.protocols.wire.tlv import TlvValue

HANDSET = "8613800138000"
DELIVERED = ReceiptFields(
    "7C9F2A10", "DELIVRD", "000", "2403151020", "2403151021", HANDSET, final=True, delivered=True
)
USUAL = "id:7C9F2A10 sub:001 dlvrd:001 submit date:2403151020 done date:2403151021 stat:DELIVRD err:000 text:Hello"


def receipt(text: str, esm_class: int = 4, tlvs: dict[str, TlvValue] | None = None) -> Pdu:
    fields = {"source_addr": HANDSET, "esm_class": esm_class, "short_message": text.encode("latin-1")}
    return Pdu("deliver_sm", DELIVER_SM, 0, 1, fields, tlvs or {})


@pytest.mark.parametrize("name", ["deliver_sm_receipt_text_only", "deliver_sm_receipt_tlv"])
def test_the_receipts_of_the_vectors_are_read(name: str) -> None:
    pdu = decode(frame_named(name))
    assert isinstance(pdu, Pdu)
    assert is_receipt(pdu)
    assert parse_receipt(pdu) == DELIVERED


@pytest.mark.parametrize(
    "text",
    [
        USUAL,
        USUAL.removesuffix(" text:Hello"),
        USUAL.replace("text:", "Text:"),
        USUAL.replace("text:Hello", "text:stat:REJECTD id:0 err:999"),
        USUAL.replace(" sub:001 dlvrd:001", ""),
        USUAL.upper().replace("TEXT:HELLO", "TEXT:"),
        USUAL.replace("submit date:", "submit_date:").replace("done date:", "donedate:"),
        USUAL.replace("stat:DELIVRD", "Stat:delivrd"),
        USUAL.replace(":", ": ").replace("text: ", "text:"),
        USUAL.replace(" ", "  "),
        "stat:DELIVRD err:000 done date:2403151021 submit date:2403151020 id:7C9F2A10",
        USUAL.replace(" text:Hello", " vendor:1 text:"),
        "\n" + USUAL,
    ],
)
def test_spelling_order_and_missing_keys_do_not_matter(text: str) -> None:
    assert parse_receipt(receipt(text)) == DELIVERED


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", ReceiptFields("", "", "", "", "", HANDSET, final=False, delivered=False)),
        (
            "id:12 stat:UNDELIV err:MK:0001",
            ReceiptFields("12", "UNDELIV", "MK:0001", "", "", HANDSET, True, False),
        ),
        ("id:12 stat:ENROUTE err:", ReceiptFields("12", "ENROUTE", "", "", "", HANDSET, False, False)),
        (
            "id:12 stat:ENROUTE err: Text:hi",
            ReceiptFields("12", "ENROUTE", "", "", "", HANDSET, False, False),
        ),
        ("Id:12 stat: err: text:hi", ReceiptFields("12", "", "", "", "", HANDSET, False, False)),
        ("id:12 stat:ACCEPTD err:000", ReceiptFields("12", "ACCEPTD", "000", "", "", HANDSET, False, False)),
        ("id:12 stat:EXPIRED", ReceiptFields("12", "EXPIRED", "", "", "", HANDSET, True, False)),
        ("id:12 stat:MK:0012", ReceiptFields("12", "MK:0012", "", "", "", HANDSET, True, False)),
        ("valid:9 id:12 stat:DELIVRD", ReceiptFields("12", "DELIVRD", "", "", "", HANDSET, True, True)),
    ],
)
def test_states_and_errors_of_other_receipts(text: str, fields: ReceiptFields) -> None:
    assert parse_receipt(receipt(text)) == fields


def test_parameters_win_over_the_text() -> None:
    pdu = receipt(USUAL, tlvs={"receipted_message_id": "AB", "message_state": 5})
    assert parse_receipt(pdu) == DELIVERED._replace(id="AB", stat="UNDELIV", delivered=False)


def test_the_network_error_fills_a_missing_code() -> None:
    pdu = receipt("id:1 stat:UNDELIV", tlvs={"network_error_code": b"\x03\x00\x1b"})
    assert parse_receipt(pdu).err == "027"
    assert parse_receipt(receipt("id:1 stat:UNDELIV", tlvs={"network_error_code": b"\x03"})).err == ""


@pytest.mark.parametrize(
    ("pdu", "expected"),
    [
        (receipt("", 0), False),
        (receipt("", 0x04), True),
        (receipt("", 0x44), True),
        (receipt("", 0x07), True),
        (receipt("", 0x20), True),
        (receipt("", 0x08), False),
        (receipt("", 0x40), False),
        (receipt("", 0, {"receipted_message_id": "1"}), True),
    ],
)
def test_a_receipt_is_told_from_a_reply(pdu: Pdu, expected: bool) -> None:
    assert is_receipt(pdu) is expected


@given(st.binary(max_size=200))
def test_any_octets_give_some_receipt(content: bytes) -> None:
    fields = parse_receipt(receipt(content.decode("latin-1")))
    assert not fields.delivered or fields.final


WORD = st.text("ABCDEF0123456789-", min_size=1, max_size=20)
STATS = st.sampled_from([row.stat for row in MESSAGE_STATES])


@given(WORD, STATS, WORD, st.text(max_size=30))
def test_a_built_receipt_is_read_back(message_id: str, stat: str, err: str, text: str) -> None:
    line = receipt_text(message_id, stat, "2403151020", "2403151021", err, text)
    fields = parse_receipt(receipt(line.decode("latin-1")))
    row = state_of(stat)
    assert row is not None
    dates = "2403151020", "2403151021"
    assert fields == (message_id, stat, err, *dates, HANDSET, row.final, stat == "DELIVRD")


@given(WORD, STATS, WORD)
def test_the_quick_reading_agrees_with_the_tolerant_one(message_id: str, stat: str, err: str) -> None:
    line = receipt_text(message_id, stat, "2403151020", "2403151021", err, "x").decode("latin-1")
    assert parse_receipt(receipt(line)) == parse_receipt(receipt(line.replace("id:", "ID:")))


def test_statuses_are_unique_and_have_words() -> None:
    assert len({row.code for row in STATUSES}) == len({row.name for row in STATUSES}) == len(STATUSES)
    assert all(row.en and row.zh and row.source for row in STATUSES)
    assert [row.code for row in STATUSES if row.kind == "retry"] == [0x08, 0x64, 0x102]
    assert [row.code for row in STATUSES if row.kind == "throttled"] == [0x14, 0x58]
    assert [row.code for row in STATUSES if row.kind == "ok"] == [0]


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (0, "ESME_ROK", "ok"),
        (0x0E, "ESME_RINVPASWD", "login"),
        (0x410, "VENDOR_410", "refused"),
        (0x999, "0x00000999", "refused"),
    ],
)
def test_any_status_has_a_row(code: int, name: str, kind: str) -> None:
    row = status_of(code)
    assert (row.code, row.name, row.kind) == (code, name, kind)


NOW = 1_710_469_230_500  # 2024-03-15 10:20:30.5 in Beijing


@given(st.integers(946_684_800_000, 4_102_444_800_000 - 86_400_000))
def test_an_absolute_time_is_exact_to_a_tenth_of_a_second(ms: int) -> None:
    assert len(absolute(ms)) == 16
    assert absolute(ms)[13:] == "32+", "quarters of an hour before UTC"
    moment = datetime.strptime(f"20{absolute(ms)[:12]}", "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    assert int(moment.timestamp()) * 1000 + int(absolute(ms)[12]) * 100 == ms // 100 * 100
    assert parse_receipt_date(report_time(ms)) == ms // 60_000 * 60_000


@given(st.integers(-5, 10_000_000))
def test_a_relative_time_is_cut_to_what_the_field_holds(seconds: int) -> None:
    text = relative(seconds)
    assert (len(text), text[:4], text[12:]) == (16, "0000", "000R")
    days, hours, minutes, rest = (int(text[at : at + 2]) for at in range(4, 12, 2))
    assert ((days * 24 + hours) * 60 + minutes) * 60 + rest == max(1, min(seconds, 31 * 86_400))


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2403151020", NOW - 30_500),
        ("240315102030", NOW - 500),
        ("", None),
        ("2413151020", None),
        ("garbage", None),
    ],
)
def test_receipt_dates_with_and_without_seconds(text: str, ms: int | None) -> None:
    assert parse_receipt_date(text) == ms


def test_receipt_dates_of_other_zones() -> None:
    moment = parse_receipt_date("2403151020", UTC)
    assert moment is not None
    assert datetime.fromtimestamp(moment / 1000, UTC) == datetime(2024, 3, 15, 10, 20, tzinfo=UTC)
