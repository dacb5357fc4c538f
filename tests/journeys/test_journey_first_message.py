"""From the official SDK to the handset and back: what a tenant's program sees of its messages."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from alibabacloud_tea_openapi.utils import Utils
from running_platform import RunningPlatform, Tenant, until
from sdk_calls import (
    DELIVERED,
    FAILED,
    WAITING,
    Refused,
    apply_for_template,
    batch,
    details,
    ended,
    refusal,
    send,
    sms,
    text,
)

from hongyan.kernel.clock import BEIJING

pytestmark = pytest.mark.slow

_numbers = count(13_700_000_000)


@pytest.fixture
def number() -> str:
    """A phone of this test's own."""
    return str(next(_numbers))


def whole(tenant: Tenant) -> str:
    """The example notice as the handset shows it."""
    example = tenant.template_param_example
    assert example is not None
    return f"【{tenant.sign_name}】您的订单{example['order']}已发货，预计{example['time']}送达，请留意查收。"


# -- one message ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_message_is_accepted_waits_and_is_delivered(
    platform: RunningPlatform, tenant: Tenant, number: str, family: str, way: str
) -> None:
    client = tenant.sdk(family)
    with platform.carrier_pauses():
        request = sms(tenant, number, out_id="订单-1")
        response = asyncio.run(client.send_sms_async(request)) if way == "async" else client.send_sms(request)
        body = response.body
        assert (response.status_code, body.code, body.message) == (200, "OK", "OK")
        assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", body.request_id)
        assert re.fullmatch(r"[0-9]{1,20}\^0", body.biz_id)
        total, (detail,) = details(client, number, body.biz_id)
        assert (total, detail.send_status, detail.err_code) == (1, WAITING, "REQUEST_SUCCESS")
        assert detail.receive_date is None
    detail = ended(client, number, body.biz_id)
    assert (detail.send_status, detail.err_code, detail.phone_num) == (DELIVERED, "DELIVERED", number)
    assert (detail.content, detail.template_code, detail.out_id) == (
        whole(tenant),
        tenant.template_code,
        "订单-1",
    )
    sent, received = (
        datetime.fromisoformat(d).replace(tzinfo=BEIJING) for d in (detail.send_date, detail.receive_date)
    )
    assert sent <= received <= datetime.now(BEIJING) + timedelta(seconds=1)
    (arrived,) = platform.texts(number)
    assert (arrived.text, arrived.peer, arrived.parts) == (whole(tenant), "1069000012", 1)


@pytest.mark.parametrize("family", ["acs3", "v2"])
def test_a_request_that_was_used_is_not_sent_again(
    platform: RunningPlatform, tenant: Tenant, number: str, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Utils, "get_nonce", staticmethod(lambda: f"once, by {family}"))
        biz_id = send(tenant, number, family)
        assert refusal(lambda: tenant.sdk(family).send_sms(sms(tenant, number))) == Refused(
            400, "SignatureNonceUsed", "Specified signature nonce was used already."
        )
    ended(tenant.sdk(), number, biz_id)
    assert details(tenant.sdk(), number)[0] == 1


def test_without_an_out_id_there_is_none_in_the_answer(tenant: Tenant, number: str) -> None:
    detail = ended(tenant.sdk(), number, send(tenant, number))
    assert detail.out_id is None
    assert "OutId" not in detail.to_map()


def test_the_six_ways_to_write_a_number_mean_one_phone(
    platform: RunningPlatform, tenant: Tenant, number: str
) -> None:
    for prefix in ("", "+", "86", "+86", "0086"):
        send(tenant, prefix + number)
    assert len(platform.texts(number, 5)) == 5
    assert details(tenant.sdk(), "+86" + number)[0] == 5


def test_a_code_goes_out_by_its_own_template(platform: RunningPlatform, tenant: Tenant, number: str) -> None:
    send(
        tenant,
        number,
        template_code=tenant.verification_template_code,
        template_param=text({"code": "204816"}),
    )
    (arrived,) = platform.texts(number)
    assert arrived.text == f"【{tenant.sign_name}】您的验证码为204816，5分钟内有效，请勿告知他人。"


def test_a_long_text_arrives_whole_in_two_parts(
    platform: RunningPlatform, tenant: Tenant, number: str
) -> None:
    content = "尊敬的客户，" + "您的快递已经到达驿站，请凭取件码领取。" * 4 + "谢谢${name}。"
    code = apply_for_template(tenant, "两段", content, {"name": "others"})
    biz_id = send(tenant, number, template_code=code, template_param=text({"name": "王𠮷小姐"}))
    detail = ended(tenant.sdk(), number, biz_id)
    expected = f"【{tenant.sign_name}】" + content.replace("${name}", "王𠮷小姐")
    assert (detail.send_status, detail.content) == (DELIVERED, expected)
    (arrived,) = platform.texts(number)
    assert (arrived.text, arrived.parts) == (expected, 2)
    message_id = int(biz_id.partition("^")[0])
    rows = platform.rows(
        "SELECT part, attempt, receipt_state FROM submission WHERE message_id = ? ORDER BY part", message_id
    )
    assert rows == [(1, 1, "delivered"), (2, 1, "delivered")]
    ((segments, price),) = platform.rows("SELECT segments, price FROM message WHERE id = ?", message_id)
    assert (segments, price) == (2, 2 * 450)


