"""What decides about a change of extension codes, and the statements that make it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from hongyan.compliance.extension_codes.limits import CodeLimits, limits_at
from hongyan.compliance.extension_codes.model import ChannelRoom, CodeSource, ExtensionCode
from hongyan.compliance.extension_codes.states import EXTENSION_CODE, CodeEvent, CodeState
from hongyan.compliance.refusals import refusal
from hongyan.identity import Statement
from hongyan.kernel.clock import Millis
from hongyan.kernel.errors import Refused

_NOT_FREE: Final = {
    CodeState.ASSIGNED: "extension.taken",
    CodeState.QUARANTINE: "extension.quarantined",
}
"""Why a code cannot be had, by where it stands."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A signature that asks for a change, as it stands now. `codes`: its assigned ones, the oldest first. `turn`: counts
    all changes of any code; what is decided here holds while it is this one."""

    account_id: int
    signature_id: int
    sign_name: str
    version: int
    codes: dict[str, ExtensionCode]
    turn: int
    now_ms: Millis

    @property
    def limits(self) -> CodeLimits:
        return limits_at(self.now_ms)

    def had(self, code: ExtensionCode) -> bool:
        """Whether it is the one that released the code. By its name: one that was made anew has its codes again."""
        return (code.account_id, code.sign_name) == (self.account_id, self.sign_name)

    def without(self, code: ExtensionCode) -> Asking:
        """The same when a code has left."""
        return replace(self, codes={name: each for name, each in self.codes.items() if name != code.code})


@dataclass(frozen=True, slots=True)
class Others:
    """What the store knows beside the signature's own codes. `known`: the row of the wanted code. `overlaps`: codes of other
    tenants that begin it or begin with it. `of_account`: codes of the account's other signatures. `in_all`: of everybody,
    those in quarantine too."""

    known: ExtensionCode | None
    overlaps: tuple[str, ...]
    of_account: int
    in_all: int


def room_for(asking: Asking, code: str, rooms: Sequence[ChannelRoom]) -> tuple[str, ...]:
    """Channels of the tenant's without room for a code. Raises Refused: `extension.malformed`; `extension.no_room` when it
    is all of them."""
    most = asking.limits.digits
    if not (code.isascii() and code.isdigit() and len(code) <= most):
        raise Refused(
            "extension.malformed",
            en=f"an extension code is 1 to {most} digits",
            zh=f"扩展码应为 1 到 {most} 位数字",
            most=most,
        )
    own = [room for room in rooms if not room.accounts or asking.account_id in room.accounts]
    widest = max((room.digits for room in own), default=most)
    if len(code) > widest:
        raise Refused(
            "extension.no_room",
            en=f"no channel has room for {len(code)} digits behind its access number; {max(widest, 0)} is the most",
            zh=f"没有通道可以在接入号之后容纳 {len(code)} 位扩展码，最多 {max(widest, 0)} 位",
            most=widest,
        )
    return tuple(room.name for room in own if len(code) > room.digits)


def assigning(
    asking: Asking, code: str, others: Others, by: CodeSource, *, primary: bool
) -> tuple[list[Statement], ExtensionCode]:
    """The code for the signature; no statement when it has it so already. Raises Refused: `extension.taken`,
    `.quarantined`, `.overlaps`, `.too_many`."""
    own = asking.codes.get(code)
    if own is not None:
        if own.primary or not primary:
            return [], own
        return [_unset_primary(asking), _set_primary(own)], _changed(own, primary=True)
    _check(asking, others, by)
    made = ExtensionCode(
        code,
        asking.account_id,
        asking.signature_id,
        asking.sign_name,
        primary or not asking.codes,
        by,
        asking.now_ms,
        None,
        None,
        1 if others.known is None else others.known.version + 1,
    )
    row = (
        *(code, made.account_id, made.signature_id, int(made.primary), by.value, made.assigned_ms),
        made.version - 1,
    )
    statements: list[Statement] = [("compliance.put_extension_code", row, 1)]
    return [_unset_primary(asking), *statements] if made.primary else statements, made


def leaving(asking: Asking, code: str, by: CodeSource) -> ExtensionCode:
    """The code that goes. Raises Refused: `extension.unknown`, `extension.of_platform`."""
    found = asking.codes.get(code)
    if found is None:
        raise refusal("extension.unknown")
    if by is CodeSource.TENANT and found.source is CodeSource.PLATFORM:
        raise refusal("extension.of_platform")
    return found


def releasing(asking: Asking, gone: ExtensionCode) -> tuple[Statement, ExtensionCode]:
    """The code into quarantine."""
    until_ms = asking.now_ms + asking.limits.quarantine_ms
    after = _changed(gone, primary=False, released_ms=asking.now_ms, held_until_ms=until_ms)
    return ("compliance.release_extension_code", (gone.code, gone.version, asking.now_ms, until_ms), 1), after


def inheriting(asking: Asking, gone: ExtensionCode) -> list[Statement]:
    """When the primary code goes, the oldest of the others is it."""
    heir = next(iter(asking.without(gone).codes.values()), None)
    return [_set_primary(heir)] if gone.primary and heir is not None else []


def _check(asking: Asking, others: Others, by: CodeSource) -> None:
    limits, known = asking.limits, others.known
    state = CodeState.FREE if known is None else known.state(asking.now_ms)
    returns = known is not None and state is CodeState.QUARANTINE and asking.had(known)
    if not EXTENSION_CODE.allows(state, CodeEvent.TAKE_BACK if returns else CodeEvent.ASSIGN):
        raise refusal(_NOT_FREE[state])
    if by is CodeSource.TENANT and others.overlaps:
        raise refusal("extension.overlaps")
    for count, most in (
        (len(asking.codes), limits.per_signature),
        (len(asking.codes) + others.of_account, limits.per_account),
        (others.in_all, limits.in_all),
    ):
        if count >= most:
            raise Refused(
                "extension.too_many",
                en=f"there are {count} extension codes already, and {most} is the most; release one first",
                zh=f"已有 {count} 个扩展码，最多 {most} 个，请先释放不用的扩展码",
                most=most,
            )


def _unset_primary(asking: Asking) -> Statement:
    return ("compliance.unset_primary_code", (asking.signature_id,), None)


def _set_primary(code: ExtensionCode) -> Statement:
    return ("compliance.set_primary_code", (code.code, code.version), 1)


def _changed(code: ExtensionCode, **fields: object) -> ExtensionCode:
    return replace(code, version=code.version + 1, **fields)  # type: ignore[arg-type]
