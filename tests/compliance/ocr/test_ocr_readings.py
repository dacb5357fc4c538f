"""Papers beside forms: read behind everybody's back and once, corrections recorded, reviewers told, machines held back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LETTER, LI, OTHER_COMPANY, SIGNATURE, TRADEMARK
from compliance_tenant import Tenant
from in_process_store import InProcessStore
from ocr_reader_stand_in import StandIn
from ocr_texts import below, letter_text, paper
from paper_files import picture
from until import until

from hongyan.compliance import Kind, ProofKind, ReviewMode, ReviewOrder, Verdict
from hongyan.compliance.ocr import LookState, Outcome, PaperKind
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import Submitted
from hongyan.kernel.errors import Broken, Misconfigured, Refused, Throttled

WIDER = {"scope": ("杭州云雁", "杭州云雁科技")}
"""A form that lists a name more than `letter_text` does."""


async def signature(applicant: Tenant, name: str, letter_id: int) -> Submitted:
    """Apply for a third-party signature with a letter."""
    qualification = await applicant.third_party()
    await applicant.approve_open()
    material = replace(
        SIGNATURE, third_party=True, qualification_id=qualification.object_id, letter_id=letter_id
    )
    return await applicant.compliance.signatures.submit(applicant.account_id, name, material, actor=KEY)


async def order_of(applicant: Tenant, submitted: Submitted) -> ReviewOrder:
    return await applicant.compliance.desk.order(submitted.order_id)


async def rules_told(applicant: Tenant, submitted: Submitted) -> set[str]:
    """What a reviewer's checklist says about papers."""
    checklist = await applicant.compliance.desk.checklist(submitted.order_id)
    return {each.rule for each in checklist.subject.report.findings if each.rule.startswith("paper.")}


async def corrections(
    applicant: Tenant, kind: Any, object_id: int
) -> list[tuple[str, dict[str, tuple[str, str]]]]:
    """(who, field -> (read, said)) of each record."""
    steps = await applicant.compliance.history(kind, object_id)
    return [
        (step.actor, {each.name: (each.before, each.after) for each in step.changed})
        for step in steps
        if step.event == "correct_reading"
    ]


# -- reading -------------------------------------------------------------------------------------------------


