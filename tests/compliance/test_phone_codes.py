from __future__ import annotations

import asyncio

import pytest
from compliance_material import PHONE
from compliance_tenant import Tenant
from in_process_store import InProcessStore

from hongyan.compliance.phone_codes import MOST_GUESSES
from hongyan.kernel.errors import Refused

DAY = 86_400


async def _ask(tenant: Tenant, number: str = PHONE) -> str:
    """The code that was sent, or the refusal's code."""
    try:
        await tenant.compliance.phone_codes.request(tenant.account_id, number)
    except Refused as refused:
        return refused.code
    return tenant.phone[-1][1]


async def _right(tenant: Tenant, code: str, number: str = PHONE) -> bool:
    return await tenant.compliance.phone_codes.check(tenant.account_id, number, code)


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_code_has_six_digits_and_goes_to_the_number_in_national_form(tenant: Tenant) -> None:
    code = await _ask(tenant, f"+86{PHONE}")
    assert tenant.phone == [(PHONE, code)]
    assert len(code) == 6
    assert code.isdecimal()


async def test_a_code_is_right_as_often_as_one_asks_until_it_expires(tenant: Tenant) -> None:
    code = await _ask(tenant)
    assert await _right(tenant, code)
    assert await _right(tenant, code, f"0086{PHONE}")
    tenant.clock.advance(599)
    assert await _right(tenant, code)
    tenant.clock.advance(1)
    assert not await _right(tenant, code)


async def test_five_wrong_guesses_kill_a_code(tenant: Tenant) -> None:
    code = await _ask(tenant)
    for _ in range(MOST_GUESSES):
        assert await _right(tenant, code)
        assert not await _right(tenant, _other(code))
    assert not await _right(tenant, code)


async def test_guesses_at_the_same_moment_are_each_counted(tenant: Tenant) -> None:
    code = await _ask(tenant)
    await asyncio.gather(*(_right(tenant, _other(code)) for _ in range(MOST_GUESSES)), return_exceptions=True)
    assert not await _right(tenant, _other(code))
    assert not await _right(tenant, code)


async def test_the_limits_are_one_a_minute_five_an_hour_ten_a_day(tenant: Tenant) -> None:
    assert (await _ask(tenant)).isdecimal()
    tenant.clock.advance(59)
    assert await _ask(tenant) == "limit.minute"
    tenant.clock.advance(1)
    for _ in range(4):
        assert (await _ask(tenant)).isdecimal()
        tenant.clock.advance(60)
    assert await _ask(tenant) == "limit.hour"
    tenant.clock.advance(3600)
    for _ in range(5):
        assert (await _ask(tenant)).isdecimal()
        tenant.clock.advance(60)
    tenant.clock.advance(3600)
    assert await _ask(tenant) == "limit.day"
    tenant.clock.advance(DAY)
    assert (await _ask(tenant)).isdecimal()
    assert len(tenant.phone) == 11


async def test_two_requests_at_the_same_moment_send_one_code(tenant: Tenant) -> None:
    await asyncio.gather(_ask(tenant), _ask(tenant), _ask(tenant))
    assert len(tenant.phone) == 1


async def test_only_the_newest_code_of_an_account_lives(tenant: Tenant) -> None:
    first = await _ask(tenant)
    tenant.clock.advance(60)
    second = await _ask(tenant)
    assert await _right(tenant, second)
    assert not await _right(tenant, first) or first == second


async def test_a_code_is_right_only_for_the_account_that_asked(tenant: Tenant, stranger: Tenant) -> None:
    mine = await _ask(tenant)
    assert not await _right(stranger, mine)
    tenant.clock.advance(60)
    theirs = await _ask(stranger)
    assert await _right(tenant, mine)
    assert await _right(stranger, theirs)


async def test_the_limits_of_a_number_hold_across_accounts(tenant: Tenant, stranger: Tenant) -> None:
    await _ask(tenant)
    assert await _ask(stranger) == "limit.minute"


@pytest.mark.parametrize("number", ["", "123", "1380013800", "+442071234567", "138001380001"])
async def test_only_mainland_mobile_numbers_get_codes(tenant: Tenant, number: str) -> None:
    assert await _ask(tenant, number) == "number.malformed"
    assert not await _right(tenant, "123456", number)


async def test_neither_number_nor_code_lie_in_the_database(tenant: Tenant, store: InProcessStore) -> None:
    code = await _ask(tenant)
    assert store._reader is not None
    (row,) = store._reader.execute("SELECT * FROM phone_code").fetchall()
    assert PHONE not in str(row)
    assert int(code) not in row


async def test_codes_older_than_a_day_are_dropped(tenant: Tenant, store: InProcessStore) -> None:
    await _ask(tenant)
    tenant.clock.advance(DAY + 1)
    await _ask(tenant, "13900000002")
    assert store._reader is not None
    assert store._reader.execute("SELECT count(*) FROM phone_code").fetchall() == [(1,)]
