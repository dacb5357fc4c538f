"""Texts of papers on every engine: kept once for a content, due until they are settled, gone with the last paper."""

from __future__ import annotations

import pytest
from paper_files import picture
from papers_in_process import inspect
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import Kind, ProofKind
from hongyan.compliance.ocr import PaperText
from hongyan.compliance.ocr.recognised import Line, PageText, Pass
from hongyan.compliance.ocr.shelf import Due, KeptText, TextShelf
from hongyan.compliance.papers import Papers, StoredPaper
from hongyan.identity import AccountKind, Actor, Conflict, Identity, RootSettings, Vault, commit_change
from hongyan.kernel.errors import HongyanError

A_DAY = 86_400
KEY = Actor("key:test", "aliyun", "::1")
LINE = Line("授权方：甲雁公司", (1, 2, 30, 2, 30, 20, 1, 20), 0.99)
TEXT = PaperText(
    "stand-in 1", (PageText(100, 200, 0, True, ((0.1, 0.2, 0.3, 0.4),), (Pass("plain", (LINE,)),)),)
)


class World:
    def __init__(self, books: Books, make: Samples) -> None:
        vault = Vault(bytes(range(32)))
        self.books = books
        self.clock = make.clock
        self.identity = Identity(books.store, make.clock, make.ids, vault)
        self.papers = Papers(books.store, make.clock, make.ids, vault, self.identity, inspect=inspect)
        self.texts = TextShelf(books.store, make.clock, vault)
        self.account_id = 0

    async def keep(self, key: str, *, of: int = 0) -> StoredPaper:
        return await self.papers.keep(of or self.account_id, key, picture("png"), actor=KEY)


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make)
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    account = await made.identity.create_account(AccountKind.ENTERPRISE, "tenant", actor="test")
    made.account_id = account.id
    return made


async def test_a_text_comes_back_for_every_paper_of_its_content(world: World) -> None:
    stranger = await world.identity.create_account(AccountKind.ENTERPRISE, "stranger", actor="test")
    one, other = await world.keep("1/a.png"), await world.keep("2/b.png", of=stranger.id)
    assert await world.texts.find(one) is None
    await world.texts.keep(one, KeptText(TEXT))
    assert await world.texts.find(one) == await world.texts.find(other) == KeptText(TEXT)
    await world.texts.keep(other, KeptText(None, "damaged"))
    assert await world.texts.find(one) == KeptText(TEXT), "the first reading stays"


async def test_why_there_is_no_text_is_kept_as_well(world: World) -> None:
    paper = await world.keep("1/a.png")
    await world.texts.keep(paper, KeptText(None, "too_heavy"))
    assert await world.texts.find(paper) == KeptText(None, "too_heavy")


async def test_a_text_opens_for_its_own_content_only(world: World) -> None:
    paper = await world.keep("1/a.png")
    await world.texts.keep(paper, KeptText(TEXT))
    ((sealed,),) = await world.books.rows("SELECT text_sealed FROM paper_text")
    assert "甲雁".encode() not in bytes(sealed)
    large = await world.papers.keep(world.account_id, "1/b.png", picture("png", (9, 9)), actor=KEY)
    await commit_change(
        world.books.store,
        [("compliance.keep_paper_text", (large.content_hash, "x", "", bytes(sealed), 1), 1)],
    )
    with pytest.raises(HongyanError):
        await world.texts.find(large)


async def test_what_binds_papers_of_a_letter_asks_for_reading_them_and_a_signature_does_not(
    world: World,
) -> None:
    paper = await world.keep("1/a.png")
    for kind, revision in ((ProofKind.LETTER, 1), (Kind.QUALIFICATION, 2), (Kind.SIGNATURE, 1)):
        world.clock.advance(1)
        await commit_change(world.books.store, world.papers.bind([paper], kind, 7, revision))
    due = await world.texts.due(10)
    assert due == [Due(ProofKind.LETTER, 7, 1), Due(Kind.QUALIFICATION, 7, 2)]
    assert await world.texts.count_due() == 2
    assert await world.texts.due(1) == due[:1]
    await commit_change(world.books.store, [world.texts.settle(due[0])])
    assert await world.texts.due(10) == due[1:]
    with pytest.raises(Conflict):
        await commit_change(world.books.store, [world.texts.settle(due[0])])


async def test_a_text_goes_with_the_last_paper_of_its_content_and_comes_for_none_that_is_gone(
    world: World,
) -> None:
    one, other = await world.keep("1/a.png"), await world.keep("1/b.png")
    await world.texts.keep(one, KeptText(TEXT))
    await commit_change(world.books.store, world.papers.bind([other], ProofKind.LETTER, 7, 1))
    world.clock.advance(2 * A_DAY)
    assert await world.papers.drop_unused() == 1
    assert await world.texts.find(other) == KeptText(TEXT)
    ghost = await world.papers.keep(world.account_id, "1/c.png", picture("png", (8, 8)), actor=KEY)
    world.clock.advance(2 * A_DAY)
    assert await world.papers.drop_unused() == 1
    await world.texts.keep(ghost, KeptText(TEXT))
    assert await world.texts.find(ghost) is None