async def test_a_letter_is_answered_at_once_and_read_afterwards(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    number = await applicant.letter()
    readings = applicant.compliance.readings
    assert reader.read == 0
    assert (await readings.look(ProofKind.LETTER, number, 1)).state is LookState.WAITING
    assert await readings.read_due() == 1
    look = await readings.look(ProofKind.LETTER, number, 1)
    assert look.state is LookState.READ
    assert {each.outcome for each in look.differences} == {Outcome.EQUAL}
    assert look.findings == ()
    assert look.effective_scope == LETTER.scope
    assert await readings.read_due() == 0


async def test_a_file_is_read_once_whoever_uploads_it(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    await applicant.letter("一号")
    await applicant.letter("二号")
    await applicant.compliance.trademarks.create(applicant.account_id, TRADEMARK, actor=KEY)
    assert await applicant.compliance.readings.read_due() == 3
    assert reader.read == 1, "every picture of these tests has one content"


async def test_what_was_read_lies_sealed(applicant: Tenant, reader: StandIn, store: InProcessStore) -> None:
    reader.says = letter_text()
    await applicant.letter()
    await applicant.compliance.readings.read_due()
    (row,) = await _texts(store, await _paper(applicant))
    assert row[0] == "stand-in 1"
    assert OTHER_COMPANY.encode() not in row[2]


async def test_of_a_qualification_only_licences_are_read(applicant: Tenant, reader: StandIn) -> None:
    await applicant.compliance.papers.keep(
        applicant.account_id, "1/licence.jpg", picture("jpeg", (33, 44)), actor=KEY
    )
    reader.says = paper(below("营业执照", f"名称：{COMPANY}", "法定代表人：王法大"))
    submitted = await applicant.qualification()
    assert await applicant.compliance.readings.read_due() == 1
    assert reader.read == 1, "six pictures were uploaded, and one of them is the licence"
    assert await rules_told(applicant, submitted) == {"paper.differs", "paper.not_read"}
    assert await corrections(applicant, Kind.QUALIFICATION, submitted.object_id) == [
        ("key:test", {"legal_representative": ("王**", "王**")})
    ]


async def test_applicants_see_what_was_read_before_they_send_a_form(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = letter_text()
    found = await applicant.compliance.readings.of_upload(
        applicant.account_id, "1/letter.png", PaperKind.LETTER
    )
    assert found.text("authorizer") == OTHER_COMPANY
    assert found.text("authorized_party") == COMPANY
    await applicant.letter()
    await applicant.compliance.readings.read_due()
    assert reader.read == 1


async def test_another_tenants_upload_is_not_there(applicant: Tenant, stranger: Tenant) -> None:
    with pytest.raises(Refused) as refused:
        await applicant.compliance.readings.of_upload(stranger.account_id, "2/letter.png", PaperKind.LETTER)
    assert refused.value.code == "paper.not_uploaded"


@pytest.mark.parametrize("code", ["ocr.damaged", "ocr.too_heavy"])
async def test_a_paper_that_cannot_be_read_is_not_tried_again(
    applicant: Tenant, reader: StandIn, code: str
) -> None:
    reader.raises = refusal(code)
    number = await applicant.letter()
    readings = applicant.compliance.readings
    assert await readings.read_due() == 1
    look = await readings.look(ProofKind.LETTER, number, 1)
    assert look.state is LookState.UNREADABLE
    assert [each.rule for each in look.findings] == ["paper.unreadable"]
    with pytest.raises(Refused) as refused:
        await readings.of_upload(applicant.account_id, "1/letter.png", PaperKind.LETTER)
    assert refused.value.code == code
    assert reader.read == 1


@pytest.mark.parametrize(
    "error",
    [Throttled("ocr.busy", en="", zh=""), Broken("ocr.reader", en="", zh="")],
    ids=lambda each: each.code,
)
async def test_what_cannot_be_read_now_stays_due(
    applicant: Tenant, reader: StandIn, error: Refused | Broken
) -> None:
    reader.raises = error
    await applicant.letter()
    readings = applicant.compliance.readings
    with pytest.raises(type(error)):
        await readings.read_due()
    assert await readings.count_due() == 1
    reader.raises, reader.says = None, letter_text()
    assert await readings.read_due() == 1


async def test_without_the_extra_forms_work_and_say_that_nothing_was_read(tenant: Tenant) -> None:
    number = await tenant.letter()
    readings = tenant.compliance.readings
    assert not readings.reads
    look = await readings.look(ProofKind.LETTER, number, 1)
    assert (look.state, look.findings) == (LookState.NOT_READ, ())
    with pytest.raises(Misconfigured) as told:
        await readings.of_upload(tenant.account_id, "1/letter.png", PaperKind.LETTER)
    assert told.value.code == "ocr.not_installed"
    await readings.follow()  # has nothing to do, and comes back


async def test_the_follower_reads_what_comes_and_goes_on_after_trouble(
    applicant: Tenant, reader: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongyan.compliance.ocr.desk.LOOK_EVERY", 0.01)
    monkeypatch.setattr("hongyan.compliance.ocr.desk.AFTER_TROUBLE", 0.01)
    reader.raises = Broken("ocr.reader", en="it does not start", zh="")
    readings = applicant.compliance.readings
    task = asyncio.create_task(readings.follow())
    await applicant.letter()
    await until(lambda: reader.read > 1, "it tries again")
    reader.raises, reader.says = None, letter_text()
    await until(_nothing_due(applicant), "the letter is read")
    task.cancel()
    await readings.close()
    assert reader.closed


async def test_a_text_goes_with_the_last_paper_of_its_content(
    applicant: Tenant, reader: StandIn, store: InProcessStore
) -> None:
    reader.says = letter_text()
    papers = applicant.compliance.papers
    unused = picture("png", (21, 12))
    await papers.keep(applicant.account_id, "1/unused.png", unused, actor=KEY)
    found = await papers.find(applicant.account_id, "1/unused.png")
    assert found is not None
    await applicant.compliance.readings.of_upload(applicant.account_id, "1/unused.png", PaperKind.LETTER)
    assert await _texts(store, found.content_hash)
    applicant.clock.advance(2 * 86_400)
    await papers.drop_unused()
    assert not await _texts(store, found.content_hash)


# -- corrections ---------------------------------------------------------------------------------------------


async def test_what_the_form_says_differently_is_recorded_with_who_said_so(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = letter_text(authorizer="杭州云燕科技有限公司", scope="【杭州云雁】【云雁】")
    number = await applicant.letter()
    await applicant.compliance.readings.read_due()
    assert await corrections(applicant, ProofKind.LETTER, number) == [
        (
            "key:test",
            {"authorizer": ("杭州云燕科技有限公司", OTHER_COMPANY), "scope": ("杭州云雁、云雁", "杭州云雁")},
        )
    ]
    stored = await applicant.compliance.letters.get(applicant.account_id, number)
    assert stored.material.authorizer == OTHER_COMPANY, "the person's word wins"


async def test_a_further_revision_has_corrections_of_its_own(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    number = await applicant.letter(**WIDER)
    await applicant.compliance.readings.read_due()
    await applicant.compliance.letters.edit(applicant.account_id, number, LETTER, actor=LI)
    await applicant.compliance.readings.read_due()
    assert [who for who, _ in await corrections(applicant, ProofKind.LETTER, number)] == ["key:test"]
    assert (await applicant.compliance.readings.look(ProofKind.LETTER, number, 2)).findings == ()


async def test_two_nodes_record_a_correction_once(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    number = await applicant.letter(**WIDER)
    readings = applicant.compliance.readings
    await asyncio.gather(readings.read_due(), readings.read_due())
    assert len(await corrections(applicant, ProofKind.LETTER, number)) == 1


# -- a correction that would widen ---------------------------------------------------------------------------


async def test_a_wider_scope_is_the_applicants_word_and_told_to_the_reviewer(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = letter_text()
    number = await applicant.letter(**WIDER)
    await applicant.compliance.readings.read_due()
    submitted = await signature(applicant, "杭州云雁科技", number)
    look, *_ = (await applicant.compliance.desk.checklist(submitted.order_id)).subject.looks
    (scope,) = [each for each in look.differences if each.outcome is Outcome.WIDENED]
    assert scope.beyond == ("杭州云雁科技",)
    assert look.effective_scope == ("杭州云雁",), "until a reviewer has looked"
    assert "paper.scope_widened" in await rules_told(applicant, submitted)
    assert not await _usable(applicant, "杭州云雁科技")
    await applicant.compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    assert await _usable(applicant, "杭州云雁科技")


@pytest.mark.parametrize("applicant", [ReviewMode.AUTO, ReviewMode.RULES], indirect=True)
@pytest.mark.parametrize(
    ("name", "wider"),
    [("杭州云雁科技", WIDER), ("杭州云雁", WIDER), ("杭州云雁", {"validity": "2026-01-01~2030-12-31"})],
)
async def test_no_machine_approves_with_a_letter_whose_form_says_more_than_it(
    applicant: Tenant, reader: StandIn, name: str, wider: dict[str, Any]
) -> None:
    reader.says = letter_text()
    number = await applicant.letter(**wider)
    await applicant.compliance.readings.read_due()
    submitted = await signature(applicant, name, number)
    await applicant.compliance.start()
    assert (await order_of(applicant, submitted)).verdict is None
    await applicant.compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    assert (await order_of(applicant, submitted)).verdict == "approve"


@pytest.mark.parametrize("applicant", [ReviewMode.AUTO], indirect=True)
async def test_a_machine_waits_for_a_letter_to_be_read(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    submitted = await signature(applicant, "杭州云雁", await applicant.letter())
    assert (await order_of(applicant, submitted)).verdict is None
    await applicant.compliance.readings.read_due()
    await applicant.compliance.start()
    assert (await order_of(applicant, submitted)).verdict == "approve"


# -- helpers -------------------------------------------------------------------------------------------------


def _nothing_due(applicant: Tenant) -> Any:
    async def look() -> bool:
        return await applicant.compliance.readings.count_due() == 0

    return look


async def _usable(applicant: Tenant, name: str) -> bool:
    found = await applicant.compliance.signature(applicant.account_id, name)
    return found is not None and found.usable


async def _paper(applicant: Tenant) -> bytes:
    found = await applicant.compliance.papers.find(applicant.account_id, "1/letter.png")
    assert found is not None
    return found.content_hash


async def _texts(store: InProcessStore, content_hash: bytes) -> list[tuple[Any, ...]]:
    return list(await store.read("compliance.paper_text", content_hash))
