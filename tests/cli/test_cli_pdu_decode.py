"""`hongyan pdu decode`: frames out of whatever people have at hand, explained; and what is wrong with broken ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Said, hongyan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FOLDER = Path(__file__).parents[1] / "vectors"
PROTOCOLS = ("cmpp2", "cmpp3", "sgip", "smgp", "smpp34")


def vectors(protocol: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{protocol}.json").read_text("utf-8"))
    return found


def hex_of(name: str) -> str:
    return next(each["hex"] for each in vectors(name.partition("_")[0]) if each["name"] == name)


def decode(source: str, protocol: str = "cmpp2", *words: str, given: bytes = b"") -> Said:
    return hongyan("pdu", "decode", "--protocol", protocol, source, *words, given=given)


def names(said: Said) -> list[str | None]:
    return [each["pdu"] for each in said.json]


CONNECT = hex_of("cmpp2_connect")
ACTIVE_TEST = hex_of("cmpp2_active_test")
BOTH = ["CMPP_CONNECT", "CMPP_ACTIVE_TEST"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")


# -- vectors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_vector_is_decoded_with_its_names_values_and_octets(protocol: str) -> None:
    expected = vectors(protocol)
    given_lines = "\n".join(each["hex"] for each in expected)
    found = decode("-", protocol, "--json", given=given_lines.encode()).json
    assert len(found) == len(expected)
    for shown, vector in zip(found, expected, strict=True):
        assert set(shown) == {"pdu", "fields", "hex"}
        assert (shown["pdu"], shown["hex"]) == (vector["pdu"], vector["hex"])
        assert {key: shown["fields"].get(key) for key in vector["fields"]} == vector["fields"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_vector_is_shown_to_people(monkeypatch: pytest.MonkeyPatch, protocol: str, lang: str) -> None:
    monkeypatch.setenv("HONGYAN_LANG", lang)
    for vector in vectors(protocol):
        said = decode(vector["hex"], protocol)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"#1  {vector['pdu']}  ")
        for name in vector["fields"]:
            assert f" {name} " in said.out or f" {name}\n" in said.out
        assert not any(line.endswith(" ") for line in said.out.splitlines())


# -- where frames come from ----------------------------------------------------------------------------------

OCTETS = bytes.fromhex(CONNECT + ACTIVE_TEST)


def xxd(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        groups = " ".join(part[i : i + 2].hex() for i in range(0, len(part), 2))
        text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in part)
        lines.append(f"{at:08x}: {groups:<39}  {text}")
    return "\n".join(lines) + "\n"


def hexdump(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        halves = "  ".join(part[i : i + 8].hex(" ") for i in range(0, len(part), 8))
        text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in part)
        lines.append(f"{at:08x}  {halves:<48}  |{text}|")
    return "\n".join([*lines, f"{len(data):08x}"]) + "\n"


def wireshark(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in part)
        lines.append(f"{at:04x}   {part.hex(' '):<47}   {text}")
    return "\n".join(lines) + "\n"


def tcpdump(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        groups = " ".join(part[i : i + 2].hex() for i in range(0, len(part), 2))
        lines.append(f"\t0x{at:04x}:  {groups}")
    return "\n".join(lines) + "\n"


FORMS = {
    "lines": f"{CONNECT}\n{ACTIVE_TEST}\n",
    "one line": CONNECT + ACTIVE_TEST,
    "upper case": f"{CONNECT.upper()}\r\n{ACTIVE_TEST.upper()}\r\n",
    "prefixes": f"0x{CONNECT}\n0X{ACTIVE_TEST}",
    "octet by octet": "\n".join(
        " ".join(f"0x{o:02x}," for o in bytes.fromhex(h)) for h in (CONNECT, ACTIVE_TEST)
    ),
    "escapes": "".join(f"\\x{octet:02x}" for octet in OCTETS),
    "colons": OCTETS.hex(":"),
    "blanks and empty lines": f"\n  {bytes.fromhex(CONNECT).hex(' ')}  \n\n\t{ACTIVE_TEST}\n\n",
    "comments": f"# login\n{CONNECT}\n# is anybody there\n{ACTIVE_TEST}",
    "a mark in front": f"\ufeff{CONNECT}\n{ACTIVE_TEST}",
    "wrapped": "\n".join(OCTETS.hex(" ", 4)[at : at + 36] for at in range(0, 120, 36)),
    "xxd": xxd(OCTETS),
    "hexdump -C": hexdump(OCTETS),
    "wireshark": wireshark(OCTETS),
    "tcpdump": tcpdump(OCTETS),
    "two dumps": xxd(bytes.fromhex(CONNECT)) + xxd(bytes.fromhex(ACTIVE_TEST)),
    "two dumps of another kind": hexdump(bytes.fromhex(CONNECT)) + "\n" + hexdump(bytes.fromhex(ACTIVE_TEST)),
    "a dump and a line": tcpdump(bytes.fromhex(CONNECT)) + ACTIVE_TEST,
}


@pytest.mark.parametrize("form", FORMS)
def test_frames_are_found_in_many_forms(form: str, tmp_path: Path) -> None:
    text = FORMS[form]
    assert names(decode("-", "cmpp2", "--json", given=text.encode())) == BOTH
    (tmp_path / "frames").write_text(text, "utf-8")
    assert names(decode(str(tmp_path / "frames"), "cmpp2", "--json")) == BOTH
    if form not in ("comments", "a mark in front", "xxd", "hexdump -C", "wireshark") and "dump" not in form:
        assert names(decode(text, "cmpp2", "--json")) == BOTH


@pytest.mark.parametrize("command", ["xxd", "hexdump -C", "od -A x -t x1"])
def test_what_the_systems_own_tools_print_is_understood(command: str, tmp_path: Path) -> None:
    """Also where they leave out lines that repeat."""
    if shutil.which(command.split(maxsplit=1)[0]) is None:
        pytest.skip(f"{command} is not here")
    frames = b"".join(bytes.fromhex(each["hex"]) for each in vectors("cmpp3"))
    (tmp_path / "frames.bin").write_bytes(frames)
    dump = subprocess.run([*command.split(), tmp_path / "frames.bin"], capture_output=True, check=True).stdout
    found = decode("-", "cmpp3", "--json", given=dump).json
    assert [each["hex"] for each in found] == [each["hex"] for each in vectors("cmpp3")]


def test_lines_that_a_dump_leaves_out_are_filled_in() -> None:
    long = bytes.fromhex("00000040 80000003 00000000 00000001") + bytes(48)
    dump = f"00000000  {long[:16].hex(' ')}\n00000010  {bytes(16).hex(' ')}\n*\n00000040\n"
    (found,) = decode("-", "smpp34", "--json", given=dump.encode()).json
    assert found["hex"] == long.hex()


@pytest.mark.parametrize("after", ["ffffffff", "00000041", "00000008", "*"])
def test_a_dump_that_leaves_out_too_much_or_less_than_a_line_is_refused(after: str) -> None:
    dump = f"00000000  {bytes(16).hex(' ')}\n*\n{after}\n*\n"
    said = decode("-", "smpp34", given=dump.encode())
    assert said.code == 1


def test_raw_octets_are_a_stream_of_frames(tmp_path: Path) -> None:
    assert names(decode("-", "cmpp2", "--json", given=OCTETS)) == BOTH
    (tmp_path / "capture.bin").write_bytes(OCTETS)
    assert names(decode(str(tmp_path / "capture.bin"), "cmpp2", "--json")) == BOTH


def test_a_file_goes_before_hex_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(ACTIVE_TEST).write_text(CONNECT)
    assert names(decode(ACTIVE_TEST, "cmpp2", "--json")) == ["CMPP_CONNECT"]
    assert names(decode("-", "cmpp2", "--json", given=ACTIVE_TEST.encode())) == ["CMPP_ACTIVE_TEST"]


# -- what people see -----------------------------------------------------------------------------------------


def test_a_submit_is_explained_field_by_field() -> None:
    shown = decode(hex_of("smpp34_submit_sm_long_ucs2_udh6_part1of2"), "smpp34").out
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    for line in (
        "17 source_addr_ton 3 network-specific",
        "44 esm_class 64 default mode, message, user data header",
        '47 schedule_delivery_time "" at once',
        "49 registered_delivery 1 report success and failure",
        "51 data_coding 8 UCS-2",
        "→ user data header 0x00 concatenation, 8-bit reference: 2a0201",
        "→ part 1 of 2, reference 0x2a",
    ):
        assert line in lines
    assert "→ text                   您的快递已到达驿站" in shown


def test_status_words_times_and_ids_are_explained() -> None:
    assert "too fast, slow down" in decode(hex_of("cmpp2_submit_resp_flow_control_8"), "cmpp2").out
    assert "ESME_RTHROTTLED: too fast" in decode(hex_of("smpp34_submit_sm_resp_throttled"), "smpp34").out
    assert "2024-03-16 10:20:30 UTC+08:00" in decode(hex_of("cmpp2_submit_timed_no_report"), "cmpp2").out
    assert "03-15 10:20:30, gateway 10690, number 1" in decode(hex_of("cmpp2_submit_resp_ok"), "cmpp2").out
    assert "node 3010012345, 03-15 10:20:30, number 1" in decode(hex_of("sgip_submit_resp_ok"), "sgip").out
    assert "TP_udhi: content begins" in decode(hex_of("smgp_submit_long_ucs2_udh6_part1of2"), "smgp").out


@pytest.mark.parametrize(
    ("name", "state", "cause"),
    [
        ("cmpp2_deliver_report_delivrd", "DELIVRD: delivered; final", ""),
        ("cmpp3_deliver_report_carrier_code", "MK:0001: the carrier's own code; final", "MK:0001: "),
        ("sgip_report_pending", "ACCEPTD: waiting to be sent; not final", ""),
        ("sgip_report_failed", "UNDELIV: failed; final", "UNDELIV:29: "),
        ("smgp_deliver_report_undeliv", "UNDELIV: cannot be delivered; final", "UNDELIV:005: "),
        ("smpp34_deliver_sm_receipt_tlv", "DELIVRD: delivered; final", ""),
    ],
)
def test_a_report_inside_is_read_out_with_its_cause(name: str, state: str, cause: str) -> None:
    shown = decode(hex_of(name), name.partition("_")[0]).out
    assert state in shown
    assert ("→ cause" in shown) == bool(cause)
    assert cause in shown


def test_chinese_readers_read_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    shown = decode(hex_of("cmpp2_submit_ucs2_fmt8"), "cmpp2").out
    assert "提交短信" in shown
    assert "→ 正文" in shown
    said = decode(CONNECT[:-2], "cmpp2")
    assert "✗ Total_Length 为 39，但实际只有 38 字节" in said.out
    assert said.err.startswith("hongyan: 该报文无法解析：")


def test_several_frames_are_numbered_with_their_place() -> None:
    shown = decode("-", "cmpp2", given=f"{CONNECT}\n{ACTIVE_TEST}{ACTIVE_TEST}".encode()).out
    heads = [line for line in shown.splitlines() if line.startswith("#")]
    assert [head.partition("octets  ")[2] for head in heads] == ["line 1", "line 2", "line 2, offset 12"]
    assert "offset 39" in decode("-", "cmpp2", given=OCTETS).out


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    fields = {"service_type": "\x1b[2J", "message_id": "\x1b]0;x\x07", "source_addr": "\x9b1"}
    given = json.dumps({"pdu": "cancel_sm", "fields": fields}).encode()
    frame = hongyan("pdu", "encode", "--protocol", "smpp34", given=given).out.strip()
    shown = decode(frame, "smpp34").out
    assert r"\x1b[2J" in shown
    assert not any((ord(each) < 32 and each != "\n") or 0x7F <= ord(each) < 0xA0 for each in shown)


def test_a_long_payload_is_cut_for_people_and_whole_for_machines() -> None:
    given = json.dumps({"pdu": "data_sm", "fields": {"tlvs": {"0x1400": "ab" * 60_000}}}).encode()
    frame = hongyan("pdu", "encode", "--protocol", "smpp34", given=given).out
    assert frame.count("ab") == 60_000
    found = decode("-", "smpp34", "--json", given=frame.encode()).json
    assert found[0]["fields"]["tlvs"]["0x1400"] == "ab" * 60_000


# -- broken input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "protocol", "offset", "reason", "advice"),
    [
        (
            CONNECT[:-2],
            "cmpp2",
            0,
            "Total_Length is 39, but only 38 octets are here",
            "whole CMPP 2.0 frames",
        ),
        (CONNECT[:6], "cmpp2", 0, "Total_Length needs 4 octets, 3 are left", "whole CMPP 2.0 frames"),
        ("00000000" * 4, "cmpp2", 0, "Total_Length is 0; a frame of CMPP 2.0 has 12 to 4096 octets", "whole"),
        ("ffffffff" * 4, "smpp34", 0, "command_length is 4294967295; a frame of SMPP 3.4 has 16", "whole"),
        ("0000000c0000000900000001", "cmpp2", 4, "spoken between gateways only", "document"),
        ("0000000c0000009900000001", "cmpp2", 4, "is no command of CMPP 2.0", "document"),
        ("0000000d000000080000000100", "cmpp2", 12, "1 octets after the last field", "document"),
        ("0000000b0000000800", "cmpp2", 0, "Total_Length is 11", "whole CMPP 2.0 frames"),
        (hex_of("cmpp3_submit_ucs2_fmt8"), "cmpp2", 234, "needs 21 octets", "with --protocol cmpp3."),
        (
            hex_of("smpp34_enquire_link"),
            "sgip",
            0,
            "a frame of SGIP 1.2 has 20 to",
            "with --protocol smpp34.",
        ),
    ],
)
def test_a_broken_frame_is_shown_as_far_as_it_can_be_read(
    source: str, protocol: str, offset: int, reason: str, advice: str
) -> None:
    said = decode(source, protocol)
    assert said.code == 1
    assert reason in said.out
    (line,) = said.err.splitlines()
    assert f"offset {offset} " in line
    assert reason in line
    assert advice in line
    assert "  " not in line
    assert line.endswith("[pdu.unreadable]")
    as_json = decode(source, protocol, "--json")
    assert (as_json.code, as_json.err) == (1, said.err)
    (shown,) = as_json.json
    assert (shown["pdu"], shown["hex"], shown["offset"]) == (None, source, offset)
    assert reason in shown["reason"]


@pytest.mark.parametrize("protocol", ["cmpp2", "sgip", "smgp", "smpp34"])
def test_a_command_is_written_alike_also_where_the_header_ends_behind_it(protocol: str) -> None:
    (shown,) = decode("0000000b0000000800", protocol, "--json").json
    assert [*shown["fields"].values()] == [11, "0x00000008"]
    assert "0x00000008" in decode("0000000b0000000800", protocol).out


def test_good_frames_around_a_broken_one_are_shown() -> None:
    text = f"{CONNECT}\n{CONNECT[:-2]}\n{ACTIVE_TEST}{ACTIVE_TEST[:-1]}9\n".encode()
    said = decode("-", "cmpp2", "--json", given=text)
    assert said.code == 1
    assert names(said) == ["CMPP_CONNECT", None, "CMPP_ACTIVE_TEST", "CMPP_ACTIVE_TEST"]
    assert "1 of 4 frames cannot be read, the first is frame 2 (line 2)" in said.err


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        (b"", "pdu.no_frames", ""),
        (b"\n# nothing\n\n", "pdu.no_frames", ""),
        (b"0000000c\nhello", "pdu.not_hex", "line 2, column 1: 'h'"),
        (b"0000000c 0000 000z", "pdu.not_hex", "line 1, column 18: 'z'"),
        ("0000\uff10".encode(), "pdu.not_hex", "line 1, column 5"),
        (b"0000\xff", "pdu.not_hex", "line 1, column 5: 0xff"),
        (b"00000", "pdu.odd_digits", "line 1 has 5 hex digits"),
        (b"00\n0", "pdu.odd_digits", "line 2 has 1 hex digits"),
        (b"0" * (1 << 24) + b"0", "input.too_large", "16777216 octets"),
    ],
)
def test_input_that_is_no_hex_is_refused_with_its_place(given: bytes, code: str, place: str) -> None:
    for words in ((), ("--json",)):
        said = decode("-", "cmpp2", *words, given=given)
        assert (said.code, said.out) == (1, "")
        (line,) = said.err.splitlines()
        assert place in line
        assert line.endswith(f"[{code}]")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("no-such-file", "pdu.no_such_source"),
        ("x" * 5000, "pdu.not_hex"),
        ("文件", "pdu.no_such_source"),
        ("/", "input.unreadable"),
        ("", "pdu.no_frames"),
    ],
)
def test_a_source_that_is_nothing_is_refused(source: str, code: str) -> None:
    said = decode(source)
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith(f"[{code}]\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(CONNECT)
    (tmp_path / "secret").chmod(0)
    assert decode(str(tmp_path / "secret")).err.endswith("[input.unreadable]\n")


@pytest.mark.parametrize(
    "words",
    [
        ("decode",),
        ("decode", CONNECT),
        ("decode", "--protocol", "cmpp2"),
        ("decode", "--protocol", "cmpp4", CONNECT),
        ("decode", "--protocol", "CMPP2", CONNECT),
        ("decode", "--protocol", "cmpp2", CONNECT, CONNECT),
        ("encode",),
        ("encode", "--protocol", "smpp"),
        ("explode",),
    ],
    ids=" ".join,
)
def test_wrong_usage_leaves_with_2(words: tuple[str, ...]) -> None:
    assert hongyan("pdu", *words).code == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.text("0123456789abcdefx: \n\t#|.", max_size=200).map(str.encode)
    | st.sampled_from([bytes.fromhex(each["hex"]) for name in PROTOCOLS for each in vectors(name)]),
    st.sampled_from(PROTOCOLS),
)
def test_any_input_is_shown_or_refused_in_one_sentence(given: bytes, protocol: str) -> None:
    said = decode("-", protocol, given=given)
    assert said.code in (0, 1)
    assert said.err.count("\n") == said.code
    as_json = decode("-", protocol, "--json", given=given)
    assert (as_json.code, as_json.err) == (said.code, said.err)
    if as_json.out:
        shown = as_json.json
        assert any(each["pdu"] is None for each in shown) == bool(said.code)


# -- the reader leaves -----------------------------------------------------------------------------------------


def test_a_reader_who_has_seen_enough_ends_it_without_a_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "many.bin").write_bytes(OCTETS * 5_000)
    command = f"python -m hongyan pdu decode --protocol cmpp2 {tmp_path}/many.bin | head -1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 141
    assert done.stdout.startswith("#1  CMPP_CONNECT")
    assert done.stderr == ""
