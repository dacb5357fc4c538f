"""Health is noticed when something changes, or in the night; it is kept, and tells since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from compliance_material import KEY, LI, QUALIFICATION
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room

from hongyan.compliance import Verdict
from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.health import Usability, keeping
from hongyan.compliance.health.desk import Health
from hongyan.compliance.health.feed import calendar
from hongyan.compliance.registration import RegistrationEvent
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.identity import Actor
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.errors import Refused, RemoteFault
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import ENDED_DELIVERED, ENDED_FAILED, Ending

DAY = 86_400.0
OPERATOR = Actor("cli:test")


class Ward:
    """A registered signature and its health."""

    def __init__(
        self, room: RegistrationRoom, store: InProcessStore, clock: ManualClock, ids: IdMaker
    ) -> None:
        self.room, self.store, self.clock, self.ids = room, store, clock, ids
        self.counts = EvidenceCounts()
        self.ledger = Ledger(store, clock, self.counts)
        self.compliance = room.tenant.compliance
        self.account_id = room.tenant.account_id

    def health(self) -> Health:
        """As a server has it that starts."""
        gathering = self.compliance.health.looking.gathering
        switching = self.compliance.health.switching
        return Health(self.store, self.clock, self.compliance.signatures, gathering, switching)

    async def register(self) -> None:
        await self.room.tenant.signature(NAME)
        await self.room.tenant.approve_open()
        for row in (await self.room.of()).values():
            await self.room.apply(row, RegistrationEvent.FILED)
            await self.room.apply(row, RegistrationEvent.ACCEPTED)
            await self.room.apply(row, RegistrationEvent.VERIFIED)

    async def arrive(self, network: str, delivered: int, failed: int, *, signature_id: int = 0) -> None:
        """So many of this signature, or of somebody else's, have ended."""
        own = (await self.room.of())[network]
        for number, outcome in ((delivered, ENDED_DELIVERED), (failed, ENDED_FAILED)):
            for _ in range(number):
                signature, message_id = signature_id or own.signature_id, self.ids.next()
                self.counts.sent(signature, network, own.sender, 1, self.clock.now_ms())
                self.counts.ended(
                    Ending(message_id, outcome, "X" if outcome else "", signature, network, 1, own.sender, "")
                )
        await self.ledger.flush()


