"""Somebody's spreadsheet is read for what it says, and bounded in every direction."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hongyan.compliance.registration.sheets.bounds import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from hongyan.compliance.registration.sheets.grid import Sheet, is_rounded, text_of
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.compliance.registration.sheets.problems import SHEET_PROBLEMS
from hongyan.kernel.errors import Refused


def workbook(*rows: list[object], merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for each in merged:
        sheet.merge_cells(each)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part more, or another one of this name."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def texts(sheet: Sheet) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in sheet.rows]


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        open_sheets(data)
    assert "{" not in caught.value.en + caught.value.zh
    return caught.value.code


def ends(data: bytes) -> bool:
    """Whether it ends in sheets or in one of our refusals; another exception goes through."""
    try:
        return isinstance(open_sheets(data), list)
    except Refused as why:
        return why.code in SHEET_PROBLEMS


FIRST = "xl/worksheets/sheet1.xml"


def test_a_workbook_is_read_with_its_days_and_numbers() -> None:
    (sheet,) = open_sheets(workbook(["签名", "日期", "号码"], ["云雁", date(2026, 11, 20), 106900001234]))
    assert texts(sheet) == [["签名", "日期", "号码"], ["云雁", "2026-11-20", "106900001234"]]


def test_merged_cells_all_have_the_value_of_the_first() -> None:
    data = workbook(["甲", None, "x"], [None, None, "y"], ["乙", "丙", "z"], merged=("A1:B2",))
    assert texts(open_sheets(data)[0]) == [["甲", "甲", "x"], ["甲", "甲", "y"], ["乙", "丙", "z"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_in_every_usual_encoding(encoding: str, separator: str) -> None:
    text = f'签名{separator}结果\r\n"云雁{separator}科技"{separator}通过\r\n'
    (sheet,) = open_sheets(text.encode(encoding))
    assert texts(sheet) == [["签名", "结果"], [f"云雁{separator}科技", "通过"]]


def test_codes_that_people_kept_from_becoming_numbers_are_codes() -> None:
    (sheet,) = open_sheets('号码,码\n="0012",\'0034\n'.encode())
    assert texts(sheet)[1] == ["0012", "0034"]


def test_numbers_that_a_spreadsheet_has_rounded_are_told() -> None:
    assert is_rounded("1.06900001234E+11")
    assert is_rounded(1.0690000123456e18)
    assert not is_rounded(106900001234)
    assert not is_rounded("106900001234567890")


def test_a_million_formatted_but_empty_rows_are_no_rows() -> None:
    data = workbook(["签名"])
    xml = part_of(data, FIRST).replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
    )
    assert texts(open_sheets(with_part(data, FIRST, xml))[0]) == [["签名"]]


def test_a_cell_far_away_is_refused() -> None:
    data = workbook(["签名"])
    for cell, code in ((f"A{MOST_ROWS + 1}", "sheet.too_many_rows"), ("XFD2", "sheet.too_many_columns")):
        row = "".join(filter(str.isdigit, cell))
        new = f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'.encode()
        xml = part_of(data, FIRST).replace(b"</sheetData>", new)
        assert refused(with_part(data, FIRST, xml)) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "sheet.macros"),
        ("xl/activeX/activeX1.xml", "sheet.macros"),
        ("xl/macrosheets/sheet1.xml", "sheet.macros"),
        ("xl/externalLinks/externalLink1.xml", "sheet.external"),
        ("xl/connections.xml", "sheet.external"),
        ("xl/embeddings/oleObject1.bin", "sheet.external"),
    ],
)
def test_workbooks_that_run_or_fetch_something_are_refused(part: str, code: str) -> None:
    assert refused(with_part(workbook(["签名"]), part, b"<x/>")) == code


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert (
        refused(with_part(workbook(["签名"]), "xl/media/a.xml", b"\0" * (65 << 20)))
        == "sheet.unpacked_too_large"
    )


def test_growing_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert refused(with_part(workbook(["签名"]), "xl/sharedStrings.xml", bomb)) == "sheet.entities"


def test_merged_ranges_over_everything_cost_nothing() -> None:
    data = workbook(["签名", "结果"], ["云雁", "通过"], merged=("A1:B1",))
    xml = part_of(data, FIRST).replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"')
    (sheet,) = open_sheets(with_part(data, FIRST, xml))
    assert [len(row) for row in sheet.rows] == [MOST_COLUMNS, MOST_COLUMNS]
    many = b'<mergeCell ref="A1:XFD1048576"/>' * 1_000
    xml = (
        part_of(data, FIRST)
        .replace(b'<mergeCell ref="A1:B1"/>', many)
        .replace(b'<mergeCell ref="A1:B1" />', many)
    )
    assert refused(with_part(data, FIRST, xml)) == "sheet.malformed"


def test_links_over_everything_cost_nothing() -> None:
    data = workbook(["签名"])
    link = b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    xml = part_of(data, FIRST).replace(b"</sheetData>", link)
    assert texts(open_sheets(with_part(data, FIRST, xml))[0]) == [["签名"]]


def test_files_of_other_kinds_are_refused_with_what_to_do() -> None:
    assert refused(b"\xd0\xcf\x11\xe0rest") == "sheet.old_format"
    assert refused(b"<html><table><tr><td>x</td></tr></table></html>") == "sheet.not_a_sheet"
    assert refused(b"a,b\n\0\n") == "sheet.not_a_sheet"
    assert refused(b"\xff,b\n\x81") == "sheet.encoding"
    assert refused(b"x" * (MOST_BYTES + 1)) == "sheet.too_large"
    assert refused(b"PK\x03\x04 and then nothing") == "sheet.malformed"
    assert refused(workbook(["签名"])[:-200]) == "sheet.malformed"
    assert refused(("签名\n" * (MOST_ROWS + 1)).encode()) == "sheet.too_many_rows"


def test_formulas_are_not_computed() -> None:
    (sheet,) = open_sheets(workbook(["签名", '=WEBSERVICE("http://x")']))
    assert texts(sheet) == [["签名"]]


@given(st.binary(max_size=400), st.integers(0, 4000))
def test_damaged_workbooks_end_in_a_refusal_or_in_sheets(noise: bytes, at: int) -> None:
    data = workbook(["签名", "结果"], ["云雁", "通过"])
    damaged = data[:at] + noise + data[at + len(noise) :]
    assert ends(damaged)


@given(st.binary(max_size=300))
def test_any_octets_end_in_a_refusal_or_in_sheets(data: bytes) -> None:
    assert ends(data)
