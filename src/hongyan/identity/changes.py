"""Cold changes: read, decide, write if nobody else was faster."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from hongyan.kernel.errors import Broken, Refused, Throttled
from hongyan.storage.port import Change, Done, Refusal, Store

R = TypeVar("R")

Statement = tuple[str, tuple[Any, ...], int | None]
"""One statement of a Change: its name, its parameters, how many rows it must touch (None: any)."""
Topic = tuple[str, str]

Making = Callable[[str], Sequence[Statement]]
"""What else belongs into the Change that makes something, by the number or code that it gets."""

TRIES = 5


def only_that(_made: str) -> Sequence[Statement]:
    """Nothing else belongs into it."""
    return ()


class Conflict(Throttled):
    """Somebody else changed the object in between; nothing was stored, and the same may succeed now."""


Nonce = tuple[int, int]
"""(signed minute since 1970, 64-bit keyed hash) of a signed call, used up with the change that it asks for."""


async def commit_change(
    store: Store, statements: Sequence[Statement], topics: Sequence[Topic] = (), *, nonce: Nonce | None = None
) -> Done:
    """Store all of the statements or none.

    Raises Conflict when one touched other rows than it must, and Refused("nonce.used") for a replayed call.
    """
    outcome = await store.commit(Change(tuple(statements), tuple(topics), nonce))
    match outcome:
        case Done():
            return outcome
        case Refusal(code="nonce.used"):
            raise Refused("nonce.used", en="this signed call was made before", zh="该签名请求已被使用过")
        case Refusal(code="storage.conflict"):
            raise Conflict(
                "storage.conflict",
                en="this was changed by somebody else in the meantime; look at it again",
                zh="内容在此期间已被他人修改，请重新查看",
            )
        case Refusal(code=code):
            raise Throttled(code, en="the platform cannot store this now", zh="平台暂时无法保存")
        case _:
            raise Broken("storage.outcome", en=f"a change answered {outcome!r}", zh="存储返回了意外结果")


async def again_on_conflict(attempt: Callable[[], Awaitable[R]]) -> R:
    """Run read-decide-write again after a conflict. The decision sees what the other one stored, so that a real
    clash ends in its own refusal; a few rounds are enough for the rest."""
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except Conflict:
            continue
    return await attempt()
