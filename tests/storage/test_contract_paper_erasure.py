"""Papers of what was deleted, on every engine: kept for some days, then erased and written down, unless something else
has them as evidence."""

from __future__ import annotations

import pytest
from paper_files import picture
from papers_in_process import inspect
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import Kind, ProofKind
from hongyan.compliance.model import Recorded
from hongyan.compliance.papers import Papers, StoredPaper
from hongyan.identity import AccountKind, Actor, Identity, RootSettings, Vault, commit_change

DAYS = 180
A_DAY = 86_400


class World:
    def __init__(self, books: Books, make: Samples) -> None:
        self.books = books
        self.clock = make.clock
        vault = Vault(bytes(range(32)))
        self.identity = Identity(books.store, make.clock, make.ids, vault)
        self.papers = self._papers(books, make, vault, DAYS)
        self.for_ever = self._papers(books, make, vault, 0)
        self.account_id = 0

    def _papers(self, books: Books, make: Samples, vault: Vault, keep_days: int) -> Papers:
        parts = (books.store, make.clock, make.ids, vault, self.identity)
        return Papers(*parts, inspect=inspect, keep_days=keep_days)

    async def keep(self, key: str) -> StoredPaper:
        return await self.papers.keep(self.account_id, key, picture(), actor=Actor("key:test"))

    async def bind(
        self, paper: StoredPaper, kind: Recorded = Kind.SIGNATURE, object_id: int = 5, revision: int = 1
    ) -> None:
        await commit_change(self.books.store, self.papers.bind([paper], kind, object_id, revision))

    async def delete(self, kind: Kind = Kind.SIGNATURE, object_id: int = 5) -> None:
        await commit_change(self.books.store, [self.papers.let_go(kind, object_id)])

    async def erased(self) -> list[tuple[str, str]]:
        """(actor, object) of each erasure in the audit trail."""
        events = await self.identity.audit_events(self.account_id)
        return [(each.actor, each.object) for each in events if each.action == "compliance.erase_paper"]

    async def rows(self) -> tuple[int, int]:
        """Papers and pieces."""
        ((papers,),) = await self.books.rows("SELECT count(*) FROM paper")
        ((pieces,),) = await self.books.rows("SELECT count(*) FROM paper_piece")
        return papers, pieces


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make)
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    tenant = await made.identity.create_account(AccountKind.ENTERPRISE, "tenant", actor="test")
    made.account_id = tenant.id
    return made


async def test_papers_of_what_was_deleted_are_erased_after_their_days(world: World) -> None:
    paper = await world.keep("1/a.png")
    await world.bind(paper)
    await world.bind(paper, revision=2)
    await world.delete()
    world.clock.advance(DAYS * A_DAY)
    assert await world.papers.erase_deleted() == 0
    assert [each.id for each in await world.papers.of_revision(Kind.SIGNATURE, 5, 1)] == [paper.id]
    world.clock.advance(1)
    assert await world.papers.erase_deleted() == 1
    assert await world.rows() == (0, 0)
    assert await world.papers.of_revision(Kind.SIGNATURE, 5, 1) == []
    assert await world.papers.find(world.account_id, "1/a.png") is None
    assert await world.erased() == [("system:papers", f"signature:5/paper:{paper.id}")]
    (event,) = [
        each
        for each in await world.identity.audit_events(world.account_id)
        if each.action == "compliance.erase_paper"
    ]
    assert event.facts == {"sha256": paper.content_hash.hex(), "size": paper.size}
    assert await world.papers.erase_deleted() == 0


async def test_papers_of_what_lives_stay(world: World) -> None:
    await world.bind(await world.keep("1/a.png"))
    world.clock.advance(10 * DAYS * A_DAY)
    assert await world.papers.erase_deleted() == 0
    assert await world.rows() == (1, 1)


async def test_a_paper_goes_with_the_last_thing_that_has_it_as_evidence(world: World) -> None:
    paper = await world.keep("1/a.png")
    await world.bind(paper)
    await world.bind(paper, ProofKind.LETTER, 6)
    await world.bind(paper, Kind.TEMPLATE, 7)
    await world.delete()
    world.clock.advance(DAYS * A_DAY + 1)
    assert await world.papers.erase_deleted() == 1
    assert [each.id for each in await world.papers.of_revision(Kind.TEMPLATE, 7, 1)] == [paper.id]
    assert await world.papers.of_revision(Kind.SIGNATURE, 5, 1) == []
    assert await world.erased() == []
    await world.delete(Kind.TEMPLATE, 7)
    world.clock.advance(DAYS * A_DAY + 1)
    assert await world.papers.erase_deleted() == 1
    assert await world.rows() == (1, 1), "the letter lives"


async def test_nothing_is_erased_where_papers_are_kept_for_ever(world: World) -> None:
    await world.bind(await world.keep("1/a.png"))
    await world.delete()
    world.clock.advance(10 * DAYS * A_DAY)
    assert await world.for_ever.erase_deleted() == 0
    assert await world.rows() == (1, 1)


async def test_a_paper_that_is_bound_again_in_between_stays(world: World) -> None:
    """Another node binds it after this one has looked."""
    paper = await world.keep("1/a.png")
    await world.bind(paper)
    await world.delete()
    world.clock.advance(DAYS * A_DAY + 1)
    looked = world.papers._shelf.is_used_elsewhere

    async def bound_meanwhile(*about: object) -> bool:
        found = await looked(*about)  # type: ignore[arg-type]
        await world.bind(paper, Kind.TEMPLATE, 7)
        return found

    world.papers._shelf.is_used_elsewhere = bound_meanwhile  # type: ignore[method-assign]
    await world.papers.erase_deleted()
    assert await world.rows() == (1, 1)
    assert await world.erased() == []
    world.papers._shelf.is_used_elsewhere = looked  # type: ignore[method-assign]
    assert await world.papers.erase_deleted() == 1
    assert [each.id for each in await world.papers.of_revision(Kind.TEMPLATE, 7, 1)] == [paper.id]
