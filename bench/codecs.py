"""How fast frames are made and read in each protocol: no sockets, no sessions, no store, one core.

    python -m bench.codecs [--protocol cmpp20 …] [--seconds 5] [--others]

A submit is one part of 31 characters in UCS-2, made by the channel's encoder and put behind its header, as a link does it for
every part. A deliver is the delivery report on it (SGIP: a REPORT). "read" is what a link does with a report: the frame
decoded and the report found in it. A figure is the best of five runs. `--others`: the SMPP packages that the tests run
against, with the same submit.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from timeit import Timer
from typing import Any, NamedTuple

from bench.machine import machine, versions
from hongyan.carriers.dialects.cmpp import CmppAccount, CmppDialect
from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.dialects.smgp import SmgpAccount, SmgpDialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.text import split
from hongyan.protocols import cmpp, sgip, smgp, smpp
from hongyan.protocols.cmpp import pdus as cmpp_pdus
from hongyan.protocols.cmpp.codec import frame_of as cmpp_frame
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus as sgip_pdus
from hongyan.protocols.sgip.codec import frame_of as sgip_frame
from hongyan.protocols.smgp import pdus as smgp_pdus
from hongyan.protocols.smgp.codec import frame_of as smgp_frame
from hongyan.protocols.smpp import pdus as smpp_pdus
from hongyan.protocols.smpp.codec import frame_of as smpp_frame

TEXT = "【鸿雁】您的验证码是123456，5分钟内有效，请勿告知他人。"
NUMBER, ACCESS_NUMBER = "8613800138000", "1069000012"
NOW_MS = 1_780_000_000_000
REPEATS = 5
FEW = 100
"""Frames that show how many a run takes."""

_CLOCK = ManualClock(NOW_MS)
_TIMING = Timing()


class _Part(NamedTuple):
    """What an encoder reads of a message that waits."""

    number: str
    access_number: str
    alphabet: Any
    payloads: list[bytes]
    expires_ms: int


_SEGMENT = split(TEXT, 0)[0]
PART: Any = _Part(NUMBER, ACCESS_NUMBER, _SEGMENT.alphabet, [_SEGMENT.user_data], NOW_MS + 300_000)


class Codec(NamedTuple):
    """One protocol. `submit`, `deliver`: make a frame; `decode` reads one, `link` makes sense of what it delivers."""

    submit: Callable[[], bytes]
    deliver: Callable[[], bytes]
    decode: Callable[[bytes], Any]
    link: Dialect


def _smpp() -> Codec:
    link = SmppDialect(SmppAccount("esme01", "secret"), _TIMING)
    deliver = smpp.deliver_encoder()

    def report() -> bytes:
        text = smpp.receipt_text("1A1FE3582D5", "DELIVRD", "2605290426", "2605290426")
        body = deliver(NUMBER, ACCESS_NUMBER, smpp.RECEIPT, short_message=text)
        return smpp_frame(smpp_pdus.DELIVER_SM, body, 7)

    return Codec(
        lambda: smpp_frame(smpp_pdus.SUBMIT_SM, link.body(PART, 1, NOW_MS), 7), report, smpp.decode, link
    )


def _cmpp(version: int) -> Codec:
    layout = cmpp.layout_of(version)
    link = CmppDialect(CmppAccount("901234", "secret", version), _TIMING, _CLOCK)
    deliver = cmpp.deliver_encoder(layout)
    msg_id = bytes.fromhex("37a9478029c20001")

    def report() -> bytes:
        content = cmpp.report_content(
            layout, Msg_Id=msg_id, Stat="DELIVRD", Submit_time="2605290426", Done_time="2605290426"
        )
        body = deliver(msg_id, ACCESS_NUMBER, 0, 0, NUMBER, 1, content)
        return cmpp_frame(cmpp_pdus.DELIVER, body, 7)

    return Codec(
        lambda: cmpp_frame(cmpp_pdus.SUBMIT, link.body(PART, 1, NOW_MS), 7),
        report,
        cmpp.CODECS[layout].decode,
        link,
    )


def _sgip() -> Codec:
    link = SgipDialect(SgipAccount("hongyan", "secret", 3_010_012_345), _TIMING, _CLOCK)
    encode = sgip.report_encoder()
    sequence = 0xB36924B912C8134E00000001

    def report() -> bytes:
        body = encode("b36924b912c8134e00000001", NUMBER, "DELIVRD")
        return sgip_frame(sgip_pdus.REPORT, body, sequence)

    return Codec(
        lambda: sgip_frame(sgip_pdus.SUBMIT, link.body(PART, 1, NOW_MS), sequence), report, sgip.decode, link
    )


def _smgp() -> Codec:
    link = SmgpDialect(SmgpAccount("10001234", "secret"), _TIMING, _CLOCK)
    deliver = smgp.deliver_encoder()
    msg_id = bytes.fromhex("01006103151020012345")

    def report() -> bytes:
        content = smgp.report_content(msg_id, "DELIVRD", "2605290426", "2605290426")
        body = deliver(msg_id, smgp.REPORT, 0, "20260529042600", NUMBER, ACCESS_NUMBER, content)
        return smgp_frame(smgp_pdus.DELIVER, body, 7)

    return Codec(
        lambda: smgp_frame(smgp_pdus.SUBMIT, link.body(PART, 1, NOW_MS), 7), report, smgp.decode, link
    )


PROTOCOLS: dict[str, Callable[[], Codec]] = {
    "cmpp20": lambda: _cmpp(cmpp.V20),
    "cmpp30": lambda: _cmpp(cmpp.V30),
    "sgip": _sgip,
    "smgp": _smgp,
    "smpp34": _smpp,
}
COLUMNS = ("submit: encode", "decode", "both", "deliver: encode", "decode", "both", "read")


def rates(codec: Codec, seconds: float) -> list[float]:
    """Frames a second, in the order of the columns. Raises RuntimeError when a frame is not read as what it is."""
    submit, deliver = codec.submit(), codec.deliver()
    for frame in (submit, deliver):
        if not hasattr(codec.decode(frame), "fields"):
            raise RuntimeError(f"not a readable frame: {frame.hex()}")
    if not getattr(codec.link.read(codec.decode(deliver)), "delivered", False):
        raise RuntimeError(f"not read as a delivery: {deliver.hex()}")
    names = {
        "make_submit": codec.submit,
        "make_deliver": codec.deliver,
        "decode": codec.decode,
        "read": codec.link.read,
        "submit": submit,
        "deliver": deliver,
    }
    works = (
        "make_submit()",
        "decode(submit)",
        "decode(make_submit())",
        "make_deliver()",
        "decode(deliver)",
        "decode(make_deliver())",
        "read(decode(deliver))",
    )
    return [rate(Timer(work, globals=names), seconds / len(works)) for work in works]


def rate(timer: Timer, seconds: float) -> float:
    """Runs a second, best of some repeats that take so long together."""
    tried = max(timer.timeit(FEW), 1e-9)  # the first of all, and with it the slowest
    count = max(FEW, int(FEW * seconds / REPEATS / tried))
    return count / min(timer.repeat(REPEATS, count))


@contextmanager
def _silence() -> Iterator[None]:
    """One of them prints."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        yield


