"""What SGIP messages are made of: encoders of a channel, reports, result codes, sequence numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgip_vectors import frame_named

from hongyan.kernel.clock import beijing
from hongyan.kernel.text import split
from hongyan.protocols.sgip.codec import HEADER_SIZE, Pdu, decode, encode, frame_of
from hongyan.protocols.sgip.encoders import (
    deliver_encoder,
    international,
    report_encoder,
    submit_encoder,
)
from hongyan.protocols.sgip.pdus import REPORT
from hongyan.protocols.sgip.report import MESSAGE_STATES, is_report, parse_report, state_of
from hongyan.protocols.sgip.sequence import LAST_SEQUENCE, SequenceMaker, message_id, of_triple, triple
from hongyan.protocols.sgip.status import STATUSES, status_of
from hongyan.protocols.wire.digests import timestamp
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.mainland import GB18030, UCS2, UDHI
from hongyan.protocols.wire.reports import ReceiptFields

NODE = 3_010_012_345
MARCH_15 = 1_710_469_230_000  # 2024-03-15 10:20:30 in Beijing
ID = "b36924b912c8134e00000001"
ENCODE = submit_encoder(CorpId="12345", ServiceType="SVC01")
DELIVER = deliver_encoder()
REPORT_BODY = report_encoder()


def body_named(name: str) -> bytes:
    return frame_named(name)[HEADER_SIZE:]


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu)
    return pdu


# --- encoders ------------------------------------------------------------------------------------------------


def test_a_channel_encoder_makes_the_bodies_of_the_vectors() -> None:
    text = "【示例科技】您的验证码是123456，5分钟内有效。"
    body = ENCODE("10655012345", "13000000001", message_coding=UCS2, content=split(text)[0].payload)
    assert body == body_named("submit_ucs2")
    ascii_text = b"Hello, your code is 123456"
    assert ENCODE("10655012345", "8613000000001", content=ascii_text) == body_named("submit_ascii")


def test_the_parts_of_a_long_text_carry_their_header() -> None:
    text = "【示例科技】" + "尊敬的客户，您的订单已经发货，请注意查收。" * 6
    bodies = [
        ENCODE("10655012345", "13000000001", UDHI, "", segment.alphabet, segment.user_data)
        for segment in split(text, 0x5A)
    ]
    assert bodies == [body_named(f"submit_long_ucs2_udh6_part{part}of2") for part in (1, 2)]


def test_what_an_account_sheet_asks_for_is_encoded_once() -> None:
    encode = submit_encoder(
        CorpId="12345",
        ServiceType="SVC01",
        Priority=9,
        ScheduleTime="240315180000032+",
        ReportFlag=2,
    )
    body = encode("10655012345", "13000000001", expire_time="240316102030032+", content=b"A")
    assert body == body_named("submit_scheduled")


def test_texts_and_reports_of_the_simulator_look_like_the_vectors() -> None:
    text = "【示例科技】您的订单已发货".encode("gb18030")
    assert DELIVER("13000000001", "10655012345", 0, GB18030, text) == body_named("deliver_mo_gbk")
    assert REPORT_BODY(ID, "13000000001", "DELIVRD") == body_named("report_success")
    assert REPORT_BODY(ID, "13000000001", "ACCEPTD") == body_named("report_pending")
    failed = REPORT_BODY("b36924b912c8134e00000002", "13000000001", "UNDELIV", 29)
    assert failed == body_named("report_failed")


@pytest.mark.parametrize(
    ("number", "wire"),
    [
        ("13000000001", "8613000000001"),
        ("8613000000001", "8613000000001"),
        ("+8613000000001", "8613000000001"),
        ("008613000000001", "8613000000001"),
        ("1064912345678", "861064912345678"),
        ("", ""),
    ],
)
def test_numbers_of_handsets_get_the_country_code_once(number: str, wire: str) -> None:
    assert international(number) == wire
    assert international(wire) == wire


@pytest.mark.parametrize(
    ("constants", "field"),
    [
        ({"SPNumber": "1069"}, "SPNumber"),
        ({"UserNumber": "8613000000001"}, "UserNumber"),
        ({"MessageLength": 4}, "MessageLength"),
        ({"UserCount": 2}, "UserCount"),
        ({"CorpId": "123456"}, "CorpId"),
        ({"ReportFlag": 256}, "ReportFlag"),
        ({"Colour": 1}, "Colour"),
    ],
)
def test_wrong_constants_are_found_when_the_channel_starts(
    constants: dict[str, int | str], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        submit_encoder(**constants)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("1" * 22, "13000000001"), "SPNumber"),
        (("1069", "1" * 22), "UserNumber"),
        (("1069", "13000000001", 0, "", 0, bytes(161)), "content"),
        (("1069", "13000000001", 0, "1" * 17), "ExpireTime"),
        (("1069", "13000000001", 256), "TP_udhi"),
    ],
)
def test_a_message_that_does_not_fit_is_refused_by_field(arguments: tuple[object, ...], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        ENCODE(*arguments)  # type: ignore[arg-type]
    assert caught.value.facts["field"] == field


# --- reports -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report_success", (ID, "DELIVRD", "", True, True)),
        ("report_pending", (ID, "ACCEPTD", "", False, False)),
        ("report_failed", ("b36924b912c8134e00000002", "UNDELIV", "29", True, False)),
    ],
)
def test_the_vectors_reports_are_understood(name: str, expected: tuple[object, ...]) -> None:
    pdu = readable(frame_named(name))
    report = parse_report(pdu)
    assert is_report(pdu)
    assert (report.id, report.stat, report.err, report.final, report.delivered) == expected
    assert report.number == "8613000000001"


def test_the_id_in_a_report_is_the_sequence_of_the_submit() -> None:
    submit, report = readable(frame_named("submit_ascii")), readable(frame_named("report_success"))
    assert parse_report(report).id == message_id(submit.sequence)


def test_a_report_about_a_deliver_and_a_text_are_no_reports_of_ours() -> None:
    assert not is_report(readable(encode("SGIP_REPORT", {"ReportType": 1}, 1)))
    assert not is_report(readable(frame_named("deliver_mo_gbk")))


def test_a_state_that_nobody_documents_is_not_final() -> None:
    report = parse_report(readable(encode("SGIP_REPORT", {"State": 3, "ErrorCode": 9}, 1)))
    assert (report.stat, report.err, report.final, report.delivered) == ("", "", False, False)


def test_an_error_code_counts_only_for_a_failure() -> None:
    assert parse_report(readable(encode("SGIP_REPORT", {"State": 0, "ErrorCode": 9}, 1))).err == ""
    assert parse_report(readable(encode("SGIP_REPORT", {"State": 2}, 1))).err == "0"


@given(st.binary(min_size=44, max_size=44))
def test_no_report_makes_the_reader_raise(body: bytes) -> None:
    report = parse_report(readable(frame_of(REPORT, body, 1)))
    assert isinstance(report, ReceiptFields)
    assert len(report.id) == 24


def test_every_other_final_word_is_reported_as_a_failure() -> None:
    assert [state_of(row.stat) for row in MESSAGE_STATES] == [0, 1, 2]
    assert state_of("EXPIRED") == state_of("REJECTD") == state_of("MK:0001") == 2


@pytest.mark.parametrize("message_id", ["", "b36924b9", "zz" * 12])
def test_a_report_needs_a_whole_message_id(message_id: str) -> None:
    with pytest.raises(ValueError):
        REPORT_BODY(message_id, "13000000001", "DELIVRD")


# --- result codes --------------------------------------------------------------------------------------------


def test_the_table_of_codes_has_no_code_twice_and_words_in_both_languages() -> None:
    assert len({row.code for row in STATUSES}) == len(STATUSES)
    for row in STATUSES:
        assert 0 <= row.code <= 255
        assert row.name == f"SGIP:{row.code}"
        assert row.en
        assert row.zh
        assert row.source


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0, "ok"),
        (1, "login"),
        (3, "login"),
        (6, "refused"),
        (9, "retry"),
        (11, "throttled"),
        (32, "throttled"),
        (33, "throttled"),
        (34, "retry"),
        (69, "refused"),
        (88, "throttled"),
        (200, "refused"),
    ],
)
def test_a_code_says_who_must_act(code: int, kind: str) -> None:
    assert status_of(code).kind == kind
    assert status_of(code).name == f"SGIP:{code}"


# --- sequence numbers ----------------------------------------------------------------------------------------


def test_the_first_sequence_is_that_of_the_vectors() -> None:
    maker = SequenceMaker(NODE)
    assert triple(maker.next(MARCH_15)) == (NODE, 315_102_030, 0)
    assert message_id(maker.next(MARCH_15 + 999)) == ID
    assert triple(maker.next(MARCH_15 + 1000)) == (NODE, 315_102_031, 2)


def test_the_counter_wraps_and_starts_where_it_is_told() -> None:
    maker = SequenceMaker(NODE, counter=0xFFFFFFFF)
    assert [triple(maker.next(MARCH_15))[2] for _ in range(3)] == [0xFFFFFFFF, 0, 1]


@pytest.mark.parametrize("node", [-1, 1 << 32])
def test_a_node_number_has_32_bits(node: int) -> None:
    with pytest.raises(ValueError):
        SequenceMaker(node)


@given(st.lists(st.integers(-5_000, 5_000), max_size=50), st.integers(0, 0xFFFFFFFF))
def test_no_sequence_comes_twice_even_when_the_clock_is_set_back(steps: list[int], counter: int) -> None:
    maker = SequenceMaker(NODE, counter)
    now_ms = MARCH_15
    made = []
    for step in steps:
        now_ms += step
        made.append(maker.next(now_ms))
    assert len(set(made)) == len(made)
    assert all(each <= LAST_SEQUENCE for each in made)


@given(st.integers(0, 4_102_444_800_000))
def test_the_time_is_beijings_as_a_decimal_number(ms: int) -> None:
    moment = beijing(ms)
    word = timestamp(ms)
    assert f"{word:010d}" == f"{moment:%m%d%H%M%S}"
    assert word < 1 << 32


@given(st.integers(0, LAST_SEQUENCE))
def test_a_sequence_is_its_three_numbers_and_its_hex_digits(sequence: int) -> None:
    assert of_triple(*triple(sequence)) == sequence
    assert len(message_id(sequence)) == 24
    assert int(message_id(sequence), 16) == sequence
