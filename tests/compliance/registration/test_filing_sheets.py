"""Filing sheets follow the carrier's column template, keep every digit, and hold no formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filing_samples import FILING, third_party
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from hongyan.compliance.registration import NETWORKS, Network
from hongyan.compliance.registration.registrars.port import PaperRole
from hongyan.compliance.registration.sheets.fields import FIELDS
from hongyan.compliance.registration.sheets.layouts import Layout, LayoutColumn, layout_on, read_layout
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.compliance.registration.sheets.writing import guarded, write_csv, write_xlsx
from hongyan.kernel.errors import Misconfigured

TODAY = date(2026, 11, 21)
PLACES = {
    PaperRole.LICENSE: ("材料/HY1-A/营业执照.png",),
    PaperRole.LETTER: ("材料/HY1-A/授权委托书.png",),
    PaperRole.ADMIN_PORTRAIT: ("材料/HY1-A/经办人证件-人像面.png",),
}


def layout(*columns: LayoutColumn) -> Layout:
    return Layout("mobile", date(2025, 1, 1), "a test", columns)


@pytest.mark.parametrize("network", list(NETWORKS))
def test_every_network_has_a_layout_with_its_source_that_asks_for_the_six_elements(network: Network) -> None:
    found = layout_on(network, TODAY)
    asked = {column.field for column in found.columns if column.required}
    elements = {"company_name", "organization_code", "legal_name", "legal_id", "admin_name", "admin_id"}
    chain = {"code_holder_name", "operator_name", "authorized_name", "authorizer_name"}
    assert {"reference", "sender"} & asked
    assert elements | chain <= asked
    assert "letter_paper" in {column.field for column in found.columns if column.when == "third_party"}
    assert found.source


@pytest.mark.parametrize("network", list(NETWORKS))
def test_a_complete_filing_misses_nothing(network: Network) -> None:
    found = layout_on(network, TODAY)
    assert found.missing(FILING, PLACES) == []
    assert found.missing(third_party(), PLACES) == []
    assert found.too_long(FILING, PLACES) == []


def test_what_is_missing_is_told_by_the_headings_of_the_sheet() -> None:
    found = layout_on("mobile", TODAY)
    bare = replace(FILING, samples=(), qualification=replace(FILING.qualification, admin_phone=""))
    assert found.missing(bare, {}) == ["经办人手机号码", "营业执照", "短信内容示例"]
    assert "授权委托书" in found.missing(third_party(), {})


def test_a_text_for_which_a_column_has_no_room_is_told() -> None:
    assert layout_on("mobile", TODAY).too_long(replace(FILING, samples=("长" * 501,)), PLACES) == [
        "短信内容示例"
    ]


def test_a_workbook_keeps_zeros_and_all_digits_as_text() -> None:
    found = layout_on("mobile", TODAY)
    data = write_xlsx(found, [found.row(FILING, PLACES)])
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A1"].value == found.title
    cells = dict(zip([c.value for c in sheet[2]], sheet[3], strict=True))
    assert cells["子端口"].value == "0012"
    assert cells["经办人手机号码"].value == "13800000001"
    assert cells["统一社会信用代码"].value == "91330106MA2HY0001N"
    assert {cell.data_type for cell in sheet[3] if cell.value} == {"s"}
    assert {cell.number_format for cell in sheet[3]} == {"@"}


def test_the_same_rows_make_the_same_bytes() -> None:
    found = layout_on("unicom", TODAY)
    row = found.row(FILING, PLACES)
    assert write_xlsx(found, [row]) == write_xlsx(found, [row])


def test_csv_is_in_the_encoding_of_the_layout() -> None:
    found = layout(LayoutColumn("签名", "sign_in_brackets"), LayoutColumn("码", "extension_code"))
    row = found.row(FILING, {})
    assert write_csv(found, [row]).decode("utf-8-sig") == "签名,码\r\n【云雁科技】,0012\r\n"
    gbk = Layout("mobile", date(2025, 1, 1), "a test", found.columns, encoding="gb18030")
    assert write_csv(gbk, [row]).decode("gb18030") == "签名,码\r\n【云雁科技】,0012\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula_however_it_is_saved(text: str) -> None:
    found = layout(LayoutColumn("备注", "apply_scene"))
    row = [text]
    cell = load_workbook(io.BytesIO(write_xlsx(found, [row]))).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    (_, (plain,)) = csv.reader(io.StringIO(write_csv(found, [row]).decode("utf-8-sig")))
    assert plain.startswith("'")


@given(st.text(max_size=60))
def test_whatever_a_tenant_wrote_can_be_written_and_is_no_formula(text: str) -> None:
    found = layout(LayoutColumn("备注", "apply_scene"))
    (sheet,) = open_sheets(write_xlsx(found, [[text]]))
    assert len(sheet.rows) <= 2
    write_csv(found, [[text]])
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_days_and_words_are_written_as_the_carrier_writes_them() -> None:
    found = layout(
        LayoutColumn("有效期", "license_validity", day="%Y%m%d"),
        LayoutColumn("来源", "sign_source", values={"企事业单位名": "企业名称"}),
        LayoutColumn("国家", text="中国"),
    )
    assert found.row(FILING, {}) == ["20200101~20991231", "企业名称", "中国"]


@pytest.mark.parametrize(
    "column",
    [
        'zh = "甲"\nfield = "nobody_knows"',
        'zh = "甲"',
        'zh = "甲"\nfield = "sender"\ntext = "x"',
        'zh = "甲"\nfield = "sender"\nrequird = true',
        'field = "sender"',
        "zh = ",
    ],
)
def test_an_operators_own_layout_is_checked(column: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        f'network = "mobile"\nvalid_from = 2026-01-01\nsource = "x"\n[[columns]]\n{column}\n', "utf-8"
    )
    with pytest.raises(Misconfigured) as caught:
        read_layout(path)
    assert caught.value.code == "registration.layout"
    assert "mine.toml" in caught.value.zh


def test_an_operators_own_layout_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'network = "mobile"\nvalid_from = 2026-01-01\nsource = "x"\n[[columns]]\nzh = "号"\nfield = "sender"\n',
        "utf-8",
    )
    assert read_layout(path).row(FILING, {}) == ["10690000120012"]


def test_every_field_can_be_said_of_every_filing() -> None:
    for filing in (FILING, third_party()):
        for name, row in FIELDS.items():
            assert isinstance(row.value(filing, PLACES), str), name