class Compared(NamedTuple):
    """Submits a second in one implementation."""

    name: str
    encode: float
    decode: float


def compare(ours: Codec, seconds: float) -> Iterator[Compared]:
    """Our codec and those of the packages that the tests run against, with the same frame."""
    from bench.other_codecs import others

    frame = ours.submit()
    with _silence():
        rows = [("hongyan", ours.submit, ours.decode), *others(frame)]
    for name, encode, decode in rows:
        names = {"encode": encode, "decode": decode, "frame": frame}
        with _silence():
            same = encode() == frame
            made = rate(Timer("encode()", globals=names), seconds / 10)
            read = rate(Timer("decode(frame)", globals=names), seconds / 10)
        if not same:
            raise RuntimeError(f"{name} makes another frame")
        yield Compared(name, made, read)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table: thousands of frames a second."""
    parser = argparse.ArgumentParser(prog="python -m bench.codecs", description=__doc__)
    parser.add_argument("--protocol", nargs="+", choices=[*PROTOCOLS], default=[*PROTOCOLS])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each protocol")
    parser.add_argument("--others", action="store_true", help="SMPP packages of other people, for comparison")
    options = parser.parse_args(arguments)
    print(f"| thousands/s | {' | '.join(COLUMNS)} |\n|---|{'---:|' * len(COLUMNS)}")
    for name in options.protocol:
        found = rates(PROTOCOLS[name](), options.seconds)
        print(f"| {name} | {' | '.join(f'{rate / 1000:,.0f}' for rate in found)} |", flush=True)
    if options.others:
        print("\n| SMPP submit, thousands/s | encode | decode |\n|---|---:|---:|")
        for row in compare(PROTOCOLS["smpp34"](), options.seconds):
            print(f"| {row.name} | {row.encode / 1000:,.0f} | {row.decode / 1000:,.0f} |", flush=True)
    host = machine()
    print(f"\n{host['processor']}, one of {host['cores']} cores, Python {versions()['python']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
