"""`hongyan message`: where a message is, which way it went, and why."""

from __future__ import annotations

import asyncio

from cyclopts import App, Parameter

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.message.screens import facts, print_request, print_trace
from hongyan.cli.message.tracing import Trace, find, is_request
from hongyan.cli.output import print_json
from hongyan.cli.visible import print_what_the_terminal_can

app = App(
    name="message",
    help="Messages: where one is, and why there. 短信去向：经过哪条通道、为什么、结果如何。",
    default_parameter=Parameter(negative=()),
)


@app.command
def show(message: str, /, *, whole: bool = False, json: Json = False, data: Data = None) -> None:
    """Show a message: its channel, why the others were passed over, every part and attempt, and what came back.

    Of a BizId all messages of the request. The number and the digits of a verification code are masked. --json gives an
    object for a message id, a list for a BizId.

    Parameters
    ----------
    message
        A message id, or the BizId of a request as the SDK got it (12345^0).
    whole
        Number and text as they are. Written into the audit trail first.
    """
    found = asyncio.run(_find(data, message, whole=whole))
    print_what_the_terminal_can()
    if json:
        told = [facts(trace, whole=whole) for trace in found]
        print_json(told if is_request(message) else told[0])
    elif len(found) == 1:
        print_trace(found[0], whole=whole)
    else:
        print_request(found, whole=whole)


async def _find(data: Data, written: str, *, whole: bool) -> list[Trace]:
    async with opened(data) as platform:
        found = await find(platform, written)
        for message in [trace.message for trace in found] if whole else []:
            await platform.identity.record_event(
                message.account_id, cli_actor(), "cli.show_message", f"message:{message.id}"
            )
        return found
