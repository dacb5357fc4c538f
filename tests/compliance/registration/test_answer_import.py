"""An answer sheet moves the registrations that it names, once, and everything else in it is reported."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filing_room import LIAISON, FilingRoom, make_filing_room
from in_process_store import InProcessStore
from openpyxl import Workbook
from openpyxl.styles import numbers
from registration_room import NAME

from hongyan.compliance.registration import ReasonCode, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.sheets.matching import Fit
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.ids import IdMaker

OTHER = "杭州测算科技"


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    made = await make_filing_room(store, clock, ids, tmp_path, digits=4)
    await made.room.approved()
    await made.room.approved(OTHER)
    await made.filed(name="")
    made.room.clock.advance(3 * 86_400)
    return made


def save(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def carrier_sheet(filing: FilingRoom) -> bytes:
    """As carriers send them back: a title, merged cells, columns in their own order, real dates, a code that is wrong."""
    codes = {name: (await filing.room.of(name))["mobile"].extension_code for name in (NAME, OTHER)}
    today = beijing(filing.room.clock.now_ms())
    day = datetime(today.year, today.month, today.day) - timedelta(days=1)  # noqa: DTZ001
    book = Workbook()
    sheet = book.active
    sheet.title = "移动反馈"
    sheet.append(["中国移动行业短信签名报备结果反馈（2026年）"])
    sheet.merge_cells("A1:G1")
    sheet.append(["制表人：某某", None, None, None, "以下为本批次结果"])
    sheet.append(["审核时间", "审核结果", None, "主体信息", None, "码号", None])
    sheet.append(["审核时间", "结果", "失败原因", "企业名称", "短信签名", "接入号", "子端口"])
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("D3:E3")
    sheet.merge_cells("F3:G3")
    sheet.append([day, "已通过", None, "杭州测算科技有限公司", f"【{NAME}】", 10690001, int(codes[NAME])])
    sheet.append([None, "驳回", "签名与营业执照名称不一致", None, OTHER, None, codes[OTHER]])
    sheet.append([None, "通过", None, None, OTHER, None, "7777"])
    sheet.append([None, "通过", None, None, NAME, None, codes[OTHER]])
    sheet.append(["上周", "通过一半", None, None, NAME, 10690001, codes[NAME]])
    sheet.merge_cells("A5:A8")
    sheet.merge_cells("D5:D8")
    sheet.merge_cells("F5:F8")
    sheet["A5"].number_format = numbers.FORMAT_DATE_XLSX14
    return save(book)


async def test_a_sheet_with_shuffled_columns_merged_cells_excel_dates_and_a_wrong_code(
    filing: FilingRoom,
) -> None:
    data = await carrier_sheet(filing)
    done = await filing.answers().take(data, "移动反馈.xlsx", "mobile", LIAISON)
    assert [(each.row.row, each.fit, each.problem) for each in done.rows] == [
        (5, Fit.NEW, ""),
        (6, Fit.NEW, ""),
        (7, Fit.UNFIT, "answer.number_unknown"),
        (8, Fit.UNFIT, "answer.number_of_other"),
        (9, Fit.UNFIT, "answer.result_unknown"),
    ]
    accepted, refused = (await filing.room.of())["mobile"], (await filing.room.of(OTHER))["mobile"]
    assert (accepted.state, accepted.reason) == (RegistrationState.AWAITING, ReasonCode.DETECTING)
    assert (refused.state, refused.reason) == (
        RegistrationState.FAILED,
        ReasonCode.SIGNATURE_QUALIFICATION_ERROR,
    )
    yesterday = beijing(filing.room.clock.now_ms()).date() - timedelta(days=1)
    for row in (accepted, refused):
        assert row.answered_ms is not None
        assert beijing(row.answered_ms).date() == yesterday
    step = (await filing.desk.history(refused.id))[-1]
    assert (step.actor, step.event) == (LIAISON.name, RegistrationEvent.REFUSED)
    assert step.came_back["words"] == "签名与营业执照名称不一致"
    assert (step.came_back["file"], step.came_back["row"]) == ("移动反馈.xlsx", 6)


async def test_a_dry_run_says_the_same_and_changes_nothing(filing: FilingRoom) -> None:
    data = await carrier_sheet(filing)
    before = await filing.room.of()
    dry = await filing.answers().take(data, "a.xlsx", "mobile", LIAISON, dry_run=True)
    assert await filing.room.of() == before
    real = await filing.answers().take(data, "a.xlsx", "mobile", LIAISON)
    assert [(each.fit, each.problem) for each in dry.rows] == [(each.fit, each.problem) for each in real.rows]


async def test_the_same_file_again_changes_nothing(filing: FilingRoom) -> None:
    data = await carrier_sheet(filing)
    await filing.answers().take(data, "a.xlsx", "mobile", LIAISON)
    before = {name: await filing.room.of(name) for name in (NAME, OTHER)}
    again = await filing.answers().take(data, "b.xlsx", "mobile", LIAISON)
    assert again.count(Fit.NEW) == 0
    assert again.count(Fit.KNOWN) == 2
    assert {name: await filing.room.of(name) for name in (NAME, OTHER)} == before


async def test_an_old_file_says_nothing_about_a_new_filing(filing: FilingRoom) -> None:
    """Also when it names neither a day nor a reference: what a row has done once, it does not do again."""
    text = f"签名,结果\n{NAME},通过\n".encode()
    await filing.answers().take(text, "a.csv", "mobile", LIAISON)
    for network in ("unicom", "telecom"):
        for name in (NAME, OTHER):
            row = (await filing.room.of(name))[network]  # type: ignore[index]
            if row.unfiled:
                await filing.room.apply(row, RegistrationEvent.FILED)
            await filing.room.apply(row, RegistrationEvent.ACCEPTED)
    await filing.room.edit_signature()
    await filing.filed()
    assert (await filing.room.of())["mobile"].state is RegistrationState.REGISTERING
    again = await filing.answers().take(text, "a.csv", "mobile", LIAISON)
    assert [(each.fit, each.remarks) for each in again.rows] == [(Fit.KNOWN, ("answer.taken_before",))]
    assert (await filing.room.of())["mobile"].state is RegistrationState.REGISTERING


async def test_the_sheet_of_a_pack_with_a_result_column_added_is_an_answer(filing: FilingRoom) -> None:
    rows = [await filing.room.of(name) for name in (NAME, OTHER)]
    lines = "\n".join(f"{each['mobile'].reference},通过" for each in rows)
    done = await filing.answers().take(
        f"报备编号,审核结果\n{lines}\n".encode("gbk"), "a.csv", "mobile", LIAISON
    )
    assert [each.fit for each in done.rows] == [Fit.NEW, Fit.NEW]


async def test_an_answer_to_what_was_never_filed_is_not_taken(filing: FilingRoom) -> None:
    done = await filing.answers().take(f"签名,结果\n{NAME},通过\n".encode(), "a.csv", "unicom", LIAISON)
    assert [each.problem for each in done.rows] == ["answer.not_filed"]
    assert (await filing.room.of())["unicom"].state is RegistrationState.REGISTERING
