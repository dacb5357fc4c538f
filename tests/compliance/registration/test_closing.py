"""What a carrier has closed: one by word of mouth, many by what they have in common, or by its list."""

from __future__ import annotations

import pytest
from compliance_material import LI
from filing_room import SheetsHere
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room

from hongyan.compliance.registration import (
    REASONS,
    ReasonCode,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
)
from hongyan.compliance.registration.closing import CLOSED, Closings
from hongyan.compliance.registration.hearing import hear
from hongyan.compliance.registration.reasons import Cure
from hongyan.compliance.registration.sheets.importing import AnswerImport, AnswersImported
from hongyan.compliance.registration.sheets.matching import Fit
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.states import IllegalTransition

S, E, R = RegistrationState, RegistrationEvent, ReasonCode
OTHER = "杭州甲"
NUMBER = "10690001"


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    """Two signatures, registered everywhere."""
    made = await make_registration_room(store, clock, ids)
    for name in (NAME, OTHER):
        await made.approved(name)
        for row in (await made.of(name)).values():
            await made.apply(row, E.FILED)
            await made.apply(row, E.ACCEPTED)
    return made


async def take(room: RegistrationRoom, text: str, because: str = "campaign", **how: bool) -> AnswersImported:
    sheets = AnswerImport(room.registrations, room.clock, SheetsHere())
    return await sheets.take(text.encode(), "治理清单.csv", "mobile", LI, closed=CLOSED[because], **how)


async def standing(room: RegistrationRoom, name: str) -> dict[str, tuple[RegistrationState, ReasonCode]]:
    return {network: (row.state, row.reason) for network, row in (await room.of(name)).items()}


@pytest.mark.parametrize(
    ("said", "reason"), [("campaign", R.SUBPORT_RECYCLE), ("recycled", R.EXT_CODE_RECYCLE)]
)
async def test_one_is_closed_by_word_of_mouth_and_begun_again_by_hand(
    room: RegistrationRoom, said: str, reason: ReasonCode
) -> None:
    row = (await room.of())["unicom"]
    closed = await hear(room.registrations, row.id, said, words="子端口清退", actor=LI)
    assert (closed.state, closed.reason) == (S.LAPSED, reason)
    assert (REASONS[reason].cure, REASONS[reason].state) == (Cure.START, S.LAPSED)
    assert (await room.registrations.history(row.id))[-1].came_back == {"words": "子端口清退"}
    with pytest.raises(IllegalTransition):
        await hear(room.registrations, row.id, said, actor=LI)
    (again,) = await room.registrations.start(room.tenant.account_id, NAME, networks=["unicom"], actor=LI)
    assert again.state is S.REGISTERING


async def test_a_list_closes_what_it_names_whatever_else_it_says(room: RegistrationRoom) -> None:
    done = await take(room, f"短信签名,治理原因\n【{NAME}】,签名泛化\n没有的,\n{NAME},\n")
    assert [(each.fit, each.problem, each.remarks) for each in done.rows] == [
        (Fit.NEW, "", ()),
        (Fit.UNFIT, "answer.signature_unknown", ()),
        (Fit.KNOWN, "", ("answer.twice",)),
    ]
    assert await standing(room, NAME) == {
        "mobile": (S.LAPSED, R.SUBPORT_RECYCLE),
        "unicom": (S.AWAITING, R.DETECTING),
        "telecom": (S.AWAITING, R.DETECTING),
    }
    assert (await standing(room, OTHER))["mobile"][0] is S.AWAITING
    step = (await room.registrations.history((await room.of())["mobile"].id))[-1]
    assert (step.event, step.came_back["file"], step.came_back["row"]) == (E.CAMPAIGN, "治理清单.csv", 2)


async def test_the_same_list_again_closes_nothing_also_after_it_was_begun_again(
    room: RegistrationRoom,
) -> None:
    text = f"签名,号码\n{NAME},{NUMBER}\n"
    assert (await take(room, text, "recycled", dry_run=True)).count(Fit.NEW) == 1
    assert (await standing(room, NAME))["mobile"][0] is S.AWAITING, "a dry run changes nothing"
    await take(room, text, "recycled")
    assert (await standing(room, NAME))["mobile"] == (S.LAPSED, R.EXT_CODE_RECYCLE)
    assert (await take(room, text, "recycled")).count(Fit.KNOWN) == 1
    await room.registrations.start(room.tenant.account_id, NAME, networks=["mobile"], actor=LI)
    row = (await room.of())["mobile"]
    await room.apply(row, E.FILED)
    await room.apply(row, E.ACCEPTED)
    (again,) = (await take(room, text, "recycled")).rows
    assert (again.fit, again.remarks) == (Fit.KNOWN, ("answer.taken_before",))


async def test_a_row_that_passed_or_is_another_carriers_is_told(room: RegistrationRoom) -> None:
    done = await take(room, f"签名,结果,运营商\n{NAME},通过,移动\n{OTHER},关停,联通\n{OTHER},关停,移动\n")
    assert [(each.fit, each.problem) for each in done.rows] == [
        (Fit.UNFIT, "answer.not_closed"),
        (Fit.UNFIT, "answer.other_network"),
        (Fit.NEW, ""),
    ]
    with pytest.raises(Refused) as caught:
        await take(room, "备注\n无\n")
    assert caught.value.code == "sheet.no_heading"


async def test_what_is_still_registering_is_not_closed_by_a_campaign(room: RegistrationRoom) -> None:
    await room.approved("杭州乙")
    (judged,) = (await take(room, "签名\n杭州乙\n")).rows
    assert (judged.fit, judged.problem) == (Fit.UNFIT, "answer.state")


async def test_many_are_closed_by_what_they_have_in_common(room: RegistrationRoom) -> None:
    closings = Closings(room.registrations)
    wanted = RegistrationFilter(network="mobile")
    for how, names in (
        ({"access_number": NUMBER}, {NAME, OTHER}),
        ({"everything": True}, {NAME, OTHER}),
        ({"access_number": "1069"}, None),
        ({}, None),
    ):
        if names is None:
            with pytest.raises(Refused) as caught:
                await closings.draft(wanted, E.CAMPAIGN, **how)  # type: ignore[arg-type]
            assert caught.value.code == f"registration.{'nothing_to_close' if how else 'close_what'}"
        else:
            found = await closings.draft(wanted, E.CAMPAIGN, **how)  # type: ignore[arg-type]
            assert {row.sign_name for row in found} == names
    rows = await closings.draft(RegistrationFilter(network="mobile", sign_name=NAME), E.CAMPAIGN)
    done = await closings.close(rows, E.CAMPAIGN, "专项治理", LI)
    assert [(each.registration.state, each.refused) for each in done] == [(S.LAPSED, "")]
    (late,) = await closings.close(rows, E.CAMPAIGN, "", LI)
    assert late.refused == "registration.changed"
    assert (await standing(room, OTHER))["mobile"][0] is S.AWAITING
