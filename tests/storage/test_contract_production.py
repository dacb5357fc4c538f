"""The mark of a store that was served with carriers, on every engine: set once, taken back where nothing stands against it."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.bootstrap import is_sandbox
from hongyan.carriers.channels import Channels
from hongyan.carriers.production import Production, check_configured, is_production
from hongyan.config import Settings
from hongyan.identity import Identity, RootSettings, Vault
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.storage.migrations import migrations

VAULT = Vault(bytes(range(32)))
CMPP = {"host": "10.0.0.1", "login": "901234", "access_number": "1069000001", "carriers": ["mobile"]}
ACTOR = "cli:tester"


class World:
    def __init__(self, books: Books, make: Samples) -> None:
        self.books = books
        self.identity = Identity(books.store, make.clock, make.ids, VAULT)
        self.production = Production(books.store, make.clock, make.ids, self.identity)

        async def no_code(_accounts: object) -> None:
            return None

        self.channels = Channels(books.store, make.clock, make.ids, VAULT, self.identity, no_code)

    async def trail(self) -> list[tuple[object, ...]]:
        return await self.books.rows(
            "SELECT actor, action FROM audit_event WHERE action LIKE '%production' ORDER BY id"
        )

    async def refusal(self) -> str:
        with pytest.raises(Refused) as found:
            await self.production.unmark(actor=ACTOR)
        assert await is_production(self.books.store)
        return found.value.code

    async def nobody_serves(self) -> None:
        """PostgreSQL knows of the node that this test is."""
        if self.books.database.name == "postgres":
            await self.books.rows("UPDATE node_lease SET expires_ms = 0")


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make)
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    return made


async def test_a_new_store_is_a_sandbox_until_it_is_marked_and_after_the_mark_is_taken_back(
    world: World,
) -> None:
    store = world.books.store
    assert await is_sandbox(Settings(), store)
    await world.production.mark()
    await world.production.mark()
    assert not await is_sandbox(Settings(), store)
    await world.nobody_serves()
    await world.production.mark("1069000077")
    assert await world.channels.main_number() == "1069000077"
    await world.production.unmark(actor=ACTOR)
    assert await is_sandbox(Settings(), store)
    assert await world.channels.main_number() == ""
    marked, unmarked = "carriers.mark_production", "carriers.unmark_production"
    assert await world.trail() == [("system:server", marked), (ACTOR, unmarked)]
    with pytest.raises(Refused, match="not been served") as found:
        await world.production.unmark(actor=ACTOR)
    assert found.value.code == "production.not_marked"


async def test_a_server_without_carriers_does_not_serve_a_marked_store(world: World) -> None:
    store = world.books.store
    await world.production.mark()
    with pytest.raises(Misconfigured) as found:
        await check_configured(store, main=False)
    assert found.value.code == "settings.carrier"
    await check_configured(store, main=True)
    await world.channels.add("mobile", "cmpp", CMPP, "password", actor=ACTOR)
    await check_configured(store, main=False)


async def test_channels_and_waiting_messages_stand_against_taking_it_back(
    world: World, make: Samples
) -> None:
    await world.channels.add("mobile", "cmpp", CMPP, "password", actor=ACTOR)
    await world.nobody_serves()
    assert await world.refusal() == "production.channels"
    await world.channels.drain("mobile", actor=ACTOR)
    await world.channels.remove("mobile", actor=ACTOR)
    await world.books.group(make.accept())
    assert await world.refusal() == "production.waiting"


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
async def test_a_node_that_serves_stands_against_it(world: World) -> None:
    await world.production.mark()
    assert await world.refusal() == "production.served"


async def test_a_store_that_has_had_a_channel_is_marked_by_the_upgrade(world: World) -> None:
    (migration,) = [each for each in migrations(world.books.database.name) if "production" in each.name]
    script = world.books.database.script
    await script(migration.sql)
    assert not await is_production(world.books.store)
    await world.channels.add("mobile", "cmpp", CMPP, "password", actor=ACTOR)
    await world.books.rows("DELETE FROM fact WHERE name = 'production'")
    await script(migration.sql)
    assert await is_production(world.books.store)
