"""Texts from handsets: given to who wrote to the handset last, stored before anybody is told, joined."""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from road_world import ACCESS_NUMBER, CHANNEL, NUMBER, Road

from hongyan.kernel.text import Alphabet, Concat, decode
from hongyan.messaging import replies
from hongyan.messaging.model import ReplyView
from hongyan.messaging.replies import PARTS_WAIT_SECONDS, SAME_ID_MS, SAME_SEQUENCE_MS, Named
from hongyan.storage.port import Maintain

HANDSET = "86" + NUMBER
_references = itertools.count()
_sequences = itertools.count(1_000)


def ucs2(payload: bytes) -> str:
    return decode(payload, Alphabet.UCS2)


class Phone:
    """A handset that writes; `told` has what the carrier heard for each of its deliveries, by name."""

    def __init__(self, road: Road, number: str = HANDSET, to: str = ACCESS_NUMBER) -> None:
        self._road, self._number, self._to = road, number, to
        self.told: dict[object, list[bool]] = {}

    async def write(
        self,
        text: str | bytes,
        concat: Concat | None = None,
        name: object = None,
        *,
        named: Named | None = None,
        channel_id: int = CHANNEL,
    ) -> None:
        payload = text if isinstance(text, bytes) else text.encode("utf-16-be")
        name = name or text
        told = self.told[name] = []
        named = named or Named("", next(_sequences))
        await self._road.replies.came(
            channel_id, self._number, self._to, payload, ucs2, concat, named, told.append
        )
        await self._road.store.drained()


async def stored(road: Road) -> list[ReplyView]:
    """Oldest first."""
    return (await road.messaging.recent_replies(None, None, 1_000))[::-1]


async def contents(road: Road) -> list[str]:
    return [reply.content for reply in await stored(road)]


# -- whose it is ------------------------------------------------------------------------------------------


async def test_a_reply_belongs_to_who_wrote_to_this_handset_from_this_number(road: Road) -> None:
    await road.send_one(NUMBER)
    await Phone(road).write("好")
    (reply,) = await stored(road)
    assert (reply.account_id, reply.number, reply.access_number) == (road.account_id, HANDSET, ACCESS_NUMBER)
    assert reply.received_ms == road.clock.now_ms()
    assert [r.content for r in await road.messaging.recent_replies(road.account_id, None, 10)] == ["好"]
    assert await road.messaging.recent_replies(road.account_id + 1, None, 10) == []


@pytest.mark.parametrize(
    ("number", "to"), [("8613900000000", ACCESS_NUMBER), (HANDSET, ACCESS_NUMBER[:-1]), (HANDSET, "10690")]
)
async def test_a_reply_to_nobodys_message_is_kept_without_an_owner(road: Road, number: str, to: str) -> None:
    await road.send_one(NUMBER)
    await Phone(road, number, to).write("TD")
    (reply,) = await stored(road)
    assert (reply.account_id, reply.content) == (None, "TD")


async def test_an_extension_code_tells_conversations_apart(road: Road) -> None:
    await road.send_one(NUMBER, extension_code="77")
    await Phone(road, to=ACCESS_NUMBER + "77").write("好")
    (reply,) = await stored(road)
    assert (reply.account_id, reply.access_number) == (road.account_id, ACCESS_NUMBER + "77")


async def test_digits_behind_the_senders_number_are_the_tenants_own(road: Road) -> None:
    """A handset may answer to a longer number than it was written to from."""
    await road.send_one(NUMBER, extension_code="77")
    await Phone(road, to=ACCESS_NUMBER + "7701").write("好")
    (reply,) = await stored(road)
    assert (reply.account_id, reply.access_number) == (road.account_id, ACCESS_NUMBER + "7701")


async def test_no_more_of_a_handsets_messages_are_looked_at_than_there_is_time_for(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "NEWEST_MESSAGES", 2)
    await road.send_one(NUMBER, extension_code="77")
    await road.send_one(NUMBER, extension_code="88")
    await Phone(road, to=ACCESS_NUMBER + "77").write("one")
    await road.send_one(NUMBER, extension_code="88")
    await Phone(road, to=ACCESS_NUMBER + "77").write("two")
    assert [reply.account_id for reply in await stored(road)] == [road.account_id, None]


# -- brought twice ------------------------------------------------------------------------------------------

ID, SEQUENCE = Named("0102030405060708", 1), Named("", 7)


