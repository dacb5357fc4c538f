"""Bodies that are larger than requests usually are: the pictures inside of the old signature actions.

Anybody may begin to send a body, so one that is larger than usual is only read when the head of its request says what it
is for and who sends it. The newer signatures prove that in the head, as they cover the body by its declared hash; the
older ones cover the body itself, so that only a few of theirs are read at a time, for keys that exist.

What has come is worked on one after the other, apart from the event loop: parameters, signature and pictures of the largest take
a second of computing and eight times its weight, most of it for a moment only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from hongyan.apis.aliyun.errors import gateway_error
from hongyan.apis.aliyun.intake import DoorSettings, read_body
from hongyan.apis.asgi import Bodies, Receive
from hongyan.compliance.papers import MOST_INLINE

_ENVELOPE: Final = 64 * 1024
"""Names of parameters, suffixes of files, and what clients put into the body beside."""
_MOST_WAITING: Final = 2
"""Whole bodies that wait for the one that is worked on: 60 MB."""


@dataclass(frozen=True, slots=True)
class LargeBody:
    """What comes inside of an action's body: at most `files`, each of at most `bytes_of_file`."""

    files: int
    bytes_of_file: int
    source: str

    @property
    def most(self) -> int:
        """Bytes of the body: base64 takes 4/3, and a sign of it in sixteen is percent-encoded."""
        return _ENVELOPE + self.files * self.bytes_of_file * 3 // 2


_PICTURES: Final = LargeBody(
    10, MOST_INLINE, "vendor: AddSmsSign.SignFileList, 10 files of at most 2 MB in base64"
)
LARGE_BODIES: Final = {"AddSmsSign": _PICTURES, "ModifySmsSign": _PICTURES}
"""Action -> what it may weigh."""
MOST_LARGE: Final = max(row.most for row in LARGE_BODIES.values())
"""Bytes: 30 MB."""


class LargeBodies:
    """Reads them, and bounds what those take together: that have not come to their end, and that have."""

    def __init__(self, settings: DoorSettings) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._proven = self._bodies(settings, settings.max_large)
        self._claimed = self._bodies(settings, settings.max_large_claimed)

    async def read(
        self, row: LargeBody, headers: dict[bytes, bytes], receive: Receive, *, proven: bool
    ) -> bytes:
        """The whole body. `proven`: its sender has shown who he is. Raises as `read_body` does."""
        return await read_body(self._proven if proven else self._claimed, row.most, headers, receive)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One is worked on at a time. Raises a VendorError when too many wait already."""
        if self._waiting > _MOST_WAITING:
            raise gateway_error("ServiceUnavailable")
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1

    def _bodies(self, settings: DoorSettings, together: int) -> Bodies:
        return Bodies(most=MOST_LARGE, most_unfinished=together, within_s=settings.large_body_timeout_s)
