"""What was registered elsewhere is taken over from a sheet: once, in order, and not filed again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from compliance_material import COMPANY, USCC
from filing_room import LIAISON, FilingRoom, SheetsHere, make_filing_room
from in_process_store import InProcessStore
from openpyxl import Workbook
from registration_room import ONE

from hongyan.compliance.registration import ReasonCode, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.migrating import (
    MIGRATION_PROBLEMS,
    PROBLEM_CELLS,
    Migrated,
    Migration,
)
from hongyan.compliance.registration.sheets.facts import migration_facts, why_unfit
from hongyan.compliance.registration.sheets.matching import Fit
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker

HEADING = "租户,企业名称,统一社会信用代码,签名,运营商,接入号,扩展码,报备状态,报备编号,通过时间,凭证"
NEW = f"云雁,{COMPANY},{USCC}"


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    return await make_filing_room(store, clock, ids, tmp_path, digits=4)


@pytest.fixture
def migration(filing: FilingRoom, store: InProcessStore) -> Migration:
    compliance = filing.room.tenant.compliance

    async def places() -> list[object]:
        return list(filing.room.channels)

    return Migration(
        *(store, filing.room.clock, filing.identity, filing.desk, compliance.signatures),
        *(compliance.qualifications, compliance.extension_codes, places, SheetsHere()),  # type: ignore[arg-type]
    )


async def take(migration: Migration, *rows: str, dry_run: bool = False) -> list[Migrated]:
    data = "\n".join((HEADING, *rows)).encode("gb18030")
    return await migration.take(data, "old.csv", LIAISON, dry_run=dry_run)


def became(done: list[Migrated]) -> list[tuple[str, str]]:
    return [(each.fit.value, each.problem or (each.refused.code if each.refused else "")) for each in done]


async def test_a_tenant_its_signature_its_code_and_its_filings_are_made(
    filing: FilingRoom, migration: Migration
) -> None:
    done = await take(
        migration, f"{NEW},【测算商城】,移动、联通,10690001,0007,成功,GD-778,2026/5/20,回执单12号"
    )
    assert [(each.network, each.fit, each.made) for each in done] == [
        ("mobile", Fit.NEW, ("tenant", "signature", "code", "filing")),
        ("unicom", Fit.NEW, ("filing",)),
    ]
    account = await filing.identity.account_named("云雁")
    assert account is not None
    assert (account.company_name, account.uscc) == (COMPANY, USCC)
    signature = await filing.room.tenant.compliance.signature(account.id, "测算商城")
    assert signature is not None
    assert signature.usable
    rows = {row.network: row for row in await filing.desk.of_signature(signature.id)}
    assert set(rows) == {"mobile", "unicom"}
    row = rows["mobile"]
    assert (row.state, row.reason) == (RegistrationState.AWAITING, ReasonCode.DETECTING)
    assert (row.sender, row.reference, row.registrar) == ("106900010007", "GD-778", "migration")
    (step,) = await filing.desk.history(row.id)
    assert (step.event, step.actor) == (RegistrationEvent.IMPORTED, LIAISON.name)
    assert step.came_back["evidence"] == "回执单12号"
    assert await filing.unfiled("mobile", "测算商城") == []


async def test_a_dry_run_says_the_same_and_makes_nothing(filing: FilingRoom, migration: Migration) -> None:
    row = f"{NEW},测算商城,移动,10690001,0007,成功,,,"
    dry = await take(migration, row, dry_run=True)
    assert await filing.identity.account_named("云雁") is None
    assert dry == await take(migration, row)


async def test_the_same_sheet_again_changes_nothing(filing: FilingRoom, migration: Migration) -> None:
    rows = (f"{NEW},测算商城,三网,10690001,0007,成功,,,", f"{NEW},测算科技,移动,10690001,0008,,,,")
    first = await take(migration, *rows)
    assert {each.fit for each in first} == {Fit.NEW}
    again = await take(migration, *rows)
    assert [(each.fit, each.made) for each in again] == [(Fit.KNOWN, ())] * 4


async def test_a_signature_that_is_here_gets_its_filing_and_its_code(
    filing: FilingRoom, migration: Migration
) -> None:
    """Also while its registration waits to be filed: it is not filed again."""
    await filing.room.approved()
    waiting = (await filing.room.of())["mobile"]
    (done,) = await take(
        migration, "tenant,,,杭州测算,移动,,,,,,,".replace(",,,,,,,", f",{waiting.sender},,,,,")
    )
    assert (done.fit, done.made) == (Fit.NEW, ("filing",))
    after = (await filing.room.of())["mobile"]
    assert after.state is RegistrationState.AWAITING
    assert not after.unfiled


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"{NEW},,移动,10690001,0007,成功,,,", "migration.names_nothing"),
        (f"{NEW},测算商城,铁通,10690001,0007,成功,,,", "migration.network_unknown"),
        (f"{NEW},测算商城,广电,10690001,0007,成功,,,", "migration.network_not_counted"),
        (f"{NEW},测算商城,移动,10690999,0007,成功,,,", "migration.number_unknown"),
        (f"{NEW},测算商城,移动,1.06E+12,,成功,,,", "migration.number_rounded"),
        (f"{NEW},测算商城,移动,10690001,0007,失败,,,", "migration.not_accepted"),
        (f"{NEW},测算商城,移动,10690001,0007,审核中,,,", "migration.not_accepted"),
        ("云雁,,,测算商城,移动,10690001,0007,成功,,,", "migration.tenant_incomplete"),
        (
            f"云雁,{COMPANY},91330106MA2HY0001X,测算商城,移动,10690001,0007,成功,,,",
            "migration.tenant_incomplete",
        ),
        (
            f"tenant,{COMPANY},91330106MA2HY0001N,测算商城,移动,10690001,0007,成功,,,",
            "migration.tenant_differs",
        ),
        (f"{NEW},12345,移动,10690001,0007,成功,,,", "migration.name_unfit"),
        (f"tenant,别家有限公司,{USCC},测算商城,移动,10690001,0007,成功,,,", "migration.tenant_differs"),
        (f"{'租' * 151},{COMPANY},{USCC},测算商城,移动,10690001,0007,成功,,,", "migration.tenant_name"),
        (f"云雁,{'长' * 151},{USCC},测算商城,移动,10690001,0007,成功,,,", "migration.tenant_name"),
        (f"{NEW},测算商城,移动,10690001,0007,成功,,2099/1/1,", "migration.day_unfit"),
        (f"{NEW},测算商城,移动,10690001,0007,成功,,上周,", "migration.day_unfit"),
        ("99999999999999999999,,,测算商城,移动,10690001,0007,成功,,,", "migration.tenant_incomplete"),
        ("²,,,测算商城,移动,10690001,0007,成功,,,", "migration.tenant_incomplete"),
        ("404,,,测算商城,移动,10690001,0007,成功,,,", "identity.no_account"),
    ],
)
async def test_what_does_not_fit_is_told_and_makes_nothing(
    filing: FilingRoom, migration: Migration, row: str, why: str
) -> None:
    (done,) = await take(migration, row)
    assert done.fit is Fit.UNFIT
    assert (done.problem or (done.refused and done.refused.code)) == why
    assert await filing.identity.account_named("云雁") is None


@pytest.mark.parametrize("day", ["", "-", "——", "无", "N/A", "2026年5月20日", "45797"])
async def test_a_day_that_is_left_out_or_written_as_people_do_fits(migration: Migration, day: str) -> None:
    (done,) = await take(migration, f"{NEW},测算商城,移动,10690001,0007,成功,,{day},")
    assert done.fit is Fit.NEW


async def test_what_does_not_fit_is_told_with_the_cells_that_it_is_about(migration: Migration) -> None:
    wrong = "91330106MA2HY0001X"
    done = await take(
        migration,
        f"云雁,{COMPANY},{wrong},测算商城,移动,10690001,0007,成功,,,",
        "云雁,,,测算商城,移动,10690001,0007,成功,,,",
        f"{NEW},测算商城,铁通,10690001,0007,成功,,,",
    )
    first, second, third = migration_facts(done, "zh", dry_run=False)["rows"]
    assert first["row"] == 2
    assert first["cells"] == {"企业名称": COMPANY, "统一社会信用代码": wrong}
    assert f"统一社会信用代码 “{wrong}”" in first["why"]
    assert "末位为校验码" in first["why"]
    assert "请在表格中更正" in first["why"]
    assert second["why"].endswith("企业名称 为空")
    assert third["cells"] == {"运营商": "铁通"}
    assert f'social credit code "{wrong}"' in why_unfit(done[0], "en")


def test_every_problem_names_its_columns() -> None:
    assert set(PROBLEM_CELLS) == set(MIGRATION_PROBLEMS)


async def test_a_code_that_is_another_signatures_is_told(filing: FilingRoom, migration: Migration) -> None:
    done = await take(
        migration,
        f"{NEW},测算商城,移动,10690001,0007,成功,,,",
        f"{NEW},测算科技,移动,10690001,0007,成功,,,",
    )
    assert became(done) == [("new", ""), ("unfit", "migration.code_taken")]
    account = await filing.identity.account_named("云雁")
    assert account is not None
    assert await filing.room.tenant.compliance.signature(account.id, "测算科技") is None


async def test_a_dry_run_finds_one_code_for_two_signatures_of_the_sheet(migration: Migration) -> None:
    rows = (
        f"{NEW},测算商城,移动,10690001,0007,成功,,,",
        f"{NEW},测算商城,联通,10690001,0007,成功,,,",
        f"{NEW},测算科技,移动,10690001,0007,成功,,,",
    )
    dry = await take(migration, *rows, dry_run=True)
    assert became(dry) == [("new", ""), ("new", ""), ("unfit", "migration.code_taken")]
    assert became(dry) == became(await take(migration, *rows))


async def test_without_its_columns_a_sheet_is_refused(migration: Migration) -> None:
    with pytest.raises(Refused) as caught:
        await migration.take("签名,结果\nx,通过\n".encode(), "a.csv", LIAISON)
    assert caught.value.code == "sheet.no_heading"


async def test_workbooks_are_taken_too(filing: FilingRoom, migration: Migration) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["历史报备清单"])
    sheet.append(HEADING.split(","))
    sheet.append([*NEW.split(","), "测算商城", "中国移动", int(ONE.access_number), "0007", "已报备"])
    file = io.BytesIO()
    book.save(file)
    (done,) = await migration.take(file.getvalue(), "old.xlsx", LIAISON)
    assert done.fit is Fit.NEW
