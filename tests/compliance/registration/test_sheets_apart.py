"""Strangers' sheets are read in a process apart, which is ended when it takes too much."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from filing_room import SheetsHere
from openpyxl import Workbook

from hongyan.compliance.registration.sheets.answers import read_answers
from hongyan.compliance.registration.sheets.apart import SheetsApart
from hongyan.compliance.registration.sheets.migration import read_migration
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.kernel.errors import Refused

ANSWERS = "号码,签名,结果,原因,审核时间\n10690001,【测算】,驳回,名称不符,2026-05-20\n".encode("gbk")
MIGRATION = "租户,签名,运营商,号码,签名来源\n云雁,测算,三网,10690001,商标\n".encode()


async def test_what_a_process_reads_is_what_is_there() -> None:
    sheets = SheetsApart()
    answers, migration = await asyncio.gather(sheets.answers(ANSWERS, "mobile"), sheets.migration(MIGRATION))
    assert answers == read_answers(open_sheets(ANSWERS), "mobile")
    assert migration == read_migration(open_sheets(MIGRATION))
    with pytest.raises(Refused, match="CSV") as caught:
        await sheets.answers(b"<html>", "mobile")
    assert caught.value.code == "sheet.not_a_sheet"


PROGRAMS = {
    "slow": "import time; time.sleep(60)",
    "large": "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); bytes(2**29)",
    "falls": "raise SystemExit(3)",
    "babbles": "print('{')",
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_reader_that_takes_too_long_or_too_much_is_ended(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{name}_reader.py").write_text(PROGRAMS[name], "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sheets = SheetsApart(2.0, f"{name}_reader")
    with pytest.raises(Refused) as caught:
        await sheets.answers(ANSWERS, "mobile")
    assert caught.value.code == "sheet.too_heavy"


async def test_a_reader_is_told_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import os, sys, json; print(json.dumps({'problem': 'sheet.external', 'facts': {'part': repr("
    program += "[name for name in os.environ if name.startswith('HONGYAN_')])}}))"
    (tmp_path / "told_reader.py").write_text(program, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("HONGYAN_MASTER_KEY", "secret")
    with pytest.raises(Refused) as caught:
        await SheetsApart(20.0, "told_reader").answers(ANSWERS, "mobile")
    assert caught.value.facts == {"part": "[]"}


async def test_a_cell_that_is_repeated_without_end_is_refused() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["号码", "签名", "结果", "原因"])
    for number in range(800):
        sheet.append([f"1069{number:04}", "签", "驳回", "长" * 30_000 if number == 0 else None])
    sheet.merge_cells("D2:D801")
    file = io.BytesIO()
    book.save(file)
    assert len(file.getvalue()) < 100_000
    with pytest.raises(Refused) as caught:
        await SheetsHere().answers(file.getvalue(), "mobile")
    assert caught.value.code == "sheet.unpacked_too_large"
