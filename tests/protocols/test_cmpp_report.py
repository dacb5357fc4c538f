"""Delivery reports of CMPP, message ids, and the tables of results."""

from __future__ import annotations

import pytest
from cmpp_vectors import readable, vector
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp.codec import CODECS, Pdu
from hongyan.protocols.cmpp.msg_id import MsgId, group_ids
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.report import STATS, is_report, parse_report, read_report, report_content
from hongyan.protocols.cmpp.status import CONNECT_STATUSES, RESULTS, connect_status_of, status_of
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.reports import ReceiptFields, report_time

ID = "37a9478029c20001"
NOW = 1_710_469_230_500  # 2024-03-15 10:20:30.5 in Beijing
DELIVERED = ReceiptFields(
    ID, "DELIVRD", "", "2403151020", "2403151021", "13800138000", final=True, delivered=True
)
LAYOUTS = pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)


def deliver(content: bytes, registered_delivery: int = 1, layout: Layout = Layout.V20) -> Pdu:
    fields = {"Registered_Delivery": registered_delivery, "content": content}
    return readable(CODECS[layout].encode("CMPP_DELIVER", fields, 1), layout)


def content(layout: Layout, stat: str = "DELIVRD") -> bytes:
    return report_content(
        layout,
        Msg_Id=bytes.fromhex(ID),
        Stat=stat,
        Submit_time="2403151020",
        Done_time="2403151021",
        Dest_terminal_Id="13800138000",
        SMSC_sequence=1234567,
    )


# --- reports ---------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("deliver_report_delivrd", DELIVERED),
        ("deliver_report_carrier_code", DELIVERED._replace(stat="MK:0001", delivered=False)),
    ],
)
def test_the_reports_of_the_vectors_are_read(layout: Layout, name: str, expected: ReceiptFields) -> None:
    pdu = readable(vector(layout, name).frame, layout)
    assert is_report(pdu)
    assert parse_report(pdu) == expected


@LAYOUTS
def test_a_written_report_is_that_of_the_vectors(layout: Layout) -> None:
    facts = vector(layout, "deliver_report_delivrd").facts["fields"]
    assert content(layout).hex() == facts["content_hex"]
    assert len(content(layout)) == facts["Msg_Length"]


@LAYOUTS
@pytest.mark.parametrize("form", Layout, ids=lambda form: f"form {form.value}")
def test_the_length_decides_and_not_the_version(layout: Layout, form: Layout) -> None:
    assert parse_report(deliver(content(form), layout=layout)) == DELIVERED


@pytest.mark.parametrize(
    ("stat", "final", "delivered"),
    [
        ("DELIVRD", True, True),
        ("delivrd", True, True),
        ("EXPIRED", True, False),
        ("DELETED", True, False),
        ("UNDELIV", True, False),
        ("ACCEPTD", False, False),
        ("UNKNOWN", True, False),
        ("REJECTD", True, False),
        ("MK:0001", True, False),
        ("DB00141", True, False),
        ("", False, False),
    ],
)
def test_only_acceptd_and_silence_are_not_final(stat: str, final: bool, delivered: bool) -> None:
    fields = parse_report(deliver(content(Layout.V20, stat)))
    assert (fields.stat, fields.final, fields.delivered) == (stat.upper(), final, delivered)


@pytest.mark.parametrize("size", [35, 39, 59, 61, 70, 72, 140])
def test_of_a_report_of_another_length_the_first_part_is_read(size: int) -> None:
    octets = content(Layout.V30)[:size].ljust(size, b"\0")
    assert parse_report(deliver(octets)) == DELIVERED._replace(number="")
    assert read_report(octets) == {}


@pytest.mark.parametrize("size", [0, 8, 34])
def test_a_report_that_is_too_short_says_nothing(size: int) -> None:
    fields = parse_report(deliver(content(Layout.V20)[:size]))
    assert (fields.id, fields.stat, fields.final, fields.delivered) == ("", "", False, False)


@pytest.mark.parametrize(("registered_delivery", "expected"), [(0, False), (1, True), (2, False)])
def test_a_report_is_told_from_a_reply(registered_delivery: int, expected: bool) -> None:
    assert is_report(deliver(b"hi", registered_delivery)) is expected


def test_a_submit_that_wants_a_report_is_none() -> None:
    assert not is_report(readable(vector(Layout.V20, "submit_ascii_fmt0").frame))


@given(st.binary(max_size=255), st.sampled_from(Layout))
def test_any_octets_give_some_report(octets: bytes, layout: Layout) -> None:
    fields = parse_report(deliver(octets, layout=layout))
    assert not fields.delivered or fields.final


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"Stat": "DELIVERED"}, "Stat"),
        ({"Msg_Id": b"1"}, "Msg_Id"),
        ({"Dest_terminal_Id": "1" * 22}, "Dest_terminal_Id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_by_field(fields: dict[str, object], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        report_content(Layout.V20, **fields)
    assert caught.value.facts["field"] == field


def test_report_times_are_written_in_beijing() -> None:
    assert report_time(NOW) == "2403151020"


# --- ids -------------------------------------------------------------------------------------------------


def test_an_id_has_parts_hex_digits_and_decimal_digits() -> None:
    made = MsgId.at(NOW, 10690, 1)
    assert made == MsgId(3, 15, 10, 20, 30, 10690, 1)
    assert made.hex == ID
    assert made.digits == "0315102030001069000001"
    assert MsgId.of(bytes.fromhex(ID)) == made


def test_ids_after_july_are_unsigned() -> None:
    made = MsgId(12, 31, 23, 59, 59, (1 << 22) - 1, 0xFFFF)
    assert made.octets[0] & 0x80
    assert MsgId.of(made.octets) == made


@given(st.binary(min_size=8, max_size=8))
def test_any_eight_octets_have_parts_and_come_back(octets: bytes) -> None:
    parts = MsgId.of(octets)
    assert parts.octets == octets
    assert parts.hex == octets.hex()
    assert len(parts.digits) == 22


def test_a_group_has_one_id_for_each_number_and_the_sequence_wraps() -> None:
    first = bytes.fromhex("37a9478029c2fffe")
    assert [each.hex() for each in group_ids(first, 3)] == [
        "37a9478029c2fffe",
        "37a9478029c2ffff",
        "37a9478029c20000",
    ]
    assert group_ids(first, 0) == []


# --- results ---------------------------------------------------------------------------------------------


def test_results_are_unique_and_have_words() -> None:
    rows = [*RESULTS, *CONNECT_STATUSES]
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.en and row.zh and row.source for row in (*rows, *STATS))
    assert [row.code for row in RESULTS] == list(range(14))
    assert [row.code for row in RESULTS if row.kind == "throttled"] == [8]
    assert [row.code for row in rows if row.kind == "ok"] == [0, 0]
    assert [row.code for row in CONNECT_STATUSES if row.kind == "login"] == [1, 2, 3, 4]


@pytest.mark.parametrize("code", [14, 99, 100, 199, 300, 0xFFFFFFFF])
def test_any_result_has_a_row(code: int) -> None:
    row = status_of(code)
    assert (row.code, row.name, row.kind) == (code, f"CMPP:{code}", "refused")
    assert row.en != row.zh


def test_a_login_may_fail_for_reasons_that_pass() -> None:
    assert [connect_status_of(code).kind for code in (0, 3, 4, 5, 255)] == [
        "ok",
        "login",
        "login",
        "retry",
        "retry",
    ]
