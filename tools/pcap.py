"""Conversations over TCP as a capture file that every analyser reads: the octets are real, the packets around them are made.

Format: libpcap 2.4 (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html), link type 101: packets begin with
the IP header.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_MAGIC, _RAW_IP, _SNAP = 0xA1B2C3D4, 101, 262_144
_FILE_HEADER = struct.Struct(">IHHiIII")
_RECORD = struct.Struct(">IIII")
_IP = struct.Struct(">BBHHHBBH4s4s")
_TCP = struct.Struct(">HHIIBBHHH")
_FIN, _SYN, _PSH, _ACK = 0x01, 0x02, 0x08, 0x10
_MOST = 1_400
"""Octets of one packet: what fits on an Ethernet."""


@dataclass
class Conversation:
    """One connection: who dialled from which port to which, and what was said when (seconds since 1970, UTC)."""

    client_port: int
    server_port: int
    said: list[tuple[float, bool, bytes]] = field(default_factory=list)
    """(time, whether the client said it, octets)."""


def write_pcap(path: Path, conversations: Iterable[Conversation]) -> None:
    """All conversations in one file, packets in the order of time."""
    packets = sorted(
        (packet for each in conversations for packet in _packets(each)), key=lambda packet: packet[0]
    )
    with path.open("wb") as file:
        file.write(_FILE_HEADER.pack(_MAGIC, 2, 4, 0, 0, _SNAP, _RAW_IP))
        for at, packet in packets:
            seconds, micros = divmod(round(at * 1_000_000), 1_000_000)
            file.write(_RECORD.pack(seconds, micros, len(packet), len(packet)) + packet)


def _packets(talk: Conversation) -> Iterator[tuple[float, bytes]]:
    if not talk.said:
        return
    ports = (talk.client_port, talk.server_port)
    sent = [1_000, 5_000]  # of the client, of the server
    began, ended = talk.said[0][0], talk.said[-1][0]

    def packet(by: int, flags: int, data: bytes = b"") -> bytes:
        return _ip_packet(ports[by], ports[1 - by], sent[by], sent[1 - by], flags, data)

    for by, flags in ((0, _SYN), (1, _SYN | _ACK)):
        yield began, packet(by, flags)
        sent[by] += 1
    yield began, packet(0, _ACK)
    for at, from_client, octets in talk.said:
        by = 0 if from_client else 1
        for start in range(0, len(octets), _MOST):
            piece = octets[start : start + _MOST]
            yield at, packet(by, _PSH | _ACK, piece)
            sent[by] += len(piece)
    for by in (0, 1):
        yield ended, packet(by, _FIN | _ACK)
        sent[by] += 1
    yield ended, packet(0, _ACK)


def _ip_packet(source: int, target: int, sequence: int, acknowledged: int, flags: int, data: bytes) -> bytes:
    host = socket.inet_aton("127.0.0.1")
    length = _TCP.size + len(data)
    tcp = _TCP.pack(
        source,
        target,
        sequence,
        acknowledged if flags & _ACK else 0,
        _TCP.size // 4 << 4,
        flags,
        65_535,
        0,
        0,
    )
    summed = _checksum(host + host + struct.pack(">BBH", 0, socket.IPPROTO_TCP, length) + tcp + data)
    tcp = tcp[:16] + struct.pack(">H", summed) + tcp[18:]
    head = _IP.pack(0x45, 0, _IP.size + length, 0, 0, 64, socket.IPPROTO_TCP, 0, host, host)
    head = head[:10] + struct.pack(">H", _checksum(head)) + head[12:]
    return head + tcp + data


def _checksum(data: bytes) -> int:
    """Of IP and TCP (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
