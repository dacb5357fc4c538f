"""The control socket's side in the simulator: commands in, answers out, everything bounded.

Every line is answered, also one that is no command: `{"ok": true, …}` or `{"ok": false, "error": {code, en, zh}}`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.exchange import Exchange
from hongyan.carriers.simulator.parts import national
from hongyan.carriers.simulator.scenario import Listener, convert_scenario
from hongyan.carriers.simulator.unix_socket import listen
from hongyan.kernel.errors import HongyanError, Refused

_IDLE_SECONDS = 60.0
_MAX_VISITORS = 32

_decode = msgspec.json.Decoder(control.Command).decode


class ControlDesk:
    """Answers commands. `changed` is called after each, so that its effects are seen soon."""

    def __init__(self, exchange: Exchange, changed: Callable[[], None]) -> None:
        self._exchange = exchange
        self._changed = changed
        self._visitors = 0
        self._server: asyncio.Server | None = None
        self._path: Path | None = None

    async def open(self, data_dir: Path) -> None:
        """Listen on `<data>/simulator.sock`."""
        self._path = data_dir / control.FILE
        self._server = await asyncio.start_unix_server(
            self._visit, sock=listen(self._path), limit=control.MAX_LINE
        )

    async def close(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is not None and self._path is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    def answer(self, line: bytes) -> dict[str, Any]:
        """What one line gets."""
        try:
            facts = self._run(_decode(line))
        except msgspec.MsgspecError as fault:
            return _refusal(_no_command(str(fault)))
        except HongyanError as fault:
            return _refusal(fault)
        self._changed()
        return {"ok": True, **facts}

    def _run(self, command: control.Command) -> dict[str, Any]:
        exchange = self._exchange
        match command:
            case control.Reply(number, to, text):
                return {"sent": exchange.reply(national(number), to, text)}
            case control.Stats():
                return {
                    "stats": exchange.stats(),
                    "networks": exchange.stats_of_each(),
                    "paused": exchange.paused,
                }
            case control.ScenarioCommand(replace):
                if replace is not None:
                    exchange.play(convert_scenario(replace))
                return {"scenario": exchange.scenario}
            case control.Listener(network, account, host, port, login, password):
                listener = Listener(account=account, host=host, port=port, login=login, password=password)
                exchange.call_at(network, listener)
            case control.DropLinks(network):
                return {"dropped": exchange.drop_links(network)}
            case control.Pause(network):
                exchange.pause(True, network)
                return {"paused": True}
            case control.Resume(network):
                exchange.pause(False, network)
                return {"paused": False}
        return {}

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._visitors += 1
        try:
            if self._visitors <= _MAX_VISITORS:
                await self._talk(reader, writer)
        except (ConnectionError, TimeoutError):
            pass  # the visitor left
        finally:
            self._visitors -= 1
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            async with asyncio.timeout(_IDLE_SECONDS):
                try:
                    line = await reader.readline()
                except ValueError:  # longer than MAX_LINE: its end cannot be found any more
                    answer = _refusal(_no_command("the line is too long"))
                    writer.write(msgspec.json.encode(answer) + b"\n")
                    return
                if not line:
                    return
                writer.write(msgspec.json.encode(self.answer(line)) + b"\n")
                await writer.drain()


def _refusal(fault: HongyanError) -> dict[str, Any]:
    return {"ok": False, "error": {"code": fault.code, "en": fault.en, "zh": fault.zh}}


def _no_command(fault: str) -> Refused:
    return Refused(
        "simulator.bad_command",
        en=f"this is no command of the simulator: {fault}",
        zh=f"不是模拟器的命令：{fault}",
        fault=fault,
    )
