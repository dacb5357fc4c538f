"""What waits is handed to its registrar once, whatever breaks off in between, and answers are taken over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from filing_room import LIAISON, FilingRoom, make_filing_room
from in_process_store import InProcessStore
from registration_room import NAME

from hongyan.compliance.registration import (
    REASONS,
    Inference,
    Network,
    ReasonCode,
    RegistrarChoice,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from hongyan.compliance.registration.registrars.job import AGAIN_AFTER_MS, FilingJob
from hongyan.compliance.registration.registrars.port import (
    NOT_TAKEN,
    Filed,
    Filing,
    FilingAnswer,
    reference_of,
)
from hongyan.compliance.registration.registrars.simulator import SimulatorRegistrar, read_scenario
from hongyan.compliance.registration.watch import Arrivals, RegistrationWatch
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured, RemoteFault
from hongyan.kernel.ids import IdMaker

S, E, R = RegistrationState, RegistrationEvent, ReasonCode

SCENARIO = """
[otherwise]
answer = "accepted"
after_hours = 24
verified = false
[[rules]]
network = "unicom"
answer = "silence"
[[rules]]
network = "telecom"
signature = "杭州测算"
answer = "refused"
reason = "QUALIFICATION_ERROR"
words = "法人不符"
after_hours = 48
"""


class Silent:
    """Messages say nothing."""

    async def arrivals(self, _row: Registration) -> Arrivals:
        return Arrivals(Inference.NOTHING, {})


class Written:
    """A registrar whose paper trail is a list, and who can be told to break off."""

    name = "written"
    simulated = False
    by_hand = False

    def __init__(self) -> None:
        self.filed: list[str] = []
        self.breaks: Exception | None = None
        self.refuses = ""
        self.cannot_read = ""
        self.known: list[FilingAnswer] = []

    async def file(self, filings: Sequence[Filing]) -> Sequence[Filed]:
        if self.breaks is not None:
            raise self.breaks
        if self.cannot_read in [each.reference for each in filings]:
            raise RemoteFault(NOT_TAKEN, en="HTTP 400", zh="HTTP 400")
        self.filed += [each.reference for each in filings]
        if self.refuses:
            return [
                Filed(each.registration_id, each.reference, "form", self.refuses, final=True)
                for each in filings
            ]
        return [Filed(each.registration_id, each.reference) for each in filings]

    async def answers(self, waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        return self.known


@pytest.fixture
async def written() -> Written:
    return Written()


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    choice = RegistrarChoice("written")
    made = await make_filing_room(store, clock, ids, tmp_path, registrar=choice, networks=("mobile",))
    await made.room.approved()
    return made


def job_of(filing: FilingRoom, store: InProcessStore, *registrars: Written | SimulatorRegistrar) -> FilingJob:
    return FilingJob(store, filing.room.clock, filing.desk, registrars, filing.new_collector().filing)


async def standing(filing: FilingRoom, network: Network = "mobile") -> Registration:
    return (await filing.room.of())[network]


async def test_what_waits_is_filed_once(filing: FilingRoom, store: InProcessStore, written: Written) -> None:
    job = job_of(filing, store, written)
    assert (await job.round()).filed == 2  # with the complimentary signature
    row = await standing(filing)
    assert row.reference in written.filed
    assert row.filed_ms is not None
    assert (await job.round()).filed == 0
    assert len(written.filed) == 2


async def test_after_a_crash_it_is_filed_again_under_the_same_reference(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    """The registrar had it, and we died before we had noted that."""
    rows = await filing.unfiled()
    collect = filing.new_collector().filing
    await written.file([await collect(row, LIAISON) for row in rows])
    first = list(written.filed)
    filing.room.clock.advance(3_600)
    await job_of(filing, store, written).round()
    assert [each for each in written.filed[1:] if each in first] == first


async def test_what_cannot_be_handed_over_is_tried_again_later_and_less_often(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    written.breaks = RemoteFault("registration.registrar", en="down", zh="不可用")
    job = job_of(filing, store, written)
    assert (await job.round()).put_off == 2
    assert (await job.round()).put_off == 0
    for pause in AGAIN_AFTER_MS:
        filing.room.clock.advance(pause / 1000)
        assert (await job.round()).put_off == 2
    written.breaks = None
    filing.room.clock.advance(AGAIN_AFTER_MS[-1] / 1000)
    assert (await job.round()).filed == 2


async def test_what_began_under_a_number_that_is_gone_is_not_filed_unless_it_comes_back(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    job = job_of(filing, store, written)
    gone = filing.room.channels.pop()
    done = await job.round()
    assert (done.filed, done.put_off) == (0, 2)
    assert (await standing(filing)).unfiled
    filing.room.channels.append(gone)
    filing.room.clock.advance(AGAIN_AFTER_MS[0] / 1000)
    assert (await job.round()).filed == 2


async def test_what_a_registrar_refuses_for_good_has_failed(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    written.refuses = "营业执照不清晰"
    await job_of(filing, store, written).round()
    row = await standing(filing)
    assert (row.state, row.reason) == (S.FAILED, R.QUALIFICATION_ERROR)
    last = (await filing.desk.history(row.id))[-1]
    assert last.came_back == {"code": "form", "words": "营业执照不清晰"}
    assert last.event is E.NOT_TAKEN


async def test_the_simulators_answer_may_come_after_the_time_out(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path
) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text('[otherwise]\nanswer = "accepted"\nafter_hours = 1500\nverified = false\n', "utf-8")
    simulator = SimulatorRegistrar(clock, read_scenario(path))
    choice = RegistrarChoice("simulator", simulated=True, at_once=simulator.at_once)
    filing = await make_filing_room(store, clock, ids, tmp_path, registrar=choice, sandbox=True)
    await filing.room.approved()
    job, compliance = job_of(filing, store, simulator), filing.room.tenant.compliance
    watch = RegistrationWatch(clock, filing.desk, compliance.registration_views, Silent())
    await job.round()
    clock.advance(50 * 86_400)
    await job.round()
    await watch.round()
    assert (await standing(filing)).reason is R.REGISTER_TIMEOUT
    clock.advance(15 * 86_400)
    await job.round()
    row = await standing(filing)
    assert row.state is S.AWAITING
    assert "after_time_out" in (await filing.desk.history(row.id))[-1].came_back


async def test_one_filing_that_is_not_understood_holds_nobody_up(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    written.cannot_read = reference_of(await standing(filing))
    done = await job_of(filing, store, written).round()
    assert (done.filed, done.put_off) == (1, 1)
    assert (await standing(filing)).unfiled


async def test_answers_are_taken_over_once(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    job = job_of(filing, store, written)
    await job.round()
    row = await standing(filing)
    written.known = [FilingAnswer(row.id, False, R.SIGNATURE_ERROR, "中性词", filing.room.clock.now_ms())]
    assert (await job.round(ask=True)).answered == 1
    assert (await standing(filing)).reason is R.SIGNATURE_ERROR
    steps = len(await filing.desk.history(row.id))
    await job.round(ask=True)
    assert len(await filing.desk.history(row.id)) == steps


async def test_an_answer_after_the_time_out_is_still_taken(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    job = job_of(filing, store, written)
    await job.round()
    row = await standing(filing)
    await filing.room.apply(row, E.TIMED_OUT)
    written.known = [FilingAnswer(row.id, True)]
    assert (await job.round(ask=True)).answered == 1
    assert (await standing(filing)).state is S.AWAITING


async def test_an_answer_to_what_was_begun_anew_meanwhile_changes_nothing_and_is_told(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    """The registrar answers for the revision that it was asked about; another one has taken its place."""
    job = job_of(filing, store, written)
    await job.round()
    row = await standing(filing)

    async def answers(_waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        filing.room.clock.advance(1)
        await filing.room.edit_qualification(row.qualification_id or 0)
        return [FilingAnswer(row.id, True, None, "同意")]

    written.answers = answers  # type: ignore[method-assign]
    assert (await job.round(ask=True)).answered == 0
    after = await standing(filing)
    assert after.unfiled
    assert after.qualification_revision == row.qualification_revision + 1
    step = (await filing.desk.history(row.id))[-1]
    assert (step.event, step.before, step.after) == (E.OUTDATED, S.REGISTERING, S.REGISTERING)
    assert step.came_back == {"answer": "accepted", "reference": row.reference, "words": "同意"}


async def test_what_is_begun_anew_while_it_is_handed_over_is_not_noted_as_filed(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    """Between the look at it and the note: the note is for the row that was looked at."""
    row = await standing(filing)
    get = filing.desk.get

    async def edited_after(registration_id: int, account_id: int | None = None) -> Registration:
        found = await get(registration_id, account_id)
        if registration_id == row.id and written.filed and found.qualification_revision == 1:
            filing.desk.get = get  # type: ignore[method-assign]
            await filing.room.edit_qualification(row.qualification_id or 0)
        return found

    filing.desk.get = edited_after  # type: ignore[method-assign]
    await job_of(filing, store, written).round()
    after = await standing(filing)
    assert (after.qualification_revision, after.filed_ms) == (2, None)


async def test_an_answer_about_something_that_nobody_asked_for_does_not_count(
    filing: FilingRoom, store: InProcessStore, written: Written
) -> None:
    job = job_of(filing, store, written)
    written.known = [FilingAnswer((await standing(filing)).id, True)]
    written.breaks = RemoteFault("registration.registrar", en="down", zh="不可用")
    await job.round(ask=True)
    assert (await standing(filing)).unfiled


async def test_the_simulator_answers_late_refuses_and_keeps_silent_as_the_scenario_says(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path
) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO, "utf-8")
    simulator = SimulatorRegistrar(clock, read_scenario(path))
    choice = RegistrarChoice("simulator", simulated=True, at_once=simulator.at_once)
    filing = await make_filing_room(store, clock, ids, tmp_path, registrar=choice, sandbox=True)
    await filing.room.approved()
    seen = []
    for _ in range(4):
        await job_of(filing, store, simulator).round()  # each time a new one: it keeps nothing
        seen.append([each.state.value for each in (await filing.room.of()).values()])
        clock.advance(86_400)
    assert seen == [
        ["registering", "registering", "registering"],
        ["awaiting_verification", "registering", "registering"],
        ["awaiting_verification", "registering", "failed"],
        ["awaiting_verification", "registering", "failed"],
    ]
    failed = (await filing.room.of())["telecom"]
    assert failed.reason is R.QUALIFICATION_ERROR
    assert (await filing.desk.history(failed.id))[-1].came_back == {"words": "法人不符"}


async def test_without_a_scenario_everything_is_registered_at_once(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path
) -> None:
    simulator = SimulatorRegistrar(clock)
    choice = RegistrarChoice("simulator", simulated=True, at_once=simulator.at_once)
    filing = await make_filing_room(store, clock, ids, tmp_path, registrar=choice, sandbox=True)
    await filing.room.approved()
    assert {each.state for each in (await filing.room.of(NAME)).values()} == {S.SUCCESS}


@pytest.mark.parametrize("reason", list(R))
def test_every_reason_of_a_refusal_can_be_simulated_and_no_other(reason: ReasonCode, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(f'[otherwise]\nanswer = "refused"\nreason = "{reason.value}"\n', "utf-8")
    if REASONS[reason].state is S.FAILED:
        assert read_scenario(path).otherwise.reason is reason
    else:
        with pytest.raises(Misconfigured):
            read_scenario(path)


@pytest.mark.parametrize(
    "text", ["[otherwise]\nanswer='maybe'", "[rules]\n", "x", "[otherwise]\nafter_hours=-1"]
)
def test_a_wrong_scenario_says_what_is_wrong(text: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Misconfigured) as caught:
        read_scenario(path)
    assert caught.value.code == "registration.scenario"
