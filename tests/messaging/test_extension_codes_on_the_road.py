"""Source numbers: access number, the signature's extension code, the tenant's own digits; and replies to them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from road_world import ACCESS_NUMBER, CHANNEL, CODES_ONLY, FOREIGN, NUMBER, Road

from hongyan.compliance import CodeSource
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.identity import AccountKind, Actor
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import first_id_at
from hongyan.kernel.text import Alphabet, decode
from hongyan.messaging.failover import Failover
from hongyan.messaging.model import ReplyView
from hongyan.messaging.replies import MESSAGES_COUNT_DAYS, Named
from hongyan.messaging.route import Channel

HANDSET = "86" + NUMBER
ACTOR = Actor("test")
RIVAL = "对手"
DAY_SECONDS = 86_400


class Numbers:
    """The road of a tenant beside whom another one has codes."""

    def __init__(self, road: Road, rival_id: int) -> None:
        self.sequences = itertools.count()
        self.road, self.rival_id = road, rival_id

    async def assign(self, *codes: str, name: str = SIGN_NAME) -> None:
        account_id = self.rival_id if name == RIVAL else self.road.account_id
        for code in codes:
            await self.road.compliance.extension_codes.assign(
                account_id, name, code, by=CodeSource.PLATFORM, actor=ACTOR
            )
        await self.road.compliance.code_memory.catch_up()

    async def release(self, code: str, name: str = SIGN_NAME) -> None:
        account_id = self.rival_id if name == RIVAL else self.road.account_id
        await self.road.compliance.extension_codes.release(
            account_id, name, code, by=CodeSource.PLATFORM, actor=ACTOR
        )
        await self.road.compliance.code_memory.catch_up()

    async def sender(self, asked: str = "", **others: Any) -> str:
        """The number that a message comes from."""
        message_id = await self.road.send_one(extension_code=asked, **others)
        return str(self.road.stored(message_id, "access_number"))

    async def refusal(self, asked: str) -> str:
        with pytest.raises(Refused) as caught:
            await self.road.send_one(extension_code=asked)
        return caught.value.code

    async def reply(self, behind: str) -> ReplyView:
        """To the access number with these digits behind it, as it is stored."""
        await self.road.replies.came(
            CHANNEL,
            HANDSET,
            ACCESS_NUMBER + behind,
            "好".encode("utf-16-be"),
            lambda payload: decode(payload, Alphabet.UCS2),
            None,
            Named("", next(self.sequences)),
            lambda _stored: None,
        )
        return (await self.road.messaging.recent_replies(None, None, 1))[0]

    async def owner(self, behind: str) -> tuple[str, str]:
        """Whose a reply is, and the digits that are the tenant's own."""
        reply = await self.reply(behind)
        names = {None: "nobody", self.road.account_id: "ours", self.rival_id: "rival"}
        return names[reply.account_id], reply.extension_code

    async def sent_by_the_rival(self, behind: str) -> None:
        """A message to the handset, of the other tenant's."""
        message_id = await self.road.send_one()
        self.road.store.execute(
            "UPDATE message SET account_id = ?, signature_id = 99, access_number = ? WHERE id = ?",
            *(self.rival_id, ACCESS_NUMBER + behind, message_id),
        )


async def _numbers(road: Road) -> Numbers:
    rival = await road.identity.create_account(AccountKind.ENTERPRISE, "rival", actor="test")
    road.store.execute(
        "INSERT INTO signature (id, account_id, name, tag, state, version, revision, approved_revision, order_id,"
        " created_ms) VALUES (99, ?, ?, 2, 'approved', 1, 1, 1, 1, 1)",
        *(rival.id, RIVAL),
    )
    await road.compliance.code_memory.start()
    return Numbers(road, rival.id)


@pytest.fixture
async def numbers(road: Road) -> Numbers:
    return await _numbers(road)


# -- on the way out ---------------------------------------------------------------------------------------


async def test_a_message_comes_from_access_number_code_and_the_tenants_own_digits(numbers: Numbers) -> None:
    assert await numbers.sender() == ACCESS_NUMBER
    assert await numbers.sender("07") == ACCESS_NUMBER + "07"

    await numbers.assign("88", "99")
    assert await numbers.sender() == ACCESS_NUMBER + "88"
    assert await numbers.sender("07") == ACCESS_NUMBER + "8807"
    assert await numbers.sender("88") == ACCESS_NUMBER + "88"
    assert await numbers.sender("99") == ACCESS_NUMBER + "99"
    assert (
        await numbers.sender(sign_name=CODES_ONLY, template="code", params={"code": "1234"}) == ACCESS_NUMBER
    )


async def test_another_tenants_number_is_refused_and_nothing_is_stored(numbers: Numbers) -> None:
    await numbers.assign("66", name=RIVAL)
    for asked in ("66", "6601", "6"):
        assert await numbers.refusal(asked) == "extension.foreign"
    await numbers.assign("88")
    await numbers.assign("881", name=RIVAL)
    assert await numbers.refusal("12") == "extension.foreign"
    assert await numbers.sender("2") == ACCESS_NUMBER + "882"
    assert numbers.road.count("message") == 1


async def test_a_released_code_is_not_sent_from_any_more(numbers: Numbers) -> None:
    await numbers.assign("88")
    await numbers.release("88")
    assert await numbers.sender() == ACCESS_NUMBER
    assert await numbers.refusal("88") == "extension.quarantined"


async def test_what_does_not_fit_is_refused_never_cut(numbers: Numbers) -> None:
    await numbers.assign("8" * 8)
    assert await numbers.sender("12") == ACCESS_NUMBER + "8" * 8 + "12"
    assert await numbers.refusal("123") == "extension.malformed"
    assert await numbers.refusal("1a") == "extension.malformed"