@pytest.mark.parametrize("again", [False, True], ids=["the same server", "the next one"])
@pytest.mark.parametrize("named", [ID, SEQUENCE], ids=["id", "sequence"])
async def test_what_comes_again_is_acknowledged_and_no_second_reply(
    tmp_path: Path, named: Named, again: bool
) -> None:
    road = Road(tmp_path)
    for place in range(3):
        phone = Phone(road)
        await phone.write("好", named=named._replace(sequence=place) if named.id else named)
        assert phone.told == {"好": [True]}
        if again:
            road.close()
            road = Road(tmp_path, road.clock)
    assert await contents(road) == ["好"]
    road.close()


@pytest.mark.parametrize(("named", "for_ms"), [(ID, SAME_ID_MS), (SEQUENCE, SAME_SEQUENCE_MS)])
async def test_a_text_is_known_for_a_while_only(road: Road, named: Named, for_ms: int) -> None:
    await Phone(road).write("好", named=named)
    road.clock.advance(for_ms / 1000 - 0.001)
    await Phone(road).write("好", named=named)
    assert await contents(road) == ["好"]
    road.clock.advance(0.001)
    await Phone(road).write("好", named=named)
    assert await contents(road) == ["好", "好"]
    road.clock.advance(for_ms / 1000)
    await road.store.commit(Maintain(road.clock.now_ms(), road.clock.now_ms()))
    assert road.count("reply_key") == 0


async def test_another_word_handset_number_or_channel_is_another_text(road: Road) -> None:
    await Phone(road).write("好", named=ID)
    await Phone(road).write("坏", named=ID)
    await Phone(road, "8613900000000").write("好", named=ID)
    await Phone(road, to=ACCESS_NUMBER + "7").write("好", named=ID)
    await Phone(road).write("好", named=ID, channel_id=CHANNEL + 1)
    await Phone(road).write("好", named=Named("0102030405060709", 1))
    assert len(await contents(road)) == 6


async def test_parts_of_a_long_text_may_have_one_id_and_each_is_known_again(tmp_path: Path) -> None:
    road = Road(tmp_path)
    for index in (1, 2, 2, 1):
        await Phone(road).write("好", Concat(7, 2, index, wide=False), named=ID)
    assert await contents(road) == ["好好"]
    road.close()
    road = Road(tmp_path, road.clock)
    phone = Phone(road)
    for index in (2, 1):
        await phone.write("好", Concat(7, 2, index, wide=False), index, named=ID)
    assert await contents(road) == ["好好"]
    assert phone.told == {1: [True], 2: [True]}
    road.close()


async def test_what_could_not_be_stored_is_not_taken_for_known(road: Road) -> None:
    phone = Phone(road)
    road.store.fill()
    told: list[bool] = []
    await road.replies.came(CHANNEL, HANDSET, ACCESS_NUMBER, b"\0a", ucs2, None, ID, told.append)
    assert told == [False]
    road.store.release()
    await road.store.drained()
    await phone.write("a", named=ID)
    assert await contents(road) == ["a"]


# -- joining ----------------------------------------------------------------------------------------------


async def test_a_text_in_one_part_is_stored_at_once(road: Road) -> None:
    phone = Phone(road)
    await phone.write("one")
    await phone.write("two", Concat(1, 1, 1, wide=False))
    assert await contents(road) == ["one", "two"]
    assert phone.told == {"one": [True], "two": [True]}


async def test_each_part_is_stored_and_told_by_itself_and_completes_the_text(road: Road) -> None:
    """Many carriers send the next part only when they have heard of the one before."""
    phone = Phone(road)
    pieces = ["天地", "玄黄", "宇宙", "洪荒"]
    so_far = []
    for index in (2, 4, 1, 3):
        await phone.write(pieces[index - 1], Concat(7, 4, index, wide=False))
        so_far += await contents(road)
    assert so_far == ["…玄黄……", "…玄黄…洪荒", "天地玄黄…洪荒", "天地玄黄宇宙洪荒"]
    assert phone.told == {piece: [True] for piece in pieces}
    (reply,) = await stored(road)
    assert reply.received_ms == road.clock.now_ms()


async def test_parts_at_the_same_moment_make_one_text(road: Road) -> None:
    told: list[bool] = []
    await asyncio.gather(
        *(
            road.replies.came(
                CHANNEL,
                HANDSET,
                ACCESS_NUMBER,
                text.encode("utf-16-be"),
                ucs2,
                Concat(7, 3, index, wide=False),
                Named("", index),
                told.append,
            )
            for index, text in enumerate(("一", "二", "三"), 1)
        )
    )
    assert (await contents(road), told) == (["一二三"], [True] * 3)