def test_an_extension_code_is_seen_on_the_handset(
    platform: RunningPlatform, tenant: Tenant, number: str
) -> None:
    send(tenant, number, sms_up_extend_code="90999")
    (arrived,) = platform.texts(number)
    assert arrived.peer == "106900001290999"


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("13400002001", r"[0-9a-f]{16}"),
        ("13000002001", r"[0-9a-f]{24}"),
        ("18900002001", r"[0-9]{20}"),
        ("19200002001", r"[0-9a-f]{16}"),
    ],
    ids=["CMPP", "SGIP", "SMGP", "CMPP of Broadnet"],
)
def test_each_carrier_takes_its_own_numbers_in_its_own_protocol(
    platform: RunningPlatform, tenant: Tenant, number: str, shape: str
) -> None:
    biz_id = send(tenant, number)
    assert ended(tenant.sdk(), number, biz_id).send_status == DELIVERED
    ((carrier_id, state),) = platform.rows(
        "SELECT carrier_id, receipt_state FROM submission WHERE message_id = ?", int(biz_id.partition("^")[0])
    )
    assert re.fullmatch(shape, carrier_id)
    assert state == "delivered"


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("19900000001", "UNDELIV:601"),
        ("19900000002", "EXPIRED:001"),
        ("19900000003", "REJECTD:999"),
        ("19900000011", "SMGP:47"),
        ("19900000012", "SMGP:128"),
    ],
)
def test_a_phone_that_cannot_be_reached_ends_with_the_carriers_code(
    tenant: Tenant, phone: str, code: str
) -> None:
    detail = ended(tenant.sdk(), phone, send(tenant, phone))
    assert (detail.send_status, detail.err_code) == (FAILED, code)


@pytest.mark.parametrize("phone", ["19900000013", "19900000014", "19900000022", "19900000023"])
def test_a_carrier_that_throttles_repeats_or_reports_early_delivers_all_the_same(
    platform: RunningPlatform, tenant: Tenant, phone: str
) -> None:
    before = len(platform.rows("SELECT 1 FROM message WHERE number = ?", "86" + phone))
    biz_id = send(tenant, phone)
    assert ended(tenant.sdk(), phone, biz_id).send_status == DELIVERED
    assert len(platform.texts(phone, before + 1)) == before + 1, "one copy"


def test_a_receipt_that_never_comes_leaves_the_message_waiting(tenant: Tenant) -> None:
    biz_id = send(tenant, "19900000021")
    _, (detail,) = details(tenant.sdk(), "19900000021", biz_id)
    assert detail.send_status == WAITING


def test_a_message_abroad_goes_by_an_international_template(
    platform: RunningPlatform, tenant: Tenant
) -> None:
    code = apply_for_template(
        tenant,
        "Welcome",
        "Your parcel ${what} has arrived.",
        {"what": "others"},
        template_type=3,
        intl_type=1,
        related_sign_name=None,
    )
    phone = "447911123456"
    biz_id = send(tenant, "00" + phone, template_code=code, template_param=text({"what": "A1"}))
    detail = ended(tenant.sdk(), phone, biz_id)
    assert (detail.send_status, detail.phone_num) == (DELIVERED, phone)
    assert detail.content == f"【{tenant.sign_name}】Your parcel A1 has arrived."
    (arrived,) = platform.texts(phone)
    assert arrived.text == detail.content


# -- many messages ----------------------------------------------------------------------------------------


def test_a_batch_gives_each_phone_its_own_words(platform: RunningPlatform, tenant: Tenant) -> None:
    first, second = str(next(_numbers)), str(next(_numbers))
    client = tenant.sdk()
    params = [{"order": "A1", "time": "8:00"}, {"order": "B2", "time": "9:30"}]
    body = client.send_batch_sms(
        batch(
            tenant,
            first,
            second,
            template_param_json=text(params),
            sms_up_extend_code_json=text(["11", "22"]),
            out_id="b",
        )
    ).body
    assert body.code == "OK", body
    for phone, values, extension in ((first, params[0], "11"), (second, params[1], "22")):
        detail = ended(client, phone, body.biz_id)
        assert (detail.send_status, detail.out_id) == (DELIVERED, "b")
        assert f"您的订单{values['order']}已发货，预计{values['time']}送达" in detail.content
        (arrived,) = platform.texts(phone)
        assert (arrived.text, arrived.peer) == (detail.content, "1069000012" + extension)


