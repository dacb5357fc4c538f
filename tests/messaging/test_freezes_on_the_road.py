"""What is frozen sends nothing: new messages are refused with the reason, those that wait for a carrier end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from road_world import CHANNEL, Road
from until import until

from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused

ACTOR = Actor("cli:test")


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    opened = Road(tmp_path)
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


async def freeze(
    road: Road, kind: FrozenKind, label: str, by: FrozenBy = FrozenBy.PLATFORM, why: str = "complaints"
) -> None:
    await road.compliance.freezes.freeze(kind, road.account_id, label, by=by, because=why, actor=ACTOR)


async def lift(road: Road, kind: FrozenKind, label: str, by: FrozenBy = FrozenBy.PLATFORM) -> None:
    await road.compliance.freezes.lift(kind, road.account_id, label, by=by, actor=ACTOR)


async def refusal(road: Road) -> Refused:
    with pytest.raises(Refused) as caught:
        await road.send_one()
    return caught.value


async def ended(road: Road, message_id: int) -> None:
    await until(lambda: road.state(message_id) == "failed", "it has failed")


def label_of(road: Road, kind: FrozenKind) -> str:
    labels = {FrozenKind.SIGNATURE: SIGN_NAME, FrozenKind.TEMPLATE: road.templates["plain"]}
    return labels.get(kind, "")


@pytest.mark.parametrize(
    ("kind", "by", "code"),
    [
        (FrozenKind.SIGNATURE, FrozenBy.PLATFORM, "signature.frozen"),
        (FrozenKind.SIGNATURE, FrozenBy.CUSTOMER, "signature.frozen"),
        (FrozenKind.SIGNATURE, FrozenBy.PENALTY, "signature.disabled"),
        (FrozenKind.TEMPLATE, FrozenBy.PLATFORM, "template.frozen"),
        (FrozenKind.ACCOUNT, FrozenBy.PLATFORM, "account.frozen"),
    ],
)
async def test_a_new_message_is_refused_with_the_reason_until_the_freeze_is_lifted(
    road: Road, kind: FrozenKind, by: FrozenBy, code: str
) -> None:
    await freeze(road, kind, label_of(road, kind), by, "complaints of handsets' owners")
    refused = await refusal(road)
    assert refused.code == code
    assert "complaints of handsets' owners" in refused.en
    assert "complaints of handsets' owners" in refused.zh

    await lift(road, kind, label_of(road, kind), by)
    await road.send_one()


@pytest.mark.parametrize("kind", list(FrozenKind))
async def test_what_waits_ends_unsent_with_a_code_and_costs_nothing(road: Road, kind: FrozenKind) -> None:
    message_id = await road.send_one()
    await freeze(road, kind, label_of(road, kind))

    assert road.take() == []
    await ended(road, message_id)

    assert (
        road.stored(message_id, "receipt_code")
        == {
            FrozenKind.SIGNATURE: "SIGN_FROZEN",
            FrozenKind.TEMPLATE: "TEMPLATE_FROZEN",
            FrozenKind.ACCOUNT: "ACCOUNT_FROZEN",
        }[kind]
    )
    usage = await road.usage()
    assert (usage["held"], usage["charged"], usage["failed"]) == (0, 0, 1)
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)


async def test_what_comes_from_the_disk_after_a_restart_ends_too(road: Road) -> None:
    message_id = await road.send_one()
    await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME)
    road.close()
    again = Road(road.folder, road.clock)
    await again.compliance.freeze_memory.start()
    await again.dispatcher.refill(CHANNEL)
    assert again.take() == []
    await ended(again, message_id)
    again.close()


async def test_of_a_long_text_nothing_goes(road: Road) -> None:
    message_id = await road.send_one(template="long")
    await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME)
    assert road.take() == []
    await ended(road, message_id)
    await until(lambda: not road.outbox_rows(), "its row is gone")


async def test_others_go_on(road: Road) -> None:
    await freeze(road, FrozenKind.TEMPLATE, road.templates["notice"])
    message_id = await road.send_one()
    assert len(road.take()) == 1
    assert road.state(message_id) == "accepted"


async def test_each_lifts_his_own_freeze_and_the_strongest_is_named(road: Road) -> None:
    for by in (FrozenBy.CUSTOMER, FrozenBy.PENALTY, FrozenBy.PLATFORM):
        await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME, by)
    for by, code in (
        (FrozenBy.PENALTY, "signature.disabled"),
        (FrozenBy.PLATFORM, "signature.frozen"),
        (FrozenBy.CUSTOMER, "signature.frozen"),
    ):
        assert (await refusal(road)).code == code
        await lift(road, FrozenKind.SIGNATURE, SIGN_NAME, by)
    await road.send_one()
    with pytest.raises(Refused) as caught:
        await lift(road, FrozenKind.SIGNATURE, SIGN_NAME)
    assert caught.value.code == "freeze.unknown"


async def test_what_does_not_exist_and_what_everybody_needs_are_not_frozen(road: Road) -> None:
    for kind, label, code in (
        (FrozenKind.SIGNATURE, "没有", "signature.unknown"),
        (FrozenKind.TEMPLATE, "SMS_0", "template.unknown"),
    ):
        with pytest.raises(Refused) as caught:
            await freeze(road, kind, label)
        assert caught.value.code == code
    with pytest.raises(Refused) as caught:
        await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME, why="  ")
    assert caught.value.code == "freeze.because_missing"
    with pytest.raises(Refused) as caught:
        await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME, why="w" * 501)
    assert caught.value.code == "freeze.because_too_long"


async def test_every_step_is_in_the_audit_trail(road: Road) -> None:
    await freeze(road, FrozenKind.SIGNATURE, SIGN_NAME)
    await lift(road, FrozenKind.SIGNATURE, SIGN_NAME)
    rows = await road.store.read("identity.audit_events_of", road.account_id, 1 << 62, 10)
    assert [row[4] for row in rows][:2] == ["compliance.lift_freeze", "compliance.freeze"]