async def test_messages_wait_for_no_answer_of_the_store_to_know_their_number(
    numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await numbers.assign("88")
    await numbers.sender("01")

    async def read(name: str, *_parameters: object) -> list[tuple[object, ...]]:
        raise AssertionError(name)

    monkeypatch.setattr(numbers.road.store, "read", read)
    for asked in ("", "01", "88"):
        await numbers.road.send(extension_code=asked)


NAME = Channel(7, "name", "HONGYAN")
DIGITS = Channel(8, "digits", ACCESS_NUMBER, priority=9)


@pytest.fixture
async def abroad(tmp_path: Path) -> AsyncIterator[Numbers]:
    """A channel whose sender is a name, then one whose sender is a number."""
    road = Road(tmp_path, channels=(NAME, DIGITS))
    yield await _numbers(road)
    road.close()


async def test_a_name_goes_without_the_code_that_nobody_asked_for(abroad: Numbers) -> None:
    await abroad.assign("88")
    to = {"number": FOREIGN, "template": "abroad", "params": {"who": "you"}}
    assert await abroad.sender(**to) == "HONGYAN"
    assert await abroad.sender("88", **to) == ACCESS_NUMBER + "88"
    assert await abroad.sender("01", **to) == ACCESS_NUMBER + "8801"


async def test_a_message_that_a_carrier_refused_goes_on_with_its_code(abroad: Numbers) -> None:
    """From a name to a number, and the other way."""
    road = abroad.road
    await abroad.assign("88")
    failover = Failover(road.store, road.router, road.ported_cache.carrier_of, road.codes)
    to = {"template": "abroad", "params": {"who": "you"}}

    async def next_sender(channel: Channel, asked: str = "") -> str | None:
        road.router.use([channel])
        message_id = await road.send_one(FOREIGN, extension_code=asked, **to)
        road.router.use((NAME, DIGITS))
        way = await failover.find(message_id, channel.id, 0, wrong_carrier=False)
        return None if way is None else way.move.access_number

    assert await next_sender(NAME) == ACCESS_NUMBER + "88"
    assert await next_sender(DIGITS) == "HONGYAN"
    assert await next_sender(DIGITS, "01") is None, "digits that were asked for"


# -- on the way back --------------------------------------------------------------------------------------


async def test_a_reply_goes_to_whose_code_it_dialled_though_nobody_wrote_to_the_handset(
    numbers: Numbers,
) -> None:
    await numbers.assign("88")
    await numbers.assign("881", name=RIVAL)
    assert await numbers.owner("88") == ("ours", "")
    assert await numbers.owner("8802") == ("ours", "02")
    assert await numbers.owner("8812") == ("rival", "2")
    assert await numbers.owner("77") == ("nobody", "77")
    reply = await numbers.reply("8812")
    assert (reply.signature_id, reply.access_number) == (99, ACCESS_NUMBER + "8812")


async def test_a_code_says_more_than_a_shorter_number_that_wrote(numbers: Numbers) -> None:
    await numbers.sender()
    await numbers.assign("66", name=RIVAL)
    assert await numbers.owner("66") == ("rival", "")
    assert await numbers.owner("67") == ("ours", "67")


async def test_what_was_sent_from_the_number_says_more_than_whose_it_is_now(numbers: Numbers) -> None:
    """The tenant used digits that were nobody's; then another one got them as its code."""
    assert await numbers.sender("66") == ACCESS_NUMBER + "66"
    assert await numbers.sender("6601") == ACCESS_NUMBER + "6601"
    await numbers.assign("66", name=RIVAL)
    assert await numbers.owner("66") == ("ours", "66")
    assert await numbers.owner("6601") == ("ours", "6601")

    await numbers.sent_by_the_rival("66")
    assert await numbers.owner("66") == ("rival", "")
    assert await numbers.owner("6601") == ("ours", "6601")


async def test_that_holds_for_as_long_as_a_quarantine(numbers: Numbers) -> None:
    await numbers.sender("66")
    await numbers.assign("66", name=RIVAL)
    sent_ms = numbers.road.clock.now_ms()
    numbers.road.clock.advance(MESSAGES_COUNT_DAYS * DAY_SECONDS - 60)
    assert await numbers.owner("66") == ("ours", "66")
    numbers.road.clock.advance(61)
    assert first_id_at(sent_ms) < first_id_at(
        numbers.road.clock.now_ms() - MESSAGES_COUNT_DAYS * DAY_SECONDS * 1000
    )
    assert await numbers.owner("66") == ("rival", "")


async def test_a_released_code_brings_its_replies_home_until_the_quarantine_ends(numbers: Numbers) -> None:
    await numbers.assign("88")
    await numbers.release("88")
    assert await numbers.owner("8801") == ("ours", "01")
    numbers.road.clock.advance(90 * DAY_SECONDS)
    assert await numbers.owner("8801") == ("nobody", "8801")
    await numbers.assign("88", name=RIVAL)
    assert await numbers.owner("8801") == ("rival", "01")


async def test_a_reply_costs_one_question_whatever_it_dials(
    numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await numbers.assign("88")
    real, asked = numbers.road.store.read, list[str]()

    async def read(name: str, *parameters: object) -> list[tuple[object, ...]]:
        asked.append(name)
        return await real(name, *parameters)

    monkeypatch.setattr(numbers.road.store, "read", read)
    for behind in ("88", "77", ""):
        await numbers.reply(behind)
    assert [name for name in asked if name != "messaging.recent_replies"] == ["messaging.owner_of_number"] * 3
