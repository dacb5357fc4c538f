"""Ported numbers: entered one by one and by the file, kept in memory, asked for every message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from road_world import FOREIGN, NUMBER, Road

from hongyan.identity import AccountKind
from hongyan.kernel import following
from hongyan.kernel.cache import EVERYTHING
from hongyan.kernel.errors import HongyanError, Refused, Throttled
from hongyan.messaging.ported import cache, importing, records
from hongyan.messaging.ported.cache import TOPIC, PortedCache
from hongyan.messaging.ported.importing import Imported
from hongyan.messaging.route import Channel
from hongyan.storage.port import Change

MOBILE = Channel(1, "mobile", "1069000012", frozenset({"CN"}), frozenset({"mobile"}))
UNICOM = Channel(2, "unicom", "1069000012", frozenset({"CN"}), frozenset({"unicom"}))
WORLD = Channel(3, "world", "1069000012", priority=9)
ACTOR = "cli:test"


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    """A road whose channels serve one carrier each."""
    opened = Road(tmp_path, channels=(MOBILE, UNICOM, WORLD))
    await opened.identity.create_account(AccountKind.ROOT, "root", actor="test")
    await opened.ported_cache.start()
    yield opened
    opened.close()


async def port(road: Road, number: str = NUMBER, carrier: str = "unicom", **others: int) -> None:
    await road.ported_numbers.port(number, carrier, actor=ACTOR, **others)  # type: ignore[arg-type]
    await road.ported_cache.catch_up()


async def channel_of(road: Road, number: str = NUMBER, **others: object) -> int:
    return int(road.stored(await road.send_one(number, **others), "channel_id"))


async def take(road: Road, *lines: str, name: str = "list.csv") -> tuple[Imported, list[tuple[int, str]]]:
    """What became of the lines, and (place, code) of those that did not fit."""
    unfit: list[tuple[int, str]] = []
    done = await road.ported_numbers.take(
        (f"{line}\n".encode() for line in lines),
        name,
        actor=ACTOR,
        unfit=lambda place, why: unfit.append((place, why.code)),
    )
    await road.ported_cache.catch_up()
    return done, unfit


async def trail(road: Road) -> list[tuple[str, str, str, dict[str, object]]]:
    """(actor, action, object, facts) of what happened to ported numbers, oldest first."""
    root = await road.identity.root_account()
    events = await road.identity.audit_events(root.id)
    return [
        (each.actor, each.action, each.object, each.facts)
        for each in reversed(events)
        if each.action.startswith("messaging.")
    ]


def key(road: Road, number: str = NUMBER) -> int:
    """Whatever hash the number has, found by what was stored of it."""
    ((number_hash,),) = road.store.rows("SELECT number_hash FROM ported_number")
    return int(number_hash)


# -- messages ---------------------------------------------------------------------------------------------


async def test_a_ported_number_goes_by_the_channel_of_its_carrier_from_the_next_message_on(
    road: Road,
) -> None:
    assert await channel_of(road) == MOBILE.id
    await port(road)
    assert await channel_of(road) == UNICOM.id
    assert await channel_of(road, "13900139000") == MOBILE.id, "another number"
    await road.ported_numbers.unport(NUMBER, actor=ACTOR)
    await road.ported_cache.catch_up()
    assert await channel_of(road) == MOBILE.id


async def test_why_a_message_went_its_way_is_kept_as_always(road: Road) -> None:
    await port(road, carrier="telecom")
    message_id = await road.send_one(NUMBER)
    assert road.stored(message_id, "channel_id") == WORLD.id
    assert road.stored(message_id, "passed_over") == "1:carrier 2:carrier"


async def test_numbers_abroad_are_nobodys_to_port(road: Road) -> None:
    with pytest.raises(Refused, match=r"number\.not_mainland"):
        await port(road, FOREIGN)
    assert await channel_of(road, FOREIGN, template="abroad", params={"who": "Li"}) == WORLD.id


async def test_the_hash_of_a_number_is_the_one_that_its_messages_are_found_by(road: Road) -> None:
    await port(road)
    assert road.stored(await road.send_one(NUMBER), "number_hash") == key(road)
    row = road.store.rows("SELECT * FROM ported_number")[0]
    assert NUMBER not in str(row), "nothing in clear"


# -- one number -------------------------------------------------------------------------------------------


async def test_what_was_entered_can_be_seen_and_counted(road: Road) -> None:
    assert await road.ported_numbers.of(NUMBER) is None
    await port(road)
    await port(road, "13900139000", "unicom", since_ms=5)
    await port(road, "18900189000", "mobile")
    found = await road.ported_numbers.of("+86" + NUMBER)
    assert found is not None
    assert (found.carrier, found.since_ms, found.source) == ("unicom", road.clock.now_ms(), ACTOR)
    assert await road.ported_numbers.counts() == {"mobile": 1, "unicom": 2, "telecom": 0, "broadnet": 0}
    assert road.ported_cache.count == 3


async def test_the_operators_word_counts_however_new_what_was_known_is(road: Road) -> None:
    await port(road, carrier="unicom")
    await port(road, carrier="telecom", since_ms=1)
    found = await road.ported_numbers.of(NUMBER)
    assert found is not None
    assert (found.carrier, found.since_ms) == ("telecom", 1)


async def test_a_number_that_is_not_entered_cannot_be_taken_out(road: Road) -> None:
    with pytest.raises(Refused, match=r"number\.not_ported"):
        await road.ported_numbers.unport(NUMBER, actor=ACTOR)
    assert await trail(road) == []


async def test_the_audit_trail_says_who_did_what_with_the_number_masked(road: Road) -> None:
    await port(road)
    await port(road, carrier="telecom")
    was = await road.ported_numbers.unport(NUMBER, actor=ACTOR)
    assert was.carrier == "telecom"
    assert await trail(road) == [
        (ACTOR, "messaging.port_number", "138****8000", {"before": None, "after": "unicom"}),
        (ACTOR, "messaging.port_number", "138****8000", {"before": "unicom", "after": "telecom"}),
        (ACTOR, "messaging.unport_number", "138****8000", {"before": "telecom"}),
    ]


# -- files ------------------------------------------------------------------------------------------------


async def test_a_file_is_entered_and_what_does_not_fit_is_told_by_line(road: Road) -> None:
    done, unfit = await take(
        road,
        "number,carrier,since",
        "13800138000,unicom,2024-03-01",
        "",
        "13900139000,vodafone",
        "12345,mobile",
        "18900189000,mobile",
    )
    assert done == Imported(lines=4, stored=2, known=0, unfit=2)
    assert unfit == [(4, "number.carrier_unknown"), (5, "number.malformed")]
    found = await road.ported_numbers.of(NUMBER)
    assert found is not None
    assert (found.carrier, found.since_ms, found.source) == ("unicom", 1_709_222_400_000, "list.csv")
    assert await channel_of(road) == UNICOM.id


async def test_the_same_file_again_says_nothing_new(road: Road) -> None:
    lines = ("13800138000,unicom", "13900139000,unicom,2024-03-01")
    await take(road, *lines)
    road.clock.advance(60)
    done, _ = await take(road, *lines, name="again.csv")
    assert done == Imported(lines=2, stored=0, known=2, unfit=0)
    found = await road.ported_numbers.of(NUMBER)
    assert found is not None
    assert found.source == "list.csv"


@pytest.mark.parametrize("at_once", [1, 1_000])
async def test_the_newest_word_about_a_number_counts_in_whatever_order_they_come(
    road: Road, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", at_once)
    done, _ = await take(
        road,
        "13800138000,unicom,2022-01-01",
        "13800138000,telecom,2024-01-01",
        "13800138000,mobile,2023-01-01",
    )
    assert done.lines == 3
    found = await road.ported_numbers.of(NUMBER)
    assert found is not None
    assert found.carrier == "telecom"
    assert road.ported_cache.carrier_of(key(road)) == "telecom"


async def test_a_file_without_a_line_that_fits_leaves_no_trace(road: Road) -> None:
    done, unfit = await take(road, "number,carrier", "x,y")
    assert done == Imported(lines=1, stored=0, known=0, unfit=1)
    assert len(unfit) == 1
    assert await trail(road) == []


async def test_the_audit_trail_says_that_a_file_began_and_how_it_ended(road: Road) -> None:
    await take(road, "13800138000,unicom", "x,y")
    assert await trail(road) == [
        (ACTOR, "messaging.begin_import", "list.csv", {}),
        (ACTOR, "messaging.end_import", "list.csv", {"lines": 2, "stored": 1, "known": 0, "unfit": 1}),
    ]


async def test_an_import_that_breaks_off_keeps_whole_batches(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    lines = [f"1380000{n:04},unicom\n".encode() for n in range(5)]

    def broken() -> object:
        yield from lines
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await road.ported_numbers.take(broken(), "list.csv", actor=ACTOR, unfit=lambda *_: None)  # type: ignore[arg-type]
    await road.ported_cache.catch_up()
    assert road.count("ported_number") == road.ported_cache.count == 4
    assert [event[1] for event in await trail(road)] == ["messaging.begin_import"]


async def test_while_the_store_is_full_of_messages_an_import_waits(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_PAUSE_SECONDS", 0.0)
    road.store.fill()
    taking = asyncio.create_task(take(road, "13800138000,unicom"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not taking.done()
    road.store.release()
    assert (await taking)[0].stored == 1


async def test_an_import_does_not_wait_for_ever(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PAUSE_SECONDS", 0.0)
    road.store.fill()
    with pytest.raises(Throttled):
        await take(road, "13800138000,unicom")


async def test_no_more_is_entered_than_fits_into_memory(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_NUMBERS", 2)
    await take(road, "13800138000,unicom", "13900139000,unicom")
    with pytest.raises(Refused, match=r"number\.ported_full"):
        await port(road, "18900189000", "mobile")
    with pytest.raises(Refused, match=r"number\.ported_full"):
        await take(road, "18900189000,mobile")
    assert (await take(road, "13800138000,telecom", "13900139000,telecom"))[0].stored == 2
    await port(road, "13800138000", "mobile")
    assert await road.ported_numbers.counts() == {"mobile": 1, "unicom": 0, "telecom": 1, "broadnet": 0}


# -- memory -----------------------------------------------------------------------------------------------


def numbers(count: int) -> list[str]:
    return [f"138{n:08}" for n in range(count)]


async def test_a_new_server_reads_all_of_them_in_pages(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_PAGE", 100)
    await take(road, *(f"{number},telecom" for number in numbers(3_000)))
    fresh = PortedCache(road.store)
    await fresh.start()
    assert fresh.count == road.ported_cache.count == 3_000
    hashes = [number_hash for (number_hash,) in road.store.rows("SELECT number_hash FROM ported_number")]
    assert {fresh.carrier_of(number_hash) for number_hash in hashes} == {"telecom"}


async def test_after_lost_news_everything_is_read_again(road: Road) -> None:
    await port(road)
    road.store.execute("UPDATE ported_number SET carrier = 'telecom'")
    await road.store.commit(Change((), ((TOPIC, EVERYTHING),)))
    await road.ported_cache.catch_up()
    assert road.ported_cache.carrier_of(key(road)) == "telecom"


async def test_too_many_changes_at_once_are_one_reading_of_everything(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_CHANGED", 5)
    monkeypatch.setattr(importing, "BATCH", 3)
    await take(road, *(f"{number},telecom" for number in numbers(20)))
    assert road.ported_cache.count == 20


async def test_a_server_follows_by_itself_and_tries_again_when_the_store_cannot(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TRY_AGAIN_SECONDS", 0.0)
    real, failures = road.store.read, iter([True, False])

    async def read(name: str, *parameters: object) -> list[tuple[object, ...]]:
        if name == "messaging.ported_some" and next(failures, False):
            raise HongyanError("storage.away", en="away", zh="不可用")
        return await real(name, *parameters)

    monkeypatch.setattr(road.store, "read", read)
    task = asyncio.create_task(road.ported_cache.follow())
    await road.ported_numbers.port(NUMBER, "unicom", actor=ACTOR)
    async with asyncio.timeout(5):
        while road.ported_cache.count == 0:
            await asyncio.sleep(0)
    assert await channel_of(road) == UNICOM.id
    task.cancel()


async def test_what_is_changed_while_it_is_read_is_read_once_more(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first = road.store.read, iter([True])

    async def read(name: str, *parameters: object) -> list[tuple[object, ...]]:
        rows = await real(name, *parameters)
        if name == "messaging.ported_some" and next(first, False):
            await road.ported_numbers.port(NUMBER, "telecom", actor=ACTOR)
        return rows

    monkeypatch.setattr(road.store, "read", read)
    await port(road, carrier="unicom")
    assert road.ported_cache.carrier_of(key(road)) == "telecom"


async def test_numbers_for_which_there_is_no_room_go_by_their_prefix(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_NUMBERS", cache.PortedTable().size // 2)
    await take(road, *(f"{number},telecom" for number in numbers(2_100)))
    assert road.ported_cache.count == 2_048
    fresh = PortedCache(road.store)
    await fresh.start()
    assert fresh.count == 2_048
