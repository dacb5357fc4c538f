"""Talking to a running simulator: one JSON line out, one JSON line back, over `<data>/simulator.sock`.

The commands are the records below; `{"command": "stats"}` on the wire. What they do is in README.md.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Annotated, Any

import msgspec

from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.simulator.scenario import AccountName, HostName, PlainWord, PortNumber
from hongyan.carriers.simulator.unix_socket import connect
from hongyan.kernel.errors import Misconfigured, Refused, RemoteFault

FILE = "simulator.sock"
MAX_LINE = 1 << 18
"""Octets of one command or answer."""

_TIMEOUT = 10.0


class _Command(msgspec.Struct, frozen=True, tag_field="command", forbid_unknown_fields=True):
    pass


class Reply(_Command, frozen=True, tag="reply"):
    """A phone's owner writes to an access number."""

    number: Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{3,20}\Z")]
    to: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z]{1,20}\Z")]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class Stats(_Command, frozen=True, tag="stats"):
    """What the carriers counted."""


class ScenarioCommand(_Command, frozen=True, tag="scenario"):
    """The scenario in force; with `replace`, a new one from now on (same keys as the file)."""

    replace: dict[str, Any] | None = None


class Listener(_Command, frozen=True, tag="listener"):
    """Where a customer takes the calls of a network that dials (SGIP): as `listeners` of a scenario."""

    network: NetworkName
    account: AccountName
    host: HostName
    port: PortNumber
    login: PlainWord = ""
    password: PlainWord = ""


class DropLinks(_Command, frozen=True, tag="drop_links"):
    """Cut every link of a network, or of all, at once and without unbind."""

    network: NetworkName | None = None


class Pause(_Command, frozen=True, tag="pause"):
    """Read, answer and report nothing in a network, or in all, until `resume`."""

    network: NetworkName | None = None


class Resume(_Command, frozen=True, tag="resume"):
    """End a pause."""

    network: NetworkName | None = None


Command = Reply | Stats | ScenarioCommand | Listener | DropLinks | Pause | Resume


async def call(data_dir: Path, command: Command) -> dict[str, Any]:
    """Run one command beside a running simulator; answers its facts.

    Raises Misconfigured when none runs there, Refused with the simulator's words when it says no.
    """
    return await asyncio.to_thread(call_sync, data_dir, command)


def call_sync(data_dir: Path, command: Command) -> dict[str, Any]:
    """The same for callers without an event loop."""
    try:
        with connect(data_dir / FILE) as link:
            link.settimeout(_TIMEOUT)
            link.sendall(msgspec.json.encode(command) + b"\n")
            line = _read_line(link)
    except (FileNotFoundError, ConnectionRefusedError) as fault:
        raise Misconfigured(
            "simulator.not_running",
            en=f"no carrier simulator runs with the data folder {data_dir}",
            zh=f"数据目录 {data_dir} 没有正在运行的运营商模拟器",
            data=str(data_dir),
        ) from fault
    except OSError as fault:
        raise _broken(str(fault)) from fault
    return _facts(line)


def _read_line(link: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = link.recv(1 << 16)
        if not piece or len(line) > MAX_LINE:
            raise _broken("the answer is cut off")
        line += piece
    return bytes(line)


def _facts(line: bytes) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as fault:
        raise _broken(str(fault)) from fault
    if answer.pop("ok", False):
        return answer
    error = answer.get("error", {})
    raise Refused(error.get("code", "simulator.refused"), en=error.get("en", ""), zh=error.get("zh", ""))


def _broken(fault: str) -> RemoteFault:
    return RemoteFault(
        "simulator.no_answer",
        en=f"the carrier simulator did not answer: {fault}",
        zh=f"运营商模拟器没有应答：{fault}",
        fault=fault,
    )
