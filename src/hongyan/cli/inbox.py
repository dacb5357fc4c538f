"""`hongyan inbox`: what arrived on the sandbox's phones, and answering from them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.align import Align
from rich.box import ROUNDED
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from hongyan.carriers.simulator.control import Reply, call_sync
from hongyan.carriers.simulator.handsets import HandsetText, Inbox, open_inbox
from hongyan.carriers.simulator.parts import national
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import Refused

DataDir = Annotated[Path, Parameter(env_var="HONGYAN_DATA", help="data folder of the sandbox")]

app = App(
    name="inbox",
    help="The sandbox's phones: what arrived, and answering. 沙箱的虚拟手机。",
    default_parameter=Parameter(negative=()),
)

_POLL_SECONDS = 0.3
_BUBBLE_WIDTH = 56


@app.default
def show(
    number: str | None = None,
    *,
    follow: bool = False,
    limit: int = 20,
    json: bool = False,
    data: DataDir = Path("hongyan-data"),
) -> None:
    """Show the newest texts of one phone, or of all.

    Parameters
    ----------
    number
        The phone, 13800138000 for example; all phones when left out.
    follow
        Stay, and show new texts as they arrive.
    limit
        How many texts to show at first.
    json
        One JSON list; with --follow one JSON object per line.
    """
    with open_inbox(data) as inbox:
        newest = inbox.messages(number, limit=limit)[::-1]
        if json and not follow:
            print_json(newest)
            return
        screen = Console()
        if not json and not newest:
            screen.print(say("还没有短信。", "No texts yet."))
        try:
            for text in _stream(inbox, number, newest, follow=follow):
                if json:
                    print_json(text)
                else:
                    screen.print(_bubble(text))
        except KeyboardInterrupt:
            return  # how a reader leaves --follow


@app.command
def reply(
    number: str,
    text: str,
    *,
    to: str | None = None,
    json: bool = False,
    data: DataDir = Path("hongyan-data"),
) -> None:
    """Answer from a phone.

    Parameters
    ----------
    number
        The phone that answers.
    text
        What its owner types.
    to
        The access number to answer to; who wrote to this phone last when left out.
    json
        One JSON object.
    """
    peer = to or _last_sender(data, number)
    answer = call_sync(data, Reply(number=number, to=peer, text=text))
    if json:
        print_json({"number": national(number), "to": peer, "text": text, **answer})
    elif answer["sent"]:
        print(say(f"已从 {number} 发往 {peer}。", f"Sent from {number} to {peer}."))
    else:
        print(
            say(
                "平台未连接：回复将在其连接后送达。", "Nobody is bound: it will be sent when a link comes up."
            )
        )


def _last_sender(data: Path, number: str) -> str:
    with open_inbox(data) as inbox:
        for text in inbox.messages(number):
            if text.direction == "in":
                return text.peer
    raise Refused(
        "sandbox.nothing_to_answer",
        en=f"nothing arrived on {number} yet: say with --to which access number to write to",
        zh=f"{number} 还没有收到短信：请用 --to 指定接入号",
        number=number,
    )


def _stream(
    inbox: Inbox, number: str | None, newest: list[HandsetText], *, follow: bool
) -> Iterator[HandsetText]:
    yield from newest
    last = newest[-1].id if newest else 0
    while follow:
        fresh = inbox.messages(number, after_id=last, newest_first=False)
        yield from fresh
        if fresh:
            last = fresh[-1].id
        else:
            time.sleep(_POLL_SECONDS)


def _bubble(text: HandsetText) -> Align:
    """One text as a phone shows it: what arrived on the left, what was typed on the right."""
    arrived = text.direction == "in"
    way = f"{text.number} ← {text.peer}" if arrived else f"{text.number} → {text.peer}"
    when = f"{beijing(text.received_ms):%m-%d %H:%M:%S}"
    parts = say(f" · {text.parts} 条", f" · {text.parts} parts") if text.parts > 1 else ""
    panel = Panel(
        Text(text.text),
        title=Text(way),
        title_align="left",
        subtitle=Text(when + parts),
        subtitle_align="right",
        box=ROUNDED,
        width=_BUBBLE_WIDTH,
        border_style="cyan" if arrived else "green",
    )
    return Align.left(panel) if arrived else Align.right(panel)
