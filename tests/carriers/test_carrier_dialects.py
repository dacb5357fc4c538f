"""What each protocol makes of the same part, and of what its carrier brings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.dialects.choose import dialects_of
from hongyan.carriers.dialects.mainland import e164, national
from hongyan.carriers.dialects.port import Dialect, Report, Text
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.text import Repertoire, split
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.outgoing import Job
from hongyan.messaging.replies import Named
from hongyan.messaging.route import LONGEST_SENDER
from hongyan.protocols.cmpp import pdus as cmpp_pdus
from hongyan.protocols.cmpp.codec import CODECS
from hongyan.protocols.cmpp.codec import frame_of as cmpp_frame
from hongyan.protocols.cmpp.content import read_content as cmpp_content
from hongyan.protocols.cmpp.encoders import deliver_encoder as cmpp_deliver
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.report import report_content
from hongyan.protocols.sgip import pdus as sgip_pdus
from hongyan.protocols.sgip.codec import decode as sgip_decode
from hongyan.protocols.sgip.codec import frame_of as sgip_frame
from hongyan.protocols.sgip.content import read_content as sgip_content
from hongyan.protocols.sgip.encoders import deliver_encoder as sgip_deliver
from hongyan.protocols.sgip.encoders import report_encoder
from hongyan.protocols.smgp import pdus as smgp_pdus
from hongyan.protocols.smgp.codec import Pdu as SmgpPdu
from hongyan.protocols.smgp.codec import decode as smgp_decode
from hongyan.protocols.smgp.codec import frame_of as smgp_frame
from hongyan.protocols.smgp.content import read_content as smgp_content
from hongyan.protocols.smpp import pdus as smpp_pdus
from hongyan.protocols.smpp.codec import decode as smpp_decode
from hongyan.protocols.smpp.codec import frame_of as smpp_frame
from hongyan.protocols.smpp.content import read_content as smpp_content
from hongyan.protocols.wire.errors import FieldError

NUMBER, SENDER = "8613800138000", "10690000128888"
CLOCK = ManualClock()

ACCOUNTS: dict[str, tuple[str, dict[str, object]]] = {
    "cmpp20": ("cmpp", {"version": "2.0", "login": "901234"}),
    "cmpp30": ("cmpp", {"version": "3.0", "login": "901234", "service_id": "SVC", "fee_code": "000100"}),
    "sgip": ("sgip", {"login": "hongyan", "node": 3010012345, "corp_id": "12345"}),
    "smgp": ("smgp", {"login": "hongyan", "service_id": "SVC", "msg_src": "901234"}),
    "smpp": ("smpp", {"login": "hongyan"}),
}


def all_dialects_of(name: str, **changes: object) -> tuple[Dialect, ...]:
    protocol, settings = ACCOUNTS[name]
    made = make_settings(
        protocol,  # type: ignore[arg-type]
        {"host": "10.0.0.1", "access_number": "1069000012", **settings, **changes},
    )
    return dialects_of(made, Passwords("secret"), CLOCK)


def dialect_of(name: str, **changes: object) -> Dialect:
    return all_dialects_of(name, **changes)[0]


def job_of(text: str, repertoire: Repertoire = Repertoire.UCS2_ONLY) -> Job:
    pieces = split(text, 7, repertoire)
    payloads = [piece.user_data for piece in pieces]
    expires = CLOCK.now_ms() + 1_800_000
    return Job(1, 1, 0, 1, 7, NUMBER, SENDER, pieces[0].alphabet, payloads, expires, len(payloads))


def submits(name: str, job: Job) -> list[tuple[dict[str, Any], Any]]:
    """Fields and content of each part as the carrier reads them."""
    dialect = dialect_of(name)
    found = []
    for part in range(1, len(job.payloads) + 1):
        body = dialect.body(job, part, CLOCK.now_ms())
        if name.startswith("cmpp"):
            layout = Layout.V30 if name == "cmpp30" else Layout.V20
            pdu: Any = CODECS[layout].decode(cmpp_frame(cmpp_pdus.SUBMIT, body, 1))
            content: Any = cmpp_content(pdu)
        elif name == "sgip":
            pdu = sgip_decode(sgip_frame(sgip_pdus.SUBMIT, body, 1))
            content = sgip_content(pdu)
        elif name == "smgp":
            pdu = smgp_decode(smgp_frame(smgp_pdus.SUBMIT, body, 1))
            content = smgp_content(pdu)
        else:
            pdu = smpp_decode(smpp_frame(smpp_pdus.SUBMIT_SM, body, 1))
            content = smpp_content(pdu)
        found.append((pdu.fields, content))
    return found


ENDS = {
    "cmpp20": ("Src_Id", "Dest_terminal_Id", ["13800138000"]),
    "cmpp30": ("Src_Id", "Dest_terminal_Id", ["13800138000"]),
    "sgip": ("SPNumber", "UserNumber", ["8613800138000"]),
    "smgp": ("SrcTermID", "DestTermID", ["13800138000"]),
    "smpp": ("source_addr", "destination_addr", NUMBER),
}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_part_says_who_writes_to_whom_and_carries_its_text(name: str) -> None:
    ((fields, content),) = submits(name, job_of("【鸿雁】您的验证码是1234"))
    source, destination, number = ENDS[name]
    assert (fields[source], fields[destination]) == (SENDER, number)
    assert content.text == "【鸿雁】您的验证码是1234"
    assert content.concat is None


@pytest.mark.parametrize("name", ACCOUNTS)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), min_size=71, max_size=300))
def test_parts_of_a_long_text_join_to_the_text(name: str, text: str) -> None:
    parts = submits(name, job_of(text))
    assert [part.concat.index for _, part in parts if part.concat] == list(range(1, len(parts) + 1))
    joined = b"".join(part.payload for _, part in parts)
    assert joined.decode("utf-16-be") == text


@pytest.mark.parametrize("name", ["cmpp20", "cmpp30", "sgip", "smgp"])
def test_the_gsm_alphabet_is_refused_where_the_protocol_has_ascii(name: str) -> None:
    with pytest.raises(FieldError):
        dialect_of(name).body(job_of("hello", Repertoire.GSM), 1, CLOCK.now_ms())


@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_longest_sender_that_routing_makes_is_carried_whole(name: str) -> None:
    job = job_of("您好")
    job.access_number = "1069" * (LONGEST_SENDER // 4)
    ((fields, _),) = submits(name, job)
    assert fields[ENDS[name][0]] == job.access_number
    assert len(job.access_number) == LONGEST_SENDER


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_extension_that_makes_the_sender_too_long_is_a_field_error_not_a_cut(name: str) -> None:
    job = job_of("您好")
    job.access_number = "1" * 22
    with pytest.raises(FieldError):
        dialect_of(name).body(job, 1, CLOCK.now_ms())


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("cmpp20", 8, AnswerKind.THROTTLED),
        ("cmpp20", 13, AnswerKind.REFUSED),
        ("cmpp20", 3, AnswerKind.RETRY),
        ("sgip", 88, AnswerKind.THROTTLED),
        ("sgip", 6, AnswerKind.REFUSED),
        ("smgp", 1, AnswerKind.THROTTLED),
        ("smgp", 12, AnswerKind.RETRY),
        ("smpp", 0x58, AnswerKind.THROTTLED),
        ("smpp", 0x0B, AnswerKind.REFUSED),
    ],
)
def test_answers_mean_the_same_in_every_protocol(name: str, status: int, kind: AnswerKind) -> None:
    assert dialect_of(name).verdict(status).kind is kind


@pytest.mark.parametrize("name", ACCOUNTS)
@given(status=st.integers(1, 0xFFFFFFFF))
def test_any_answer_has_a_meaning(name: str, status: int) -> None:
    verdict = dialect_of(name).verdict(status)
    assert verdict.kind is not AnswerKind.ACCEPTED
    assert verdict.name


def test_a_cmpp_report_is_read_with_the_id_of_its_submit() -> None:
    content = report_content(
        Layout.V20, Msg_Id=b"\x37" + bytes(6) + b"\x01", Stat="MK:0001", Dest_terminal_Id="13800138000"
    )
    body = cmpp_deliver(Layout.V30)(bytes(8), SENDER, 0, 0, "13800138000", 1, content)
    pdu = CODECS[Layout.V30].decode(cmpp_frame(cmpp_pdus.DELIVER, body, 1))
    assert dialect_of("cmpp30").read(pdu) == Report(
        "3700000000000001", final=True, delivered=False, code="MK:0001"
    )


def test_an_sgip_report_of_a_waiting_message_is_not_final() -> None:
    encode = report_encoder()
    dialect = dialect_of("sgip")
    for stat, final, code in (("ACCEPTD", False, "ACCEPTD"), ("UNDELIV", True, "UNDELIV:5")):
        frame = sgip_frame(sgip_pdus.REPORT, encode("0a" * 12, "13800138000", stat, 5), 1)
        assert dialect.read(sgip_decode(frame)) == Report("0a" * 12, final=final, delivered=False, code=code)


@pytest.mark.parametrize("written", ["13800138000", "8613800138000", "+8613800138000", "008613800138000"])
def test_a_handset_is_the_same_however_a_gateway_writes_it(written: str) -> None:
    body = cmpp_deliver(Layout.V20)(bytes(8), SENDER, 0, 15, written, 0, "退订".encode("gb18030"))
    text = dialect_of("cmpp20").read(CODECS[Layout.V20].decode(cmpp_frame(cmpp_pdus.DELIVER, body, 1)))
    assert isinstance(text, Text)
    assert (text.number, text.access_number, text.decode(text.payload)) == (NUMBER, SENDER, "退订")
    body = sgip_deliver()(written, SENDER, 0, 8, "退订".encode("utf-16-be"))
    text = dialect_of("sgip").read(sgip_decode(sgip_frame(sgip_pdus.DELIVER, body, 1)))
    assert isinstance(text, Text)
    assert (text.number, text.decode(text.payload)) == (NUMBER, "退订")


@pytest.mark.parametrize(
    ("msg_id", "named"), [(bytes(8), Named("", 77)), (bytes(7) + b"\1", Named("0000000000000001", 77))]
)
def test_a_cmpp_text_is_called_by_its_id_or_by_the_sequence_alone(msg_id: bytes, named: Named) -> None:
    body = cmpp_deliver(Layout.V20)(msg_id, SENDER, 0, 15, "13800138000", 0, b"TD")
    text = dialect_of("cmpp20").read(CODECS[Layout.V20].decode(cmpp_frame(cmpp_pdus.DELIVER, body, 77)))
    assert isinstance(text, Text)
    assert text.named == named


def test_an_sgip_text_is_called_by_its_sequence_which_is_an_id() -> None:
    body = sgip_deliver()("13800138000", SENDER, 0, 15, b"TD")
    text = dialect_of("sgip").read(sgip_decode(sgip_frame(sgip_pdus.DELIVER, body, 1 << 64 | 77)))
    assert isinstance(text, Text)
    assert text.named == Named("00000001000000000000004d", 1 << 64 | 77)


@given(st.from_regex(r"(?:\+|00)?[1-9][0-9]{2,16}", fullmatch=True))
def test_numbers_survive_being_written_for_carriers(number: str) -> None:
    assert e164(national(e164(number))) == e164(number)


def logins(name: str, **changes: object) -> list[bytes]:
    """The first frame of each link of a channel."""
    return [dialect.session(0.0).bytes_to_send()[0] for dialect in all_dialects_of(name, **changes)]


def test_an_smpp_pair_has_one_login_to_send_and_one_to_receive() -> None:
    sending, receiving = logins("smpp", mode="pair")
    assert sending[4:8] == (2).to_bytes(4, "big")
    assert receiving[4:8] == (1).to_bytes(4, "big")


@pytest.mark.parametrize(("login_mode", "modes"), [(0, [0]), (1, [1]), (2, [2]), ("pair", [0, 1])])
def test_an_smgp_channel_logs_in_with_its_modes_a_pair_with_both(
    login_mode: object, modes: list[int]
) -> None:
    frames = [smgp_decode(frame) for frame in logins("smgp", login_mode=login_mode)]
    assert [frame.fields["LoginMode"] for frame in frames if isinstance(frame, SmgpPdu)] == modes


def test_an_smgp_channel_logs_in_with_its_version() -> None:
    (frame,) = logins("smgp", version=0x31)
    login = smgp_decode(frame)
    assert isinstance(login, SmgpPdu)
    assert login.fields["ClientVersion"] == 0x31
    assert dialect_of("smgp", version=0x31).title == "SMGP 3.1"


def test_two_starts_of_an_sgip_channel_in_one_second_give_no_id_twice() -> None:
    firsts = {dialect_of("sgip").session(0.0).bytes_to_send()[0][8:20] for _ in range(50)}
    assert len(firsts) == 50