def test_a_thousand_numbers_in_one_request_all_arrive(platform: RunningPlatform, tenant: Tenant) -> None:
    phones = [f"1360000{n:04}" for n in range(1_000)]
    biz_id = send(tenant, ",".join(phones))
    request = int(biz_id.partition("^")[0])

    def delivered() -> bool:
        sql = "SELECT count(*) FROM message WHERE biz_id = ? AND state = 'delivered'"
        return platform.rows(sql, request) == [(1_000,)]

    until(delivered, "a thousand are delivered")
    for phone in (phones[0], phones[499], phones[-1]):
        total, (detail,) = details(tenant.sdk(), phone, biz_id)
        assert (total, detail.send_status, detail.phone_num) == (1, DELIVERED, phone)
    assert platform.rows("SELECT count(DISTINCT number) FROM message WHERE biz_id = ?", request) == [(1_000,)]


async def test_many_at_once_are_each_accepted_and_delivered_once(
    platform: RunningPlatform, tenant: Tenant
) -> None:
    phones = [f"1330000{n:04}" for n in range(200)]
    clients = [tenant.sdk(family) for family in ("acs3", "v2")]
    answers = await asyncio.gather(
        *(clients[n % 2].send_sms_async(sms(tenant, phone)) for n, phone in enumerate(phones))
    )
    assert {answer.body.code for answer in answers} == {"OK"}
    assert len({answer.body.biz_id for answer in answers}) == len(phones)
    query = "SELECT count(*), count(DISTINCT number) FROM message WHERE number LIKE '861330000%' AND state = 'delivered'"
    await asyncio.to_thread(until, lambda: platform.rows(query) == [(200, 200)], "all are delivered")
    counted = await asyncio.to_thread(platform.command, "status", "--json")
    assert counted.json["uncertain"] == 0


def test_the_same_number_twice_in_one_request_gets_one_message(
    platform: RunningPlatform, tenant: Tenant, number: str
) -> None:
    biz_id = send(tenant, f"{number},{number}")
    ended(tenant.sdk(), number, biz_id)
    assert len(platform.texts(number)) == 1


# -- questions --------------------------------------------------------------------------------------------


def test_details_come_by_page_and_by_request_newest_first(tenant: Tenant, number: str) -> None:
    client = tenant.sdk()
    sent = [send(tenant, number, out_id=str(n)) for n in range(5)]
    pages = [details(client, number, page=page, size=2) for page in (1, 2, 3, 4)]
    assert [total for total, _ in pages] == [5, 5, 5, 5]
    assert [detail.out_id for _, page in pages for detail in page] == ["4", "3", "2", "1", "0"]
    assert pages[3][1] == []
    total, (detail,) = details(client, number, sent[2])
    assert (total, detail.out_id) == (1, "2")
    assert details(client, number, "1^0") == (0, [])


def test_another_account_sees_nothing_of_it(platform: RunningPlatform, tenant: Tenant, number: str) -> None:
    biz_id = send(tenant, number)
    for query in (None, biz_id):
        assert details(platform.root.sdk(), number, query) == (0, [])
    assert details(tenant.sdk(), number, biz_id)[0] == 1


# -- answers from the handset -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["TD", "收到，谢谢👌", "长回复" * 40])
def test_a_reply_reaches_the_account_that_wrote(
    platform: RunningPlatform, tenant: Tenant, number: str, words: str
) -> None:
    biz_id = send(tenant, number, sms_up_extend_code="77")
    platform.texts(number)
    said = platform.command("inbox", "reply", number, words, "--json").json
    assert said == {"number": number, "to": "106900001277", "text": words, "sent": True}

    def stored() -> list[tuple[Any, ...]]:
        return platform.rows(
            "SELECT account_id, access_number, content FROM reply WHERE number = ?", "86" + number
        )

    ((account_id, access_number, content),) = until(stored, "the reply is stored")
    ((owner,),) = platform.rows("SELECT account_id FROM message WHERE id = ?", int(biz_id.partition("^")[0]))
    assert (account_id, access_number, content) == (owner, "106900001277", words)


def test_a_reply_to_nobodys_message_is_kept_for_the_operator(platform: RunningPlatform, number: str) -> None:
    platform.command("inbox", "reply", number, "谁", "--to", "1069000012", "--json")
    rows = until(
        lambda: platform.rows("SELECT account_id, content FROM reply WHERE number = ?", "86" + number),
        "the reply",
    )
    assert rows == [(None, "谁")]


def test_the_inbox_shows_both_sides_of_a_conversation(
    platform: RunningPlatform, tenant: Tenant, number: str
) -> None:
    send(tenant, number)
    platform.texts(number)
    platform.command("inbox", "reply", number, "好")
    said = until(
        lambda: (
            texts if len(texts := json.loads(platform.command("inbox", number, "--json").out)) == 2 else None
        ),
        "both texts",
    )
    assert [(line["direction"], line["text"]) for line in said] == [("in", whole(tenant)), ("out", "好")]
