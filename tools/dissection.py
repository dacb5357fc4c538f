"""What tshark makes of a capture, beside what we make of it: field by field, by place and by value."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hongyan.protocols.dialects import Dialect, Reading, read
from hongyan.protocols.wire.walk import Span


class Dissector(NamedTuple):
    """A protocol of tshark. `ours`: its names → ours, where they differ; a name without protocol and group. `inside`: what it
    shows inside another field. `otherwise`: values that it writes for people. `only`: PDUs whose layout it knows; of others
    only the header is compared; empty for all."""

    protocol: str
    ours: Mapping[str, str]
    inside: frozenset[str]
    otherwise: frozenset[str]
    only: frozenset[str] = frozenset()


_CMPP = Dissector(
    "cmpp",
    {
        "Servicd_Id": "Service_Id",
        "Valld_Time": "ValId_Time",
        "Msg_Content": "content",
        "Report": "content",
    },
    frozenset(
        {
            *("Msg_Id.timestamp", "Msg_Id.ismg_code", "Msg_Id.sequence_id"),
            *("deliver.Report.Status", "deliver.Report.Submit_time", "deliver.Report.Done_time"),
            "Report.SMSC_sequence",
        }
    ),
    frozenset({"AuthenticatorSource", "AuthenticatorISMG", "Version", "Timestamp", "content"}),
)
_SMPP = Dissector(
    "smpp",
    {
        "msg_mode": "esm_class",
        "msg_type": "esm_class",
        "features": "esm_class",
        "receipt": "registered_delivery",
        "acks": "registered_delivery",
        "notif": "registered_delivery",
        "schedule_delivery_time_r": "schedule_delivery_time",
        "validity_period_r": "validity_period",
        "message": "short_message",
    },
    frozenset({"opt_params", "opt_param", "opt_param_tag", "opt_param_len", "message_text"}),
    frozenset(
        {"esm_class", "registered_delivery", "schedule_delivery_time", "validity_period", "service_type"}
    ),
)
DISSECTORS: Mapping[str, Dissector | None] = {
    "cmpp2": _CMPP._replace(
        only=frozenset({"CMPP_CONNECT", "CMPP_TERMINATE", "CMPP_TERMINATE_RESP", "CMPP_ACTIVE_TEST"})
    ),  # it has the layouts of 3.0
    "cmpp3": _CMPP,
    "sgip": None,
    "smgp": None,
    "smpp34": _SMPP,
}


class Shown(NamedTuple):
    """One field as tshark shows it. `start`, `end`: octets from the beginning of its PDU."""

    name: str
    start: int
    end: int
    show: str


@dataclass
class Comparison:
    """`places`, `values`: fields that stand at the same place, and those of them with the same value."""

    pdus: int = 0
    places: int = 0
    values: int = 0
    findings: Counter[str] = field(default_factory=Counter)


def dissect(tshark: str, capture: Path, ports: Iterable[int], protocol: str) -> list[list[Shown]]:
    """The PDUs of a capture in its order. Raises CalledProcessError."""
    decode_as = [word for port in ports for word in ("-d", f"tcp.port=={port},{protocol}")]
    command = [tshark, "-r", str(capture), *decode_as, "-T", "pdml"]
    run = subprocess.run(command, capture_output=True, check=True)
    packets = ET.fromstring(run.stdout)  # noqa: S314  made by the program that was just started
    return [pdu for packet in packets for pdu in _pdus(packet, protocol)]


def _pdus(packet: ET.Element, protocol: str) -> Iterator[list[Shown]]:
    for proto in packet.findall("proto"):
        if proto.get("name") == protocol:
            base = int(proto.get("pos", 0))
            shown = []
            for each in proto.iter("field"):
                name, start = str(each.get("name")), int(each.get("pos", 0)) - base
                if name.startswith(protocol + "."):
                    end = start + int(each.get("size", 0))
                    shown.append(Shown(name.removeprefix(protocol + "."), start, end, str(each.get("show"))))
            yield shown


def compare(
    spoken: Dialect, dissector: Dissector, frames: Sequence[bytes], found: Sequence[list[Shown]]
) -> Comparison:
    """Every field that tshark shows, with what we have at its place."""
    result = Comparison(len(frames))
    if len(found) != len(frames):
        result.findings[f"{len(frames)} PDUs, of which tshark sees {len(found)}"] += 1
    for frame, shown in zip(frames, found, strict=False):
        _compare_one(read(spoken, frame), spoken.header_size, dissector, shown, result)
    return result


def _compare_one(
    reading: Reading, header: int, dissector: Dissector, shown: list[Shown], result: Comparison
) -> None:
    whole = not dissector.only or reading.pdu in dissector.only
    contents = [span for span in reading.spans if span.name in ("content_hex", "short_message_hex")]
    for each in shown:
        inside = any(span.start <= each.start and each.end <= span.end != each.end for span in contents)
        if each.name in dissector.inside or inside or (not whole and each.end > header):
            continue
        name = each.name.rpartition(".")[2]
        name = dissector.ours.get(name, name)
        span = _span_at(reading.spans, each, name)
        if span is None:
            other = [s for s in reading.spans if s.start <= each.start < s.end]
            ours = f"{other[0].name} at {other[0].start}-{other[0].end}" if other else "nothing"
            result.findings[
                f"{reading.pdu}: tshark has {each.name} at {each.start}-{each.end}, we have {ours}"
            ] += 1
            continue
        result.places += 1
        if name in dissector.otherwise or isinstance(span.value, bytes) or _same(span.value, each.show):
            result.values += 1
        else:
            result.findings[f"{reading.pdu}.{span.name}: tshark shows {each.show}, we {span.value}"] += 1


def _span_at(spans: Sequence[Span], shown: Shown, name: str) -> Span | None:
    """Our field of this name at this place; a parameter's value begins after tag and length."""
    for span in spans:
        same_name = span.name.removesuffix("_hex").casefold() == name.casefold()
        if same_name and span.end == shown.end and span.start in (shown.start, shown.start - 4):
            return span
    return None


def _same(value: object, show: str) -> bool:
    if isinstance(value, list):
        return show in value
    if isinstance(value, int):
        try:
            return int(show, 0) == value
        except ValueError:
            return False
    return str(value) == show
