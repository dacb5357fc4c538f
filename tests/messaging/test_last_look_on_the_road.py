"""What happened while a message waited: deleted signatures and templates end it, a registration that is gone moves it to
another channel or ends it; freezes are in test_freezes_on_the_road."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from road_world import ACCESS_NUMBER, CHANNEL, NUMBER, Road
from until import until

from hongyan.compliance import SignatureMaterial, SignSource, SignType
from hongyan.compliance.deletions import KEPT_MS
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.routing import RegistrationPolicy, StandingIndex, Unregistered
from hongyan.compliance.registration.routing.index import Stand
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.identity import Actor
from hongyan.kernel.clock import ManualClock
from hongyan.messaging import dispatch
from hongyan.messaging.accept import VALID_MS
from hongyan.messaging.route import Channel, passed_over_in

S = RegistrationState
OTHER, OTHER_NUMBER = 2, "106977"
ONLY = (Channel(CHANNEL, "main", ACCESS_NUMBER),)
BOTH = (*ONLY, Channel(OTHER, "other", OTHER_NUMBER, priority=1))
ACTOR = Actor("sdk:test")


async def failed(road: Road, message_id: int, code: str) -> None:
    """It has ended with this code, costs nothing, and nothing of it is left."""
    await until(lambda: road.state(message_id) == "failed", "it has failed")
    assert road.stored(message_id, "receipt_code") == code
    await until(lambda: not road.outbox_rows() and not road.dispatcher.backlog, "nothing waits")
    usage = await road.usage()
    assert (usage["held"], usage["charged"], usage["failed"]) == (0, 0, 1)
    assert road.answers(message_id) == []


# -- deleted ----------------------------------------------------------------------------------------------


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    opened = Road(tmp_path)
    await opened.compliance.deletion_memory.start()
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


async def delete(road: Road, what: str) -> None:
    if what == "SIGN_DELETED":
        await road.compliance.signatures.delete(road.account_id, SIGN_NAME, actor=ACTOR)
    else:
        await road.compliance.templates.delete(road.account_id, road.templates["plain"], actor=ACTOR)
    await road.compliance.deletion_memory.catch_up()


DELETED = pytest.mark.parametrize("code", ["SIGN_DELETED", "TEMPLATE_DELETED"])


@DELETED
async def test_what_waits_ends_unsent_and_costs_nothing_when_its_signature_or_template_is_deleted(
    road: Road, code: str
) -> None:
    message_id = await road.send_one()
    await delete(road, code)
    assert road.take() == []
    await failed(road, message_id, code)


@DELETED
async def test_what_comes_from_the_disk_after_a_restart_ends_too(road: Road, code: str) -> None:
    message_id = await road.send_one()
    await delete(road, code)
    road.close()
    again = Road(road.folder, road.clock)
    await again.compliance.deletion_memory.start()
    await again.dispatcher.refill(CHANNEL)
    assert again.take() == []
    await failed(again, message_id, code)
    again.close()


async def test_of_a_long_text_nothing_goes(road: Road) -> None:
    message_id = await road.send_one(template="long")
    await delete(road, "SIGN_DELETED")
    assert road.take() == []
    await failed(road, message_id, "SIGN_DELETED")


async def test_what_another_template_and_signature_send_goes_on(road: Road) -> None:
    await road.send_one(template="notice", params={"what": "x"})
    await delete(road, "TEMPLATE_DELETED")
    assert len(road.take()) == 1


async def test_a_name_that_is_approved_anew_does_not_bring_back_what_waited_with_the_deleted_one(
    road: Road,
) -> None:
    before = await road.send_one()
    await delete(road, "SIGN_DELETED")
    ((qualification_id,),) = road.store.rows("SELECT min(id) FROM qualification")
    material = SignatureMaterial(
        SignType.GENERAL,
        SignSource.ENTERPRISE,
        third_party=False,
        qualification_id=int(qualification_id),  # type: ignore[call-overload]
    )
    await road.compliance.signatures.submit(road.account_id, SIGN_NAME, material, actor=ACTOR)
    await road.compliance.deletion_memory.catch_up()
    after = await road.send_one()
    assert [job.message_id for job, _ in road.take()] == [after]
    await until(lambda: road.state(before) == "failed", "the old one has failed")


async def test_deletions_are_remembered_for_as_long_as_a_message_may_wait(road: Road) -> None:
    assert max(VALID_MS.values()) < KEPT_MS
    memory = road.compliance.deletion_memory
    await delete(road, "SIGN_DELETED")
    assert memory.index
    road.clock.advance(KEPT_MS + 1)
    await road.compliance.templates.delete(road.account_id, road.templates["notice"], actor=ACTOR)
    await memory.catch_up()
    ((signature_id,),) = road.store.rows("SELECT id FROM signature WHERE name = ?", SIGN_NAME)
    assert signature_id not in memory.index._signatures
    assert len(memory.index._templates) == 1


# -- registered no more -----------------------------------------------------------------------------------


class Carriers:
    """A road with these channels, where one says how the tenant's signature stands with China Mobile."""

    def __init__(
        self,
        folder: Path,
        channels: tuple[Channel, ...],
        *,
        unregistered: Unregistered = Unregistered.SMALL,
    ) -> None:
        self._index = StandingIndex()
        policy = RegistrationPolicy(ManualClock(), self._index, unregistered=unregistered, most=100)
        self.road = Road(folder, channels=channels, policy=policy)
        ((signature_id,),) = self.road.store.rows("SELECT id FROM signature WHERE name = ?", SIGN_NAME)
        self._signature_id = int(signature_id)  # type: ignore[call-overload]

    def say(self, **states: S) -> None:
        """From now on this is so: `main=` and `other=`."""
        numbers = {"main": ACCESS_NUMBER, "other": OTHER_NUMBER}
        self._index.drop(self._signature_id)
        for name, state in states.items():
            self._index.put(
                Stand(
                    1,
                    self._signature_id,
                    "mobile",
                    numbers[name],
                    state,
                    ReasonCode.OTHERS_ERROR,
                    0,
                    doubt=False,
                )
            )


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Carriers]:
    opened = Carriers(tmp_path, ONLY)
    opened.say(main=S.SUCCESS)
    await opened.road.dispatcher.refill(CHANNEL)
    yield opened
    opened.road.close()


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Carriers]:
    opened = Carriers(tmp_path, BOTH)
    opened.say(main=S.SUCCESS, other=S.SUCCESS)
    for channel in BOTH:
        await opened.road.dispatcher.refill(channel.id)
    yield opened
    opened.road.close()


