"""The door into sending: who is let in, what is stored for them, and what is left of those who are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from road_world import ACCESS_NUMBER, CHANNEL, CODES_ONLY, FOREIGN, NUMBER, UNDER_REVIEW, WAITING, Road

from hongyan.billing import PriceBook
from hongyan.compliance import Verdict
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.identity import Actor
from hongyan.kernel.errors import HongyanError, Refused, RemoteFault, Throttled
from hongyan.messaging.accept import MOST_ITEMS, MOST_OUT_ID_CHARACTERS
from hongyan.messaging.model import Category
from hongyan.messaging.route import Channel
from hongyan.storage.port import LANE_CODES, LANE_MARKETING, LANE_NOTICES

CODE = {"code": "123456"}


async def refusal(road: Road, *numbers: str, **others: Any) -> str:
    """The code a request is refused with. Whatever it is, nothing is left behind."""
    with pytest.raises(HongyanError) as caught:
        await road.send(*numbers, **others)
    assert caught.value.zh
    assert caught.value.en
    assert [road.count(table) for table in ("message", "outbox", "usage_delta")] == [0, 0, 0]
    assert road.dispatcher.backlog == road.dispatcher.waiting == 0
    return caught.value.code


# -- who is not let in ------------------------------------------------------------------------------------

NOTICE = {"template": "notice"}
REFUSALS: dict[str, list[tuple[tuple[str, ...], dict[str, Any]]]] = {
    "number.malformed": [(("12345",), {}), (("1380013800a",), {}), (("",), {}), (("+86 138 0013 800",), {})],
    "number.too_many": [(tuple(f"138{n:08}" for n in range(MOST_ITEMS + 1)), {})],
    "outid.too_long": [((NUMBER,), {"out_id": "o" * (MOST_OUT_ID_CHARACTERS + 1)})],
    "template.unknown": [((NUMBER,), {"template": "SMS_1"}), ((NUMBER,), {"template": ""})],
    "template.unusable": [((NUMBER,), {"template": WAITING})],
    "template.param_missing": [((NUMBER,), NOTICE), ((NUMBER,), NOTICE | {"params": {"other": "x"}})],
    "template.param_superfluous": [
        ((NUMBER,), {"params": {"what": "x"}}),
        ((NUMBER,), NOTICE | {"params": {"what": "x", "other": "y"}}),
    ],
    "template.param_not_text": [
        ((NUMBER,), NOTICE | {"params": {"what": value}}) for value in (1, None, ["x"], {})
    ],
    "template.param_too_long": [((NUMBER,), NOTICE | {"params": {"what": "字" * 36}})],
    "template.param_has_link": [((NUMBER,), NOTICE | {"params": {"what": "见 t.cn/abc"}})],
    "template.param_invalid": [((NUMBER,), {"template": "code", "params": {"code": "abcdef"}})],
    "template.domestic_only": [((FOREIGN,), {})],
    "template.international_only": [((NUMBER,), {"template": "abroad", "params": {"who": "Li"}})],
    "signature.unknown": [((NUMBER,), {"sign_name": "没有"}), ((NUMBER,), {"sign_name": ""})],
    "signature.unusable": [((NUMBER,), {"sign_name": UNDER_REVIEW})],
    "signature.scene": [((NUMBER,), {"sign_name": CODES_ONLY})],
    "content.too_long": [((NUMBER,), {"template": "endless", "params": {"what": "字" * 35}})],
    "extension.malformed": [
        ((NUMBER,), {"extension_code": code}) for code in ("12a", "-1", "١٢", "123456789012")
    ],
    "text.lone_surrogate": [((NUMBER,), NOTICE | {"params": {"what": "\ud83d"}})],
}


@pytest.mark.parametrize(
    ("code", "numbers", "others"), [(code, *case) for code, cases in REFUSALS.items() for case in cases]
)
async def test_a_request_that_cannot_be_sent_stores_nothing_and_costs_nothing(
    road: Road, code: str, numbers: tuple[str, ...], others: dict[str, Any]
) -> None:
    assert await refusal(road, *numbers, **others) == code


async def test_a_request_without_numbers_is_refused(road: Road) -> None:
    request = road.request(NUMBER)
    with pytest.raises(Refused, match=r"number\.too_many"):
        await road.messaging.accept(type(request)(request.account_id, request.template_code, (), "R-1"))


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_bad_number_refuses_the_whole_request(road: Road, place: int) -> None:
    numbers = ["13800000001", "13800000002"]
    numbers.insert(place, "not a number")
    assert await refusal(road, *numbers) == "number.malformed"


async def test_a_country_without_a_channel_has_no_route(tmp_path: Path) -> None:
    road = Road(tmp_path, channels=(Channel(CHANNEL, "home", ACCESS_NUMBER, frozenset({"CN"})),))
    assert await refusal(road, FOREIGN, template="abroad", params={"who": "Li"}) == "route.none"
    road.close()


async def test_another_account_has_neither_the_template_nor_the_signature(road: Road) -> None:
    request = road.request(NUMBER)
    with pytest.raises(Refused, match=r"template\.unknown"):
        await road.messaging.accept(
            type(request)(road.account_id + 1, request.template_code, request.items, "R-1")
        )


async def test_when_too_much_waits_for_the_carriers_callers_wait(tmp_path: Path) -> None:
    road = Road(tmp_path, most_backlog=2)
    await road.send("13800000001", "13800000002")
    with pytest.raises(Throttled):
        await road.send()
    assert road.count("message") == 2
    road.close()


async def test_when_the_queue_into_the_store_is_full_callers_wait(road: Road) -> None:
    road.store.fill()
    with pytest.raises(Throttled):
        await road.send()
    road.store.release()
    await road.store.drained()
    assert road.count("message") == 0
    await road.send()


async def test_a_store_that_is_gone_is_temporary(road: Road) -> None:
    await road.send()
    road.store.lose()
    with pytest.raises(RemoteFault, match=r"store\.unavailable"):
        await road.send()


# -- nonces, idempotency, money ---------------------------------------------------------------------------


async def test_a_nonce_is_used_up_by_an_accepted_request_only(road: Road) -> None:
    nonce = (road.clock.now_ms() // 60_000, 4711)
    assert await refusal(road, "bad", nonce=nonce) == "number.malformed"
    await road.send(nonce=nonce)
    with pytest.raises(Refused, match=r"nonce\.used"):
        await road.send(nonce=nonce)
    assert road.count("message") == 1


async def test_a_repeated_idempotency_key_gives_the_first_answer_and_sends_nothing(road: Road) -> None:
    first = await road.send(idempotency=(1, 2))
    assert (await road.send(idempotency=(1, 2))).biz_id == first.biz_id
    assert road.count("message") == road.dispatcher.backlog == 1
    with pytest.raises(Refused, match=r"idempotency\.mismatch"):
        await road.send(idempotency=(1, 3))


@pytest.fixture
async def poor(tmp_path: Path) -> AsyncIterator[Road]:
    """The tenant can pay for two domestic notices."""
    first = Road(tmp_path)
    first.store.execute(
        "INSERT INTO account_balance (account_id, balance) VALUES (?, ?)", first.account_id, 900
    )
    first.close()
    opened = Road(tmp_path)
    yield opened
    opened.close()


async def test_who_cannot_pay_for_all_of_it_sends_nothing(poor: Road) -> None:
    assert await refusal(poor, "13800000001", "13800000002", "13800000003") == "balance.insufficient"
    await poor.send("13800000001", "13800000002")
    with pytest.raises(Refused, match=r"balance\.insufficient"):
        await poor.send("13800000003")
    assert poor.count("message") == 2


# -- what is stored ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "number", "params", "lane", "minutes"),
    [
        ("code", NUMBER, CODE, LANE_CODES, 30),
        ("notice", NUMBER, {"what": "信"}, LANE_NOTICES, 48 * 60),
        ("marketing", NUMBER, {}, LANE_MARKETING, 48 * 60),
        ("abroad", FOREIGN, {"who": "Li"}, LANE_NOTICES, 48 * 60),
    ],
)
async def test_the_category_decides_lane_validity_and_price(
    road: Road, template: str, number: str, params: dict[str, str], lane: int, minutes: int
) -> None:
    message_id = await road.send_one(number, template=template, params=params)
    message = await road.messaging.message(message_id)
    assert message is not None
    assert road.stored(message_id, "lane") == lane
    assert road.stored(message_id, "expires_ms") == message.accepted_ms + minutes * 60_000
    assert message.accepted_ms == road.clock.now_ms()
    country = "GB" if number == FOREIGN else "CN"
    assert message.price == PriceBook().per_segment(country, Category(message.category)) * message.segments
    assert (await road.usage())["held"] == message.price


@pytest.mark.parametrize(
    ("template", "number", "params", "content", "segments"),
    [
        ("notice", NUMBER, {"what": "新订单"}, f"【{SIGN_NAME}】您有新订单。", 1),
        ("long", NUMBER, {}, f"【{SIGN_NAME}】尊敬的客户，" + "您好" * 40 + "。", 2),
        ("abroad", FOREIGN, {"who": "Li"}, f"【{SIGN_NAME}】Welcome Li", 1),
    ],
)
async def test_the_text_is_whole_with_its_signature_first(
    road: Road, template: str, number: str, params: dict[str, str], content: str, segments: int
) -> None:
    message = await road.messaging.message(await road.send_one(number, template=template, params=params))
    assert message is not None
    assert (message.content, message.segments) == (content, segments)


@pytest.mark.parametrize(
    "written", [NUMBER, "+86" + NUMBER, "0086" + NUMBER, "86" + NUMBER, "+" + NUMBER, "138-0013-8000"]
)
async def test_a_number_is_the_same_however_it_was_written(road: Road, written: str) -> None:
    assert road.stored(await road.send_one(written), "number") == "86" + NUMBER


async def test_an_extension_code_stands_behind_the_access_number(road: Road) -> None:
    assert (
        road.stored(await road.send_one(extension_code="0123456789"), "access_number")
        == "10690000120123456789"
    )


async def test_a_signature_for_codes_sends_codes(road: Road) -> None:
    message_id = await road.send_one(template="code", params=CODE, sign_name=CODES_ONLY)
    assert road.stored(message_id, "sign_name") == CODES_ONLY


async def test_an_out_id_may_be_as_long_as_the_vendor_allows(road: Road) -> None:
    message_id = await road.send_one(out_id="外" * MOST_OUT_ID_CHARACTERS)
    assert road.stored(message_id, "out_id") == "外" * MOST_OUT_ID_CHARACTERS


async def test_a_thousand_numbers_are_one_request(road: Road) -> None:
    numbers = [f"138{n:08}" for n in range(MOST_ITEMS)]
    accepted = await road.send(*numbers)
    assert len(set(accepted.message_ids)) == MOST_ITEMS
    assert accepted.biz_id == accepted.message_ids[0]
    rows = road.store.rows("SELECT number FROM message WHERE biz_id = ? ORDER BY id", accepted.biz_id)
    assert [number for (number,) in rows] == ["86" + number for number in numbers]
    assert road.outbox_rows() == 1
    assert road.dispatcher.backlog == MOST_ITEMS


async def test_each_item_has_its_own_signature_and_values(road: Road) -> None:
    first = road.request("13800000001", template="code", params={"code": "1111"})
    second = road.request("13800000002", template="code", params={"code": "2222"}, sign_name=CODES_ONLY)
    accepted = await road.messaging.accept(
        type(first)(first.account_id, first.template_code, first.items + second.items, "R-1")
    )
    contents = [road.stored(message_id, "content") for message_id in accepted.message_ids]
    assert contents == [f"【{SIGN_NAME}】验证码1111。", f"【{CODES_ONLY}】验证码2222。"]


async def test_long_texts_in_a_row_have_references_of_their_own(road: Road) -> None:
    accepted = await road.send(*(f"138{n:08}" for n in range(300)), template="long")
    references = [road.stored(message_id, "reference") for message_id in accepted.message_ids]
    assert all(0 <= reference <= 255 for reference in references)
    assert all(later == (earlier + 1) % 256 for earlier, later in pairwise(references))


async def test_long_texts_of_a_next_run_have_other_references(tmp_path: Path) -> None:
    clock, references = None, []
    for _ in range(4):
        road = Road(tmp_path, clock)
        references.append(road.stored(await road.send_one(template="long"), "reference"))
        road.close()
        clock = road.clock
        clock.advance(1.037)
    assert len(set(references)) == 4


# -- when it is stored ------------------------------------------------------------------------------------


async def test_the_answer_comes_after_the_commit_and_so_does_the_hand_over(road: Road) -> None:
    await road.send("13800000009")
    road.store.hold()
    asking = asyncio.ensure_future(road.send())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not asking.done()
    assert road.dispatcher.backlog == 1
    road.store.release()
    accepted = await asking
    assert road.state(accepted.message_ids[0]) == "accepted"
    assert road.dispatcher.backlog == 2


async def test_a_caller_that_went_away_does_not_keep_its_message_from_going_out(road: Road) -> None:
    await road.send("13800000009")
    road.store.hold()
    asking = asyncio.ensure_future(road.send())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    road.store.release()
    await road.store.drained()
    assert road.dispatcher.backlog == 2, "it is in the outbox and with the dispatcher"


async def test_an_approval_counts_at_once(road: Road) -> None:
    assert await refusal(road, template=WAITING) == "template.unusable"
    assert await refusal(road, sign_name=UNDER_REVIEW) == "signature.unusable"
    for order in await road.compliance.desk.queue():
        await road.compliance.decide(order.id, Verdict.APPROVE, "", Actor("test"))
    await road.send(template=WAITING, sign_name=UNDER_REVIEW)