async def test_texts_at_the_same_time_stay_apart(road: Road) -> None:
    """By handset, access number, reference, its width and the number of parts."""
    phones = {name: Phone(road, number, to) for name, number, to in (
        ("a", HANDSET, ACCESS_NUMBER), ("b", "8613900000000", ACCESS_NUMBER), ("c", HANDSET, ACCESS_NUMBER + "1"),
    )}  # fmt: skip
    for index in (1, 2):
        for name, phone in phones.items():
            await phone.write(f"{name}{index}", Concat(7, 2, index, wide=False))
        await phones["a"].write(f"d{index}", Concat(8, 2, index, wide=False))
        await phones["a"].write(f"e{index}", Concat(7, 2, index, wide=True))
    assert sorted(await contents(road)) == ["a1a2", "b1b2", "c1c2", "d1d2", "e1e2"]


async def test_a_part_that_comes_again_changes_nothing(road: Road) -> None:
    phone = Phone(road)
    await phone.write("a", Concat(7, 2, 1, wide=False), "first")
    await phone.write("a", Concat(7, 2, 1, wide=False), "again")
    assert await contents(road) == ["a…"]
    await phone.write("b", Concat(7, 2, 2, wide=False), "last")
    await phone.write("a", Concat(7, 2, 1, wide=False), "late")
    assert await contents(road) == ["ab"]
    assert set(map(tuple, phone.told.values())) == {(True,)}


async def test_a_reference_that_is_used_again_is_another_text(road: Road) -> None:
    phone = Phone(road)
    await phone.write("a", Concat(7, 2, 1, wide=False))
    await phone.write("b", Concat(7, 2, 2, wide=False))
    await phone.write("c", Concat(7, 2, 1, wide=False))
    await phone.write("d", Concat(7, 2, 2, wide=False))
    assert await contents(road) == ["ab", "cd"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120),
    size=st.integers(1, 20),
    seed=st.integers(0, 1 << 16),
)
async def test_any_text_cut_anywhere_is_whole_again(road: Road, text: str, size: int, seed: int) -> None:
    """Also inside a character of four octets."""
    octets = text.encode("utf-16-be")
    pieces = [octets[at : at + 2 * size] for at in range(0, len(octets), 2 * size)][:255]
    whole = b"".join(pieces).decode("utf-16-be", "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    parts = list(enumerate(pieces, 1))
    random.Random(seed).shuffle(parts)
    reference = next(_references) & 0xFFFF
    for index, piece in parts:
        await Phone(road).write(piece, Concat(reference, len(pieces), index, wide=True))
    assert (await contents(road))[-1] == whole


# -- what does not come -----------------------------------------------------------------------------------


async def test_after_ten_minutes_a_text_stays_as_it_is(road: Road) -> None:
    phone = Phone(road)
    await phone.write("天地", Concat(7, 2, 1, wide=False))
    road.clock.advance(PARTS_WAIT_SECONDS - 1)
    await phone.write("宇宙", Concat(8, 2, 1, wide=False))
    road.clock.advance(2)
    road.replies.forget_old()
    await phone.write("玄黄", Concat(7, 2, 2, wide=False))
    await phone.write("洪荒", Concat(8, 2, 2, wide=False))
    assert await contents(road) == ["天地…", "宇宙洪荒", "…玄黄"]


async def test_no_more_texts_are_open_than_there_is_room_for(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "MOST_OPEN", 2)
    phone = Phone(road)
    for reference in (1, 2, 3):
        await phone.write(f"{reference}a", Concat(reference, 2, 1, wide=False))
    for reference in (2, 3):
        await phone.write(f"{reference}b", Concat(reference, 2, 2, wide=False))
    assert await contents(road) == ["1a…", "2a2b", "3a3b"]
    assert set(map(tuple, phone.told.values())) == {(True,)}


async def test_a_part_that_cannot_be_stored_is_asked_for_again_and_fits_in(road: Road) -> None:
    phone = Phone(road)
    await phone.write("a", Concat(7, 2, 1, wide=False))
    road.store.fill()
    told: list[bool] = []
    await road.replies.came(
        CHANNEL, HANDSET, ACCESS_NUMBER, b"\0b", ucs2, Concat(7, 2, 2, wide=False), Named("7", 1), told.append
    )
    assert told == [False]
    road.store.release()
    await road.store.drained()
    assert await contents(road) == ["a…"]
    await phone.write("b", Concat(7, 2, 2, wide=False))
    assert await contents(road) == ["ab"]