@pytest.mark.parametrize("template", ["plain", "long"])
async def test_a_registration_that_lapsed_ends_what_no_other_channel_may_have(
    one: Carriers, template: str
) -> None:
    message_id = await one.road.send_one(template=template)
    one.say(main=S.LAPSED)
    assert one.road.take() == []
    await failed(one.road, message_id, "SIGN_LAPSED")


async def test_what_the_operator_does_not_want_sent_unregistered_ends(tmp_path: Path) -> None:
    strict = Carriers(tmp_path, ONLY, unregistered=Unregistered.REFUSE)
    strict.say(main=S.SUCCESS)
    await strict.road.dispatcher.refill(CHANNEL)
    message_id = await strict.road.send_one()
    strict.say(main=S.FAILED)
    assert strict.road.take() == []
    await failed(strict.road, message_id, "SIGN_UNREGISTERED")
    strict.road.close()


async def test_mailings_end_when_the_signature_is_to_be_verified_anew_and_codes_go_on(one: Carriers) -> None:
    mailing = await one.road.send_one(template="marketing")
    notice = await one.road.send_one()
    one.say(main=S.AWAITING)
    assert [job.message_id for job, _ in one.road.take()] == [notice]
    await until(lambda: one.road.state(mailing) == "failed", "the mailing has failed")
    assert one.road.stored(mailing, "receipt_code") == "SIGN_UNREGISTERED"


@pytest.mark.parametrize("template", ["plain", "long"])
async def test_what_another_channel_may_have_goes_there_whole_and_remembers_why(
    two: Carriers, template: str
) -> None:
    road = two.road
    message_id = await road.send_one(template=template)
    parts = road.stored(message_id, "segments")
    two.say(main=S.LAPSED, other=S.SUCCESS)
    assert road.take(CHANNEL) == []
    await until(lambda: road.dispatcher.queue(OTHER).waiting != (0, 0, 0), "it waits at the other channel")
    assert [(job.message_id, part) for job, part in road.take(OTHER)] == [
        (message_id, part) for part in range(1, parts + 1)
    ]
    assert road.stored(message_id, "access_number") == OTHER_NUMBER
    assert [
        (each.channel_id, each.reason.code) for each in passed_over_in(road.stored(message_id, "passed_over"))
    ] == [(CHANNEL, "stopped")]
    assert (road.dispatcher.backlog, road.state(message_id)) == (1, "accepted")


async def test_a_long_text_of_which_a_part_is_under_way_goes_on(one: Carriers) -> None:
    message_id = await one.road.send_one(template="long")
    assert len(one.road.take(most=1)) == 1
    one.say(main=S.LAPSED)
    assert [job.message_id for job, _ in one.road.take()] == [message_id]


async def test_numbers_of_other_carriers_go_on(one: Carriers) -> None:
    await one.road.send_one("13012345678")
    one.say(main=S.LAPSED)
    assert len(one.road.take()) == 1


async def test_only_so_many_look_for_another_way_at_a_time_and_all_find_it(
    two: Carriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_MOVING", 2)
    road = two.road
    await road.send(*[NUMBER] * 5)
    woken: list[int] = []
    queue = road.dispatcher.queue(CHANNEL)
    queue.wake = lambda: woken.append(len(queue))
    two.say(main=S.LAPSED, other=S.SUCCESS)
    assert road.take(CHANNEL) == []
    assert len(queue) == 3
    while len(queue):
        await until(lambda: woken, "its links are told")
        woken.clear()
        assert road.take(CHANNEL) == []
    await until(lambda: len(road.dispatcher.queue(OTHER)) == 5, "all wait at the other channel")
