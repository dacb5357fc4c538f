"""What can be wrong with bytes on a carrier's line."""

from __future__ import annotations

from hongyan.kernel.errors import Refused, RemoteFault


class FieldError(Refused):
    """A value does not fit its field. Facts: `pdu`, `field`, `reason`. `zh`: the reason for Chinese readers."""

    def __init__(self, pdu: str, field: str, reason: str, zh: str = "") -> None:
        super().__init__(
            "pdu.field",
            en=f"{pdu}: field '{field}' {reason}",
            zh=f"{pdu}：字段 {field} {zh or f'无效（{reason}）'}",
            pdu=pdu,
            field=field,
            reason=reason,
        )
        self.zh_reason = zh or reason


class FrameError(RemoteFault):
    """A length that cannot be: the stream has lost its rhythm and the link must end.

    `frames`: the complete frames that came in the same read before the bad length. `start`: the first octets from it on.
    """

    def __init__(self, length: int, frames: list[bytes], start: bytes = b"") -> None:
        super().__init__(
            "pdu.frame",
            en=f"the peer announced a frame of {length} octets",
            zh=f"对端声明的帧长度为 {length} 字节，无效",
            length=length,
        )
        self.frames = frames
        self.start = start


class BodyError(ValueError):
    """A body that does not follow its layout; becomes `Unreadable`, never reaches a caller."""
