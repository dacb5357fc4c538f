"""What the desks of qualifications, signatures and templates have in common: reading, pages, versions, deleting.

Whoever has an account's number sees and changes what belongs to that account, nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from hongyan.compliance.model import Kind, Standing, Version
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import AfterSubmit, Reviews
from hongyan.compliance.states import UNDER_REVIEW, State
from hongyan.identity import Actor, Nonce, again_on_conflict
from hongyan.storage.port import Store

_AT_ONCE: Final = 200
"""Rows of one read."""


class Viewed(Protocol):
    """An object as people see it."""

    @property
    def standing(self) -> Standing: ...
    @property
    def material(self) -> Any: ...


M = TypeVar("M")
V = TypeVar("V", bound=Viewed)


class Desk(ABC, Generic[M, V]):
    """Of objects of one kind: `M` is what they are applied for with, `V` how they are seen."""

    kind: ClassVar[Kind]

    def __init__(self, store: Store, *, reviews: Reviews, after_submit: AfterSubmit) -> None:
        self._store = store
        self._reviews = reviews
        self._after_submit = after_submit

    async def of_order(self, order_id: int) -> V:
        """For reviewers: the material that an order is about, whoever applied."""
        (view,) = await self._views(
            await self._store.read(f"compliance.{self.kind.value}_of_order", order_id)
        )
        return view

    async def versions(self, object_id: int) -> list[Version[M]]:
        """Every revision with its order, the first one first; whoever applied."""
        orders = await self._reviews.orders_of(self.kind, object_id)
        rows = await self._store.read(f"compliance.{self.kind.value}_revisions", object_id)
        return [
            Version(revision, view.material, orders.get(revision))
            for revision, view in enumerate(await self._views(rows), 1)
        ]

    async def _newest(self, standing: Standing) -> M:
        return (await self.versions(standing.id))[-1].material

    async def _page(self, *parameters: Any, limit: int, offset: int) -> tuple[int, list[V]]:
        kind = self.kind.value
        ((total,),) = await self._store.read(f"compliance.count_{kind}s", *parameters)
        rows = await self._store.read(f"compliance.{kind}s_of", *parameters, limit, offset)
        return total, await self._views(rows)

    async def _views(self, rows: list[tuple[Any, ...]]) -> list[V]:
        """With what stands in other tables."""
        return [self._view(row) for row in rows]

    @abstractmethod
    def _view(self, row: tuple[Any, ...]) -> V:
        """A row of the kind's statements."""


def state_columns(states: tuple[State, ...]) -> list[str]:
    """The three states, at most, that lists take; "" where there are fewer."""
    return [*(state.value for state in states), "", "", ""][:3]


class LabelledDesk(Desk[M, V]):
    """Of objects that tenants call by a name or a code."""

    async def get(self, account_id: int, label: str) -> V:
        """Raises Refused("<kind>.unknown")."""
        found = await self.find(account_id, label)
        if found is None:
            raise refusal(f"{self.kind.value}.unknown")
        return found

    async def find(self, account_id: int, label: str) -> V | None:
        """None when there is none, or it was deleted."""
        rows = await self._store.read(f"compliance.{self.kind.value}", account_id, label)
        return next(iter(await self._views(rows)), None)

    async def pages(self) -> AsyncIterator[list[V]]:
        """Everybody's, with the material that others see, by their ids; some at a time."""
        after = 0
        while rows := await self._store.read(f"compliance.all_{self.kind.value}s", after, _AT_ONCE):
            yield await self._views(rows)
            after = rows[-1][0]

    async def all(self) -> AsyncIterator[V]:
        """The same one by one."""
        async for views in self.pages():
            for view in views:
                yield view

    async def page(self, account_id: int, *, limit: int, offset: int) -> tuple[int, list[V]]:
        """How many there are, and a page of them, the newest first."""
        return await self._page(account_id, limit=limit, offset=offset)

    async def delete(self, account_id: int, label: str, *, actor: Actor, nonce: Nonce | None = None) -> None:
        """For ever. Raises Refused("<kind>.unknown", "<kind>.in_review")."""

        async def attempt() -> None:
            standing = (await self.get(account_id, label)).standing
            if standing.state in UNDER_REVIEW:
                raise refusal(f"{self.kind.value}.in_review")
            await self._reviews.delete(standing, actor, nonce)

        await again_on_conflict(attempt)
