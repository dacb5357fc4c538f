"""Everything that is known of one message, or of all messages of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hongyan.bootstrap import Platform
from hongyan.kernel.errors import Refused
from hongyan.messaging.model import MessageView, PartView
from hongyan.server.channels import ChannelName, channel_names

_WRITTEN = re.compile(r"([0-9]{1,19})(?:\^[0-9]{1,3})?").fullmatch
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Trace:
    """`names`: of channels by number; of one that is gone without a record there is none."""

    message: MessageView
    parts: list[PartView]
    names: Mapping[int, ChannelName]


def is_request(written: str) -> bool:
    """Whether this names a request and not one message."""
    return "^" in written


async def find(platform: Platform, written: str) -> list[Trace]:
    """The message of an id; of a BizId (`12345^0`) all messages of its request.

    Raises Refused: `message.malformed_id`, `message.unknown`.
    """
    taken = _WRITTEN(written)
    if taken is None or int(taken[1]) > _LARGEST:
        raise Refused(
            "message.malformed_id",
            en=f"{written!r} is neither a message id nor a BizId such as 12345^0",
            zh=f"{written!r} 不是短信 ID，也不是形如 12345^0 的 BizId",
            written=written,
        )
    messaging, wanted = platform.messaging, int(taken[1])
    if is_request(written):
        messages = await messaging.request(wanted)
    else:
        message = await messaging.message(wanted)
        messages = [] if message is None else [message]
    if not messages:
        raise Refused(
            "message.unknown",
            en=f"there is no message {written}; messages are kept for as many days as HONGYAN_KEEP_DAYS says",
            zh=f"没有短信 {written}；短信按 HONGYAN_KEEP_DAYS 规定的天数保留",
            written=written,
        )
    names = await channel_names(platform)
    return [Trace(each, await messaging.parts(each.id), names) for each in messages]
