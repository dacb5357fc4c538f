"""Between PDUs and parts: whatever protocol, coding and header a text comes with, a phone shows the same text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_customers import SENDER, Piece, pieces

from hongyan.carriers.simulator import cmpp_translate, sgip_translate, smgp_translate, smpp_translate
from hongyan.carriers.simulator.joining import Joiner
from hongyan.carriers.simulator.mainland_translate import cut_reply
from hongyan.carriers.simulator.message_ids import CmppIds, MessageIds, RunIds, SmgpIds
from hongyan.carriers.simulator.parts import Delivery, Part, ReplyPart, Wants, split_code
from hongyan.carriers.simulator.scenario import ERROR_NAMES
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.text import Alphabet, split
from hongyan.protocols import cmpp, sgip, smgp, smpp
from hongyan.protocols.cmpp.codec import CODECS
from hongyan.protocols.cmpp.status import status_of as cmpp_status
from hongyan.protocols.sgip.status import status_of as sgip_status
from hongyan.protocols.smgp.codec import encode_body as smgp_body
from hongyan.protocols.smgp.status import status_of as smgp_status
from hongyan.protocols.smpp.status import status_of as smpp_status
from hongyan.protocols.wire.errors import FieldError

NOW = 1_774_090_230_000
FORMATS = {"ascii": 0, "utf-16-be": 8, "gb18030": 15}
NUMBER = "13800138000"


# -- one submit of each protocol ---------------------------------------------------------------------------


def cmpp_part(layout: cmpp.Layout) -> Callable[[Piece, int], Part]:
    encode = cmpp.submit_encoder(layout, Msg_src="901234")

    def make(piece: Piece, message_format: int) -> Part:
        udhi = cmpp.UDHI if piece.headed else 0
        body = encode(
            piece.total, piece.index, udhi, message_format, "", SENDER, "86" + NUMBER, piece.content
        )
        pdu = CODECS[layout].decode(cmpp.codec.frame_of(cmpp.pdus.SUBMIT, body, 1))
        return only(cmpp_translate.parts_of(pdu))

    return make


def sgip_part(piece: Piece, message_format: int) -> Part:
    body = sgip.submit_encoder()(SENDER, NUMBER, sgip.UDHI * piece.headed, "", message_format, piece.content)
    return only(sgip_translate.parts_of(sgip.decode(sgip.codec.frame_of(sgip.pdus.SUBMIT, body, 1))))


def smgp_part(piece: Piece, message_format: int) -> Part:
    tlvs: dict[str, Any] = {"PkTotal": piece.total, "PkNumber": piece.index} if piece.total > 1 else {}
    if piece.headed:
        tlvs["TP_udhi"] = 1
    fields = {"NeedReport": 1, "MsgFormat": message_format, "SrcTermID": SENDER, "DestTermID": [NUMBER]}
    body = smgp_body("SMGP_SUBMIT", fields | {"MsgContent": piece.content}, tlvs)
    return only(smgp_translate.parts_of(smgp.decode(smgp.codec.frame_of(smgp.pdus.SUBMIT, body, 1))))


def only(parts: Any) -> Part:
    (part,) = parts
    assert isinstance(part, Part)
    return part


MAKERS: dict[str, Callable[[Piece, int], Part]] = {
    "CMPP 2.0": cmpp_part(cmpp.Layout.V20),
    "CMPP 3.0": cmpp_part(cmpp.Layout.V30),
    "SGIP": sgip_part,
    "SMGP": smgp_part,
}
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=400)
HAN = st.text(st.sampled_from("鸿雁于飞肃其羽之子征劬劳野a1 。，🪿㐀é€"), max_size=400)


@pytest.mark.parametrize("protocol", MAKERS)
@given(data=st.data(), charset=st.sampled_from(sorted(FORMATS)), wide=st.booleans(), order=st.randoms())
def test_every_submit_comes_out_as_the_same_text(
    protocol: str, data: st.DataObject, charset: str, wide: bool, order: Any
) -> None:
    text = data.draw(PRINTABLE if charset == "ascii" else HAN)
    headed = protocol == "SGIP" or data.draw(st.booleans())
    made = pieces(text, charset, wide=wide, headed=headed)
    order.shuffle(made)
    joiner = Joiner()
    shown = [
        joined for piece in made for joined in joiner.add(MAKERS[protocol](piece, FORMATS[charset]), NOW)
    ]
    (one,) = shown
    assert (one.text, one.parts, one.number, one.sender) == (text, len(made), NUMBER, SENDER)


@given(text=HAN, reference=st.integers(0, 255))
def test_an_smpp_submit_comes_out_as_the_same_text(text: str, reference: int) -> None:
    encode = smpp.submit_encoder()
    joiner = Joiner()
    shown = []
    for segment in split(text, reference):
        body = encode(
            source_addr=SENDER,
            destination_addr="86" + NUMBER,
            esm_class=smpp.UDHI if segment.header else 0,
            data_coding=int(segment.alphabet),
            short_message=segment.user_data,
        )
        pdu = smpp.decode(smpp.codec.frame_of(smpp.pdus.SUBMIT_SM, body, 1))
        shown += joiner.add(only(smpp_translate.parts_of(pdu)), NOW)
    assert [one.text for one in shown] == [text]


def test_parts_with_headers_of_7_octets_are_joined_too() -> None:
    text = "鸿雁" * 100
    octets = text.encode("utf-16-be")
    made = [octets[at : at + 132] for at in range(0, len(octets), 132)]
    joiner = Joiner()
    shown = []
    for index, payload in enumerate(made, 1):
        header = bytes((6, 8, 4, 0x12, 0x34, len(made), index))
        piece = Piece(header + payload, len(made), index, headed=True)
        shown += joiner.add(MAKERS["CMPP 2.0"](piece, 8), NOW)
    assert [one.text for one in shown] == [text]


def test_a_character_that_was_cut_in_two_is_whole_again() -> None:
    octets = "短信网关".encode("gb18030")
    joiner = Joiner()
    first = MAKERS["CMPP 3.0"](Piece(octets[:3], 2, 1, headed=False), 15)
    second = MAKERS["CMPP 3.0"](Piece(octets[3:], 2, 2, headed=False), 15)
    assert [*joiner.add(second, NOW), *joiner.add(first, NOW)][0].text == "短信网关"


@pytest.mark.parametrize(
    ("message_format", "content", "shown"),
    [
        (0x18, "闪".encode("utf-16-be"), "闪"),
        (0x10, b"flash", "flash"),
        (4, b"\x01\xff", "01ff"),
        (3, b"\x01\xff", "01ff"),
        (99, b"\x01\xff", "01ff"),
        (0, b"\xff", "�"),
    ],
)
@pytest.mark.parametrize("protocol", MAKERS)
def test_other_formats_are_shown_as_well_as_they_can(
    protocol: str, message_format: int, content: bytes, shown: str
) -> None:
    part = MAKERS[protocol](Piece(content, 1, 1, headed=False), message_format)
    assert Joiner().add(part, NOW)[0].text == shown


# -- refusals ------------------------------------------------------------------------------------------------


def test_content_longer_than_a_short_message_is_refused() -> None:
    def judged(message_format: int, size: int) -> object:
        fields = {"NeedReport": 1, "MsgFormat": message_format, "SrcTermID": "1", "DestTermID": ["2"]}
        body = smgp_body("SMGP_SUBMIT", fields | {"MsgContent": b"a" * size})
        parts = smgp_translate.parts_of(smgp.decode(smgp.codec.frame_of(smgp.pdus.SUBMIT, body, 1)))
        return parts if isinstance(parts, str) else len(parts)

    assert [judged(8, 140), judged(8, 141), judged(0, 160), judged(0, 161)] == [
        1,
        "too_long",
        1,
        "too_long",
    ]


def test_a_submit_to_nobody_is_refused() -> None:
    for layout in cmpp.Layout:
        body = CODECS[layout].encode_body("CMPP_SUBMIT", {"Dest_terminal_Id": []})
        pdu = CODECS[layout].decode(cmpp.codec.frame_of(cmpp.pdus.SUBMIT, body, 1))
        assert cmpp_translate.parts_of(pdu) == "bad_destination"


def test_sgip_wants_the_country_code() -> None:
    body = sgip.codec.encode_body("SGIP_SUBMIT", {"UserNumber": ["8613000000001", "13000000001"]})
    pdu = sgip.decode(sgip.codec.frame_of(sgip.pdus.SUBMIT, body, 1))
    assert sgip_translate.parts_of(pdu) == "bad_destination"


def test_smpp_addresses_that_could_not_be_reported_on_are_refused() -> None:
    for source, destination, error in (
        ("1" * 21, "2", "bad_source"),
        ("1", "2" * 21, "bad_destination"),
    ):
        body = b"\0\0\0" + source.encode() + b"\0\0\0" + destination.encode() + b"\0" + bytes(10)
        pdu = smpp.decode(smpp.codec.frame_of(smpp.pdus.SUBMIT_SM, body, 1))
        assert smpp_translate.parts_of(pdu) == error


TEMPORARY_NAMES = ("throttled", "queue_full", "system_error")


@pytest.mark.parametrize(
    ("status_of_error", "status_of"),
    [
        (smpp_translate.status_of_error, smpp_status),
        (lambda error: cmpp_translate.status_of_error(error, cmpp.Layout.V20), cmpp_status),
        (sgip_translate.status_of_error, sgip_status),
        (smgp_translate.status_of_error, smgp_status),
    ],
)
def test_errors_are_temporary_or_final_as_their_names_say(
    status_of_error: Callable[[Any], int], status_of: Callable[[int], Any]
) -> None:
    for name in ERROR_NAMES:
        kind = status_of(status_of_error(name)).kind
        assert (kind in ("throttled", "retry")) == (name in TEMPORARY_NAMES)
        assert kind not in ("ok", "login")
    assert status_of_error(0x45) == 0x45


def test_a_raw_status_is_as_large_as_its_field() -> None:
    assert cmpp_translate.status_of_error(0x1234, cmpp.Layout.V20) == 0xFF
    assert cmpp_translate.status_of_error(0x1234, cmpp.Layout.V30) == 0x1234
    assert sgip_translate.status_of_error(0x1234) == 0xFF
    assert smgp_translate.status_of_error(0xFFFFFFFF) == 0xFFFFFFFF


# -- which reports are wanted --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "wants"), [(0, Wants.NONE), (1, Wants.ALWAYS), (2, Wants.NONE), (255, Wants.NONE)]
)
def test_cmpp_and_smgp_ask_for_all_reports_or_for_none(flag: int, wants: Wants) -> None:
    body = CODECS[cmpp.Layout.V20].encode_body(
        "CMPP_SUBMIT", {"Dest_terminal_Id": ["1"], "Registered_Delivery": flag}
    )
    pdu = CODECS[cmpp.Layout.V20].decode(cmpp.codec.frame_of(cmpp.pdus.SUBMIT, body, 1))
    assert only(cmpp_translate.parts_of(pdu)).wants == wants
    body = smgp_body("SMGP_SUBMIT", {"DestTermID": ["1"], "NeedReport": flag})
    pdu = smgp.decode(smgp.codec.frame_of(smgp.pdus.SUBMIT, body, 1))
    assert only(smgp_translate.parts_of(pdu)).wants == wants


@pytest.mark.parametrize(
    ("flag", "wants"),
    [(0, Wants.FAILURE), (1, Wants.ALWAYS), (2, Wants.NONE), (3, Wants.NONE), (255, Wants.NONE)],
)
def test_sgip_asks_with_its_own_numbers(flag: int, wants: Wants) -> None:
    body = sgip.codec.encode_body("SGIP_SUBMIT", {"UserNumber": ["861"], "ReportFlag": flag})
    pdu = sgip.decode(sgip.codec.frame_of(sgip.pdus.SUBMIT, body, 1))
    assert only(sgip_translate.parts_of(pdu)).wants == wants


# -- reports and replies -------------------------------------------------------------------------------------


def delivery(code: str, message_id: str, number: str = NUMBER) -> Delivery:
    part = MAKERS["CMPP 3.0"](Piece(b"hello", 1, 1, headed=False), 0)
    part = msgspec.structs.replace(part, destination=number)
    return Delivery(message_id, part, code, NOW, NOW + 60_000, 1, lost=False)


CODES = ["DELIVRD", "UNDELIV", "EXPIRED", "REJECTD", "DELETED", "UNKNOWN", "ACCEPTD", "MK:0001", "UNDELIV:69"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("layout", cmpp.Layout)
def test_a_cmpp_report_says_the_code(code: str, layout: cmpp.Layout) -> None:
    ids = CmppIds(10086)
    deliveries = cmpp_translate.Deliveries(ids, ManualClock(NOW))
    message_id = ids.take(NOW)
    body = deliveries.body_of(delivery(code, message_id), layout)
    pdu = CODECS[layout].decode(cmpp.codec.frame_of(cmpp.pdus.DELIVER, body, 1))
    assert isinstance(pdu, cmpp.Pdu)
    report = cmpp.parse_report(pdu)
    assert len(pdu.fields["content"]) == (60 if layout is cmpp.Layout.V20 else 71)
    assert report[:6] == (
        message_id, code.partition(":6")[0], "", cmpp.report_time(NOW), cmpp.report_time(NOW + 60_000), NUMBER,
    )  # fmt: skip
    assert (pdu.fields["Dest_Id"], pdu.fields["Src_terminal_Id"]) == (SENDER, NUMBER)
    assert report.final == (code != "ACCEPTD")


@pytest.mark.parametrize(
    ("code", "stat", "err"),
    [
        ("DELIVRD", "DELIVRD", "000"),
        ("ACCEPTD", "ACCEPTD", "000"),
        ("UNDELIV", "UNDELIV", "601"),
        ("UNDELIV:5", "UNDELIV", "005"),
        ("EXPIRED", "EXPIRED", "001"),
        ("REJECTD", "REJECTD", "999"),
        ("MK:0001", "UNDELIV", "601"),
        ("MI:0024", "EXPIRED", "001"),
        ("XX:9999", "UNDELIV", "999"),
    ],
)
def test_an_smgp_report_says_the_code_in_its_own_way(code: str, stat: str, err: str) -> None:
    ids = SmgpIds(10061)
    deliveries = smgp_translate.Deliveries(ids, ManualClock(NOW))
    message_id = ids.take(NOW)
    pdu = smgp.decode(
        smgp.codec.frame_of(smgp.pdus.DELIVER, deliveries.body_of(delivery(code, message_id)), 1)
    )
    assert isinstance(pdu, smgp.Pdu)
    assert len(pdu.fields["MsgContent"]) == 122
    report = smgp.parse_report(pdu)
    assert (report.id, report.stat, report.err, report.number) == (message_id, stat, err, NUMBER)


@pytest.mark.parametrize(
    ("code", "state", "error"),
    [
        ("DELIVRD", 0, 0),
        ("ACCEPTD", 1, 0),
        ("UNDELIV", 2, 53),
        ("UNDELIV:69", 2, 69),
        ("UNDELIV:999", 2, 255),
        ("EXPIRED", 2, 61),
        ("MK:0001", 2, 29),
        ("XX:9999", 2, 53),
    ],
)
def test_an_sgip_report_says_the_code_as_a_number(code: str, state: int, error: int) -> None:
    message_id = "b36ed72112d7624a00000007"
    body = sgip_translate.report_of(delivery(code, message_id))
    pdu = sgip.decode(sgip.codec.frame_of(sgip.pdus.REPORT, body, 1))
    assert isinstance(pdu, sgip.Pdu)
    assert (pdu.fields["State"], pdu.fields["ErrorCode"]) == (state, error)
    assert sgip.parse_report(pdu).id == message_id
    assert pdu.fields["UserNumber"] == "86" + NUMBER


def test_what_does_not_fit_a_protocol_is_told_as_such() -> None:
    deliveries = cmpp_translate.Deliveries(CmppIds(1), ManualClock(NOW))
    long = delivery("DELIVRD", "00" * 8, number="1" * 32)
    assert deliveries.body_of(long, cmpp.Layout.V30)
    with pytest.raises(FieldError, match="Dest_terminal_Id"):
        deliveries.body_of(long, cmpp.Layout.V20)


def test_a_delivery_keeps_its_name_when_it_is_sent_again() -> None:
    for layout in cmpp.Layout:
        deliveries = cmpp_translate.Deliveries(CmppIds(1), ManualClock(NOW))
        one, other = delivery("DELIVRD", "00" * 8), delivery("DELIVRD", "00" * 8)
        assert deliveries.body_of(one, layout)[:8] == deliveries.body_of(one, layout)[:8]
        assert deliveries.body_of(one, layout)[:8] != deliveries.body_of(other, layout)[:8]


REPLY_TEXTS = st.one_of(PRINTABLE, HAN, st.text(max_size=300)).filter(
    lambda text: not any(0xD800 <= ord(each) < 0xE000 for each in text)
)


@given(text=REPLY_TEXTS, reference=st.integers(0, 255))
def test_replies_come_out_as_the_same_text_in_every_mainland_protocol(text: str, reference: int) -> None:
    replies = [ReplyPart(NUMBER, SENDER, segment) for segment in cut_reply(text, reference)]
    cmpp_deliveries = cmpp_translate.Deliveries(CmppIds(1), ManualClock(NOW))
    smgp_deliveries = smgp_translate.Deliveries(SmgpIds(1), ManualClock(NOW))
    read: dict[str, list[Any]] = {"cmpp2": [], "cmpp3": [], "sgip": [], "smgp": []}
    for reply in replies:
        for name, layout in (("cmpp2", cmpp.Layout.V20), ("cmpp3", cmpp.Layout.V30)):
            frame = cmpp.codec.frame_of(cmpp.pdus.DELIVER, cmpp_deliveries.body_of(reply, layout), 1)
            pdu = CODECS[layout].decode(frame)
            assert isinstance(pdu, cmpp.Pdu)
            assert not cmpp.is_report(pdu)
            read[name].append(cmpp.read_content(pdu))
        reply.wire_id = b""
        octets = smgp.codec.frame_of(smgp.pdus.DELIVER, smgp_deliveries.body_of(reply), 1)
        deliver = smgp.decode(octets)
        assert isinstance(deliver, smgp.Pdu)
        read["smgp"].append(smgp.read_content(deliver))
        octets = sgip.codec.frame_of(sgip.pdus.DELIVER, sgip_translate.deliver_of(reply), 1)
        said = sgip.decode(octets)
        assert isinstance(said, sgip.Pdu)
        read["sgip"].append(sgip.read_content(said))
    for contents in read.values():
        assert "".join(content.text or "" for content in contents) == text
        assert all(len(content.payload) <= 140 for content in contents)
        if len(contents) > 1:
            assert [content.concat.index for content in contents] == list(range(1, len(contents) + 1))
            assert {content.concat.reference for content in contents} == {reference}


def test_short_plain_replies_are_ascii_and_others_are_not() -> None:
    assert [segment.alphabet for segment in cut_reply("TD", 1)] == [Alphabet.GSM7]
    assert [segment.alphabet for segment in cut_reply("`", 1)] == [Alphabet.UCS2]
    assert [segment.alphabet for segment in cut_reply("é", 1)] == [Alphabet.UCS2]
    assert len(cut_reply("a" * 141, 1)) == 3


def test_codes_are_read_as_state_number_and_element() -> None:
    assert split_code("UNDELIV:601") == ("UNDELIV", "601", "")
    assert split_code("DELIVRD") == ("DELIVRD", "", "")
    assert split_code("MK:0001") == ("", "", "MK:0001")


# -- ids -----------------------------------------------------------------------------------------------------


@given(
    times=st.lists(st.integers(0, 5_000), min_size=1, max_size=50),
    counts=st.lists(st.integers(1, 99), min_size=1, max_size=50),
)
def test_ids_never_repeat(times: list[int], counts: list[int]) -> None:
    makers: list[MessageIds] = [CmppIds(10086), RunIds(NOW)]
    for ids in makers:
        given_out = []
        for wait, count in zip(sorted(times), counts, strict=False):
            given_out += ids.take_group(count, NOW + wait)
            given_out.append(ids.take(NOW + wait))
        assert len(set(given_out)) == len(given_out)


def test_ids_never_repeat_when_the_clock_stands_still_or_a_second_is_full() -> None:
    ids = CmppIds(10086)
    assert len({ids.take(NOW) for _ in range(70_000)}) == 70_000
    more = SmgpIds(10061)
    assert len({more.take(NOW) for _ in range(1_200_000)}) == 1_200_000


def test_ids_have_the_forms_of_the_documents() -> None:
    cmpp_id = cmpp.MsgId.of(bytes.fromhex(CmppIds(10086).take(NOW)))
    assert cmpp_id[:6] == cmpp.MsgId.at(NOW, 10086, 0)[:6]
    smgp_id = smgp.MsgId.of(bytes.fromhex(SmgpIds(10061).take(NOW)))
    assert smgp_id is not None
    assert smgp_id[:2] == smgp.MsgId.at(NOW, "010061", 0)[:2]


def test_a_new_start_in_the_same_second_has_other_ids() -> None:
    before, after = CmppIds(10086), CmppIds(10086)
    first = {before.take(NOW + at // 20) for at in range(2_000)}
    second = {after.take(NOW + 100 + at // 20) for at in range(2_000)}
    assert not first & second


def test_a_group_has_ids_that_follow_each_other_and_wrap_at_no_second() -> None:
    ids = CmppIds(10086)
    for _ in range(1_000):
        group = ids.take_group(99, NOW)
        assert [bytes.fromhex(each) for each in group] == cmpp.group_ids(bytes.fromhex(group[0]), 99)
        assert int(group[-1], 16) - int(group[0], 16) == 98
    assert len(set(SmgpIds(1).take_group(5, NOW))) == 1