@pytest.fixture
async def ward(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Ward:
    made = Ward(await make_registration_room(store, clock, ids), store, clock, ids)
    await made.register()
    return made


async def reasons(health: Health, ward: Ward) -> dict[str, int]:
    """What is wrong, and since when."""
    found = await health.checkup(ward.account_id, NAME)
    return {each.ailment.reason.id: each.since_ms for each in found.held}


async def test_a_registered_signature_is_well(ward: Ward) -> None:
    found = await ward.health().checkup(ward.account_id, NAME)
    assert (found.usability, found.held) == (Usability.AVAILABLE, ())
    assert {each.row.id for each in found.ends} >= {"unused", "lapse"}
    with pytest.raises(Refused) as caught:
        await ward.health().checkup(ward.account_id, "没有")
    assert caught.value.code == "signature.unknown"


async def test_what_changes_is_noticed_at_once_and_kept_over_a_restart(ward: Ward) -> None:
    health = ward.health()
    await health.whole_round()
    frozen_ms = ward.clock.now_ms()
    await ward.compliance.freezes.freeze(
        FrozenKind.SIGNATURE, ward.account_id, NAME, by=FrozenBy.CUSTOMER, because="换新签名", actor=KEY
    )
    await health.look()
    ward.clock.advance(3 * DAY)
    assert await reasons(ward.health(), ward) == {"frozen_by_customer": frozen_ms}

    await ward.compliance.freezes.lift(
        FrozenKind.SIGNATURE, ward.account_id, NAME, by=FrozenBy.CUSTOMER, actor=KEY
    )
    await health.look()
    assert await reasons(health, ward) == {}


async def test_what_changes_while_the_store_cannot_be_read_is_noticed_afterwards(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = ward.health()
    await health.whole_round()
    await ward.compliance.freezes.freeze(
        FrozenKind.SIGNATURE, ward.account_id, NAME, by=FrozenBy.CUSTOMER, because="换新签名", actor=KEY
    )
    for told in (NAME, ""):  # of one signature, and of all of an account
        if not told:
            await ward.compliance.freezes.freeze(
                FrozenKind.ACCOUNT, ward.account_id, "", by=FrozenBy.PLATFORM, because="欠费", actor=KEY
            )
        with monkeypatch.context() as patch:
            patch.setattr(health.looking.gathering, "facts", away)
            with pytest.raises(RemoteFault):
                await health.look()
        noticed_ms = ward.clock.now_ms()
        await health.look()
        ward.clock.advance(60)
        assert noticed_ms in (await reasons(health, ward)).values()


async def away(*_: object) -> None:
    """As gathering fails while the store is away."""
    raise RemoteFault("store.unavailable", en="the store is away", zh="存储不可用")


async def test_what_is_counted_outlives_a_restart(ward: Ward) -> None:
    await ward.compliance.freezes.freeze(
        FrozenKind.SIGNATURE, ward.account_id, NAME, by=FrozenBy.CUSTOMER, because="换新签名", actor=KEY
    )
    before, after = ward.health(), ward.health()
    await before.whole_round()
    await after.count()
    assert after.counts["frozen_by_customer"] == 1
    assert after.counts == before.counts

    await ward.compliance.freezes.lift(
        FrozenKind.SIGNATURE, ward.account_id, NAME, by=FrozenBy.CUSTOMER, actor=KEY
    )
    await after.look()
    await after.count()
    assert after.counts["frozen_by_customer"] == 0


async def test_a_carrier_that_governs_the_name_away_is_noticed_at_once(ward: Ward) -> None:
    health = ward.health()
    await health.whole_round()
    row = (await ward.room.of())["unicom"]
    await ward.room.apply(row, RegistrationEvent.CAMPAIGN)
    await health.look()
    ward.clock.advance(DAY)
    found = await reasons(ward.health(), ward)
    assert found.keys() == {"carrier_check_failed", "registration_incomplete"}
    assert set(found.values()) == {ward.clock.now_ms() - int(DAY * 1000)}


async def test_a_change_of_the_qualification_is_noticed_at_once(ward: Ward) -> None:
    health = ward.health()
    await health.whole_round()
    found = await ward.compliance.signatures.get(ward.account_id, NAME)
    number = found.material.qualification_id
    assert number is not None
    code = await ward.room.tenant.phone_code()
    await ward.compliance.qualifications.resubmit(
        ward.account_id, number, replace(QUALIFICATION, remark="新的备注"), code, actor=KEY
    )
    at_ms = ward.clock.now_ms()
    await health.look()
    ward.clock.advance(60)
    assert (await reasons(health, ward))["qualification_state"] == at_ms


async def test_what_time_brings_is_noticed_in_the_night(ward: Ward) -> None:
    health = ward.health()
    await health.whole_round()
    ward.clock.advance(171 * DAY)
    await health.look()
    night_ms = ward.clock.now_ms()
    ward.clock.advance(60)
    assert (await reasons(health, ward))["unused_long"] == night_ms
    assert health.counts["unused_long"] == 2, "and the complimentary one"


async def test_of_one_night_there_is_one_round_also_after_a_restart(ward: Ward) -> None:
    assert await ward.health().whole_round() >= 1
    again = ward.health()
    await again.look()
    assert again.counts == {}, "it has looked at what changed, which is nothing"


async def test_too_little_arrives(ward: Ward) -> None:
    await ward.arrive("mobile", 970, 30, signature_id=999)
    await ward.arrive("mobile", 4, 40)
    ward.clock.advance(3_700)
    assert "arrivals_low" in await reasons(ward.health(), ward)
    assert "arrivals_low_unregistered" not in await reasons(ward.health(), ward)


async def test_a_calendar_tells_what_ends(ward: Ward) -> None:
    health = ward.health()
    found = [each async for each in health.checkups(ward.account_id)]
    for language, word in (("zh", "报备因无发送记录失效"), ("en", "registrations lapse without a send")):
        feed = calendar(found, language, ward.clock.now_ms()).decode()
        unfolded = feed.replace("\r\n ", "")
        assert unfolded.startswith("BEGIN:VCALENDAR\r\n")
        assert f"SUMMARY:{NAME}: {word}" in unfolded
        assert unfolded.count("BEGIN:VALARM") == 3 * unfolded.count("BEGIN:VEVENT")
        assert all(len(line.encode()) <= 75 for line in feed.split("\r\n"))


async def test_health_and_registration_name_the_same_day_of_lapse(ward: Ward) -> None:
    for days in (0, 30, 91, 40):
        ward.clock.advance(days * DAY)
        (view, *_) = await ward.compliance.registration_views.matrix(ward.account_id, NAME)
        found = await ward.health().checkup(ward.account_id, NAME)
        assert view.silence is not None
        (ending,) = (each for each in found.ends if each.row.id == "lapse")
        assert ending.day == view.silence.lapses_on - timedelta(1)
        assert ending.days == (ending.day - beijing(ward.clock.now_ms()).date()).days


async def test_of_one_account_only_its_own_signatures_are_read(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    health, read = ward.health(), []
    everything = [each.signature.name async for each in health.checkups()]
    reading = ward.store.read

    async def noted(name: str, *parameters: object) -> list[tuple[object, ...]]:
        read.append(name)
        return await reading(name, *parameters)

    monkeypatch.setattr(ward.store, "read", noted)
    own = [each.signature async for each in health.checkups(ward.account_id)]
    assert len(own) > 1
    assert {each.account_id for each in own} == {ward.account_id}
    assert {each.name for each in own} <= set(everything)
    assert "compliance.all_signatures" not in read


async def test_another_days_rules_say_whom_they_would_hit(ward: Ward) -> None:
    end = date(2100, 1, 1)
    hit = [(signature.name, new) async for signature, new in ward.health().impact(end)]
    assert (NAME, ["legal_id_expired", "admin_id_expired"]) in hit
    assert [each async for each in ward.health().impact(date(2026, 12, 1))] == []


async def test_only_those_with_a_reason_are_listed_when_one_is_named(ward: Ward) -> None:
    health = ward.health()
    await health.whole_round()
    assert [each async for each in health.checkups(reason="frozen_by_platform")] == []
    await ward.compliance.freezes.freeze(
        FrozenKind.ACCOUNT, ward.account_id, "", by=FrozenBy.PLATFORM, because="欠费", actor=OPERATOR
    )
    await health.look()
    names = [each.signature.name async for each in health.checkups(reason="frozen_by_platform")]
    assert NAME in names
    assert [each async for each in health.checkups(account_id=1)] == []


async def test_a_decision_in_between_is_seen(ward: Ward) -> None:
    submitted = await ward.room.tenant.signature("杭州测算科技")
    await ward.compliance.decide(submitted.order_id, Verdict.REJECT, "名称与营业执照不符", LI)
    found = await ward.health().checkup(ward.account_id, "杭州测算科技")
    assert found.usability is Usability.UNAVAILABLE
    (held,) = found.held
    assert held.ailment.explanation.zh == "从未审核通过：名称与营业执照不符"
