"""Papers on every engine: sealed pieces, the newest of a key, what is bound stays, what nobody uses goes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any

import pytest
from paper_files import pdf, picture
from papers_in_process import inspect
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import Kind
from hongyan.compliance.papers import Papers, StoredPaper, Use
from hongyan.compliance.papers.shelf import PIECE
from hongyan.identity import AccountKind, Actor, Conflict, Identity, RootSettings, Vault, commit_change
from hongyan.kernel.errors import HongyanError, Misconfigured

A_DAY = 86_400
LARGE = picture("png").ljust(2 * PIECE + 1, b"\0")
"""A picture with something behind it, as phones add it: three pieces."""


class World:
    def __init__(self, books: Books, make: Samples, vault: Vault) -> None:
        self.books = books
        self.clock = make.clock
        self.identity = Identity(books.store, make.clock, make.ids, vault)
        self.papers = Papers(books.store, make.clock, make.ids, vault, self.identity, inspect=inspect)

    async def account(self, name: str) -> int:
        made = await self.identity.create_account(AccountKind.ENTERPRISE, name, actor="test")
        return made.id

    async def keep(self, account_id: int, key: str, content: bytes) -> StoredPaper:
        return await self.papers.keep(account_id, key, content, actor=Actor("key:test", "aliyun", "::1"))

    async def content(self, paper: StoredPaper) -> bytes:
        return b"".join([piece async for piece in self.papers.content(paper)])

    async def bind(self, *papers: StoredPaper, revision: int = 1) -> None:
        await commit_change(self.books.store, self.papers.bind(papers, Kind.SIGNATURE, 5, revision))

    async def counts(self) -> tuple[int, int]:
        """Papers and pieces."""
        ((papers,),) = await self.books.rows("SELECT count(*) FROM paper")
        ((pieces,),) = await self.books.rows("SELECT count(*) FROM paper_piece")
        return papers, pieces


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make, Vault(bytes(range(32))))
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    return made


@pytest.fixture
async def account(world: World) -> int:
    return await world.account("tenant")


async def refused(attempt: Awaitable[Any]) -> str:
    with pytest.raises(HongyanError) as found:
        await attempt
    return found.value.code


async def test_a_paper_comes_back_as_it_was_in_pieces_that_nobody_can_read(
    world: World, account: int
) -> None:
    kept = await world.keep(account, "1/a.png", LARGE)
    found = await world.papers.find(account, "1/a.png")
    assert found == kept
    assert (found.pieces, found.size, found.bound_ms) == (3, len(LARGE), None)
    assert (found.uploader, found.address) == ("key:test", "::1")
    assert await world.content(found) == LARGE
    stored = await world.books.rows("SELECT key_sealed FROM paper UNION ALL SELECT sealed FROM paper_piece")
    assert not any(b"\x89PNG\r\n" in value or b"1/a.png" in value for (value,) in stored)


async def test_a_piece_that_was_changed_or_moved_does_not_open(world: World, account: int) -> None:
    paper = await world.keep(account, "1/a.png", LARGE)
    await world.books.rows("UPDATE paper_piece SET number = 9 WHERE number = 0")
    await world.books.rows("UPDATE paper_piece SET number = 0 WHERE number = 1")
    await world.books.rows("UPDATE paper_piece SET number = 1 WHERE number = 9")
    with pytest.raises(Misconfigured) as damaged:
        await world.content(paper)
    assert damaged.value.code == "vault.damaged"


async def test_another_account_does_not_find_it(world: World, account: int) -> None:
    await world.keep(account, "1/a.png", picture())
    other = await world.account("other")
    assert await world.papers.find(other, "1/a.png") is None
    assert await refused(world.papers.require(other, "1/a.png", Use.PICTURE)) == "paper.not_uploaded"
    assert await world.papers.find_all(other, ["1/a.png"]) == {}


async def test_a_format_is_for_some_uses_only(world: World, account: int) -> None:
    await world.keep(account, "1/a.pdf", pdf())
    await world.keep(account, "1/a.gif", picture("gif"))
    assert (await world.papers.require(account, "1/a.pdf", Use.MATERIAL)).pages == 1
    assert await refused(world.papers.require(account, "1/a.pdf", Use.PICTURE)) == "paper.wrong_format"
    assert await refused(world.papers.require(account, "1/a.gif", Use.MATERIAL)) == "paper.wrong_format"


async def test_an_application_names_a_bounded_number_of_papers(world: World, account: int) -> None:
    await world.keep(account, "1/a.png", picture())
    assert len(await world.papers.require_all(account, ["1/a.png"] * 100, Use.MATERIAL)) == 1
    many = [f"1/{n}.png" for n in range(41)]
    assert await refused(world.papers.require_all(account, many, Use.MATERIAL)) == "paper.too_many"
    assert await refused(world.papers.find_all(account, many)) == "paper.too_many"


async def test_a_key_names_the_newest_paper_and_what_is_bound_stays_as_it_was(
    world: World, account: int
) -> None:
    first = await world.keep(account, "1/a.png", picture(size=(10, 10)))
    await world.bind(first)
    second = await world.keep(account, "1/a.png", picture(size=(20, 20)))
    assert await world.papers.find(account, "1/a.png") == second
    (bound,) = await world.papers.of_revision(Kind.SIGNATURE, 5, 1)
    assert (bound.id, bound.width) == (first.id, 10)
    assert await world.content(bound) == picture(size=(10, 10))
    await world.bind(second, revision=2)
    assert [paper.id for paper in await world.papers.of_revision(Kind.SIGNATURE, 5, 2)] == [second.id]


async def test_a_paper_in_several_fields_is_bound_once_and_keeps_its_first_time(
    world: World, account: int
) -> None:
    paper = await world.keep(account, "1/a.png", picture())
    await world.bind(paper, paper)
    first = (await world.papers.of_revision(Kind.SIGNATURE, 5, 1))[0].bound_ms
    world.clock.advance(60)
    await world.bind(paper, revision=2)
    assert (await world.papers.of_revision(Kind.SIGNATURE, 5, 2))[0].bound_ms == first


async def test_what_nobody_uses_goes_after_a_day(world: World, account: int) -> None:
    used = await world.keep(account, "1/used.png", LARGE)
    await world.keep(account, "1/unused.png", LARGE)
    await world.bind(used)
    world.clock.advance(A_DAY)
    assert await world.papers.drop_unused() == 0
    world.clock.advance(1)
    assert await world.papers.drop_unused() == 1
    assert await world.counts() == (1, 3)
    assert await world.content(used) == LARGE
    assert await world.papers.find(account, "1/unused.png") is None
    assert await world.papers.drop_unused() == 0


async def test_an_application_with_a_paper_that_just_went_is_a_conflict(world: World, account: int) -> None:
    paper = await world.keep(account, "1/a.png", picture())
    world.clock.advance(A_DAY + 1)
    await world.papers.drop_unused()
    with pytest.raises(Conflict):
        await world.bind(paper)


async def test_a_paper_that_was_bound_in_between_does_not_go(world: World, account: int) -> None:
    """Two nodes: one has read that nobody uses the paper when another binds it."""
    paper = await world.keep(account, "1/a.png", LARGE)
    await world.bind(paper)
    world.clock.advance(A_DAY + 1)
    await commit_change(
        world.books.store,
        [
            ("compliance.drop_unused_paper", (paper.id,), None),
            ("compliance.drop_paper_pieces", (paper.id,), None),
        ],
    )
    assert await world.content(paper) == LARGE


async def test_a_paper_that_broke_off_is_not_found_and_goes_like_the_unused(
    world: World, account: int
) -> None:
    paper = await world.keep(account, "1/a.png", LARGE)
    await world.books.rows("UPDATE paper SET complete = 0")
    assert await world.papers.find(account, "1/a.png") is None
    assert await refused(world.papers.require(account, "1/a.png", Use.PICTURE)) == "paper.not_uploaded"
    with pytest.raises(Conflict):
        await world.bind(paper)
    world.clock.advance(A_DAY + 1)
    assert await world.papers.drop_unused() == 1
    assert await world.counts() == (0, 0)


async def test_many_at_once_are_all_there(world: World, account: int) -> None:
    keys = [f"1/{n}.png" for n in range(12)]
    await asyncio.gather(*(world.keep(account, key, LARGE) for key in keys))
    found = await world.papers.find_all(account, keys)
    assert list(found) == keys
    assert await world.counts() == (12, 36)


# -- files that come inside of a request ---------------------------------------------------------------------


async def test_a_file_inside_of_a_request_gets_a_key_of_its_content(world: World, account: int) -> None:
    import base64

    text = base64.b64encode(picture("jpeg")).decode()
    actor = Actor("key:test")
    one = await world.papers.keep_inline(account, text, "JPG", actor=actor)
    two = await world.papers.keep_inline(account, text, "jpg", actor=actor)
    assert re.fullmatch(rf"{account}/inline-[0-9a-f]{{32}}\.jpg", one.key)
    assert one == two, "the same file again is the same paper"
    assert await world.content(one) == picture("jpeg")


@pytest.mark.parametrize(
    ("text", "suffix", "code"),
    [
        ("not base64!", "jpg", "paper.not_base64"),
        ("", "jpg", "paper.empty"),
        ("AAAA", "jpg", "paper.unknown_type"),
        ("AAAA", "exe", "paper.unknown_suffix"),
        ("AAAA", "../x", "paper.unknown_suffix"),
        ("AAAA", "j pg", "paper.key_malformed"),
        ("A" * 2_796_208, "jpg", "paper.too_large"),
        ("A" * 10_000_000, "jpg", "paper.too_large"),
    ],
)
async def test_a_bad_file_inside_of_a_request_is_refused(
    world: World, account: int, text: str, suffix: str, code: str
) -> None:
    assert await refused(world.papers.keep_inline(account, text, suffix, actor=Actor("key:test"))) == code
