"""What the older families of actions have in common. They answer errors with HTTP 200 and Chinese."""

from __future__ import annotations

from typing import Final

from hongyan.apis.aliyun.actions._shapes import DOOR, reject_info
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.errors import VendorError
from hongyan.compliance import Standing

OLD_DOOR: Final = f"{DOOR}.old"
"""How rules and limits call the older families: what holds at the door holds for them, too."""


def bounded(call: Call, name: str, most: int, too_long: str) -> str:
    """A text that must be there. `too_long`: the vendor's code for more than `most` characters."""
    text = call.text(name)
    if len(text) > most:
        raise VendorError(too_long, 200, f"{name} 最多 {most} 个字符，当前为 {len(text)} 个")
    return text


def decided(standing: Standing, nothing: str) -> str:
    """The Reason of one object: why it was rejected, else the vendor's words for nothing."""
    return reject_info(standing) or nothing
