"""`hongyan link`: the connections to the carriers as they are now. Everything comes from the server's `/metrics`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter, validators
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from hongyan.cli.context import Data, Json
from hongyan.cli.language import language, say
from hongyan.cli.link.looks import Look, facts, look
from hongyan.cli.link.pace import pauses
from hongyan.cli.link.scrape import Scrape, scrape
from hongyan.cli.link.screens import screen
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.config import read_settings
from hongyan.kernel.clock import SystemClock, beijing
from hongyan.kernel.errors import HongyanError

app = App(
    name="link",
    help="Links to the carriers as they are now. 运营商链路的实时状态。",
    default_parameter=Parameter(negative=()),
)

_WIDE = 200
"""Columns where nobody says how many there are: a file, a pipe."""
_CLOCK = SystemClock()

Interval = Annotated[
    float,
    Parameter(
        help="Seconds between two looks. 刷新间隔（秒）。", validator=validators.Number(gte=0.1, lte=3600)
    ),
]


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """Show every link once: state, window, what waits. Without rates, which need two looks."""
    _say(look(scrape(_folder(data), _CLOCK)), json)


@app.command
def watch(
    *,
    interval: Interval = 1.0,
    once: Annotated[bool, Parameter(help="One table after one interval. 一个间隔后输出一次。")] = False,
    json: Annotated[bool, Parameter(help="One JSON object a line. 每个间隔输出一行 JSON。")] = False,
    data: Data = None,
) -> None:
    """Show every link again and again until Ctrl-C: state, window, submits and answers a second, errors, what waits.

    With --json one JSON object on a line for each interval. Where standard output is no terminal, one table after the
    other.
    """
    looks = _looks(_folder(data), interval)
    try:
        first = next(looks)  # a server that is not there is told at once
        if once:
            _say(_certain(next(looks)), json)
        elif json:
            for seen in looks:
                _write(facts(seen) if isinstance(seen, Look) else _away(seen))
        else:
            _show(chain((first,), looks), interval)
    except KeyboardInterrupt:
        return  # how a reader leaves


def _looks(data: Path, interval: float) -> Iterator[Look | HongyanError]:
    """A look at once and one after each interval; why, while the server is away. Raises what `scrape` does when it is
    away from the beginning."""
    before: Scrape | None = scrape(data, _CLOCK)
    assert before is not None
    yield look(before)
    for pause in pauses(interval, time.monotonic):
        time.sleep(pause)
        try:
            now = scrape(data, _CLOCK)
        except HongyanError as error:
            before = None
            yield error
        else:
            yield look(now, before)
            before = now


def _certain(seen: Look | HongyanError) -> Look:
    if isinstance(seen, HongyanError):
        raise seen
    return seen


def _show(looks: Iterable[Look | HongyanError], interval: float) -> None:
    console = _console()
    if not console.is_terminal:
        for seen in looks:
            console.print(_picture(seen, ""))
        return
    hint = say(f"每 {interval:g} 秒刷新，Ctrl-C 退出", f"every {interval:g} s, Ctrl-C ends")
    with Live(console=console, screen=True, auto_refresh=False) as live:
        for seen in looks:
            live.update(_picture(seen, hint), refresh=True)


def _picture(seen: Look | HongyanError, hint: str) -> RenderableType:
    if isinstance(seen, HongyanError):
        return Text(f"{beijing(_CLOCK.now_ms()):%H:%M:%S}  {seen.words(language())}", "bold red")
    return screen(seen, hint)


def _away(error: HongyanError) -> dict[str, Any]:
    """The line for an interval without a server."""
    at = beijing(_CLOCK.now_ms()).isoformat(timespec="milliseconds")
    return {"at": at, "running": False, "code": error.code, "words": error.words(language())}


def _say(seen: Look, json: bool) -> None:
    if json:
        _write(facts(seen))
    else:
        _console().print(screen(seen))


def _folder(data: Path | None) -> Path:
    return read_settings(data=data).data


def _console() -> Console:
    print_what_the_terminal_can()
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if narrow else _WIDE)


def _write(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()
