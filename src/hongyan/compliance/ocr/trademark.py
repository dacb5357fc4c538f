"""Pictures of a trademark's page at the trademark office. Pure.

Seed 000 demands of one: the page's address is visible, the mark and its applicant can be read, the status is "registered".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Sheet
from hongyan.compliance.ocr.periods import periods
from hongyan.compliance.ocr.reading import Found, PaperKind, Reading, read_with
from hongyan.compliance.ocr.recognised import PageText, PaperText

OFFICE: Final = ("cnipa.gov.cn", "sbj.saic.gov.cn", "ctmo.gov.cn")
"""Hosts of the trademark office, today's and those of older pictures, and everything below them."""
REGISTERED: Final = "已注册"
"""The status that seed 000 demands."""
_ADDRESS: Final = re.compile(
    r"(?:https?:/{1,2})?((?:[a-z0-9-]+\.)+[a-z]{2,})(?::[0-9]+)?(?:/[!-~]*)?", re.IGNORECASE
)
_NAME: Final = ("商标名称", "商标", "商标文字")
_APPLICANT: Final = (
    *("申请人名称(中文)", "申请人名称", "申请人中文名称", "申请人", "注册人", "注册人名称", "权利人"),
    *("商标注册人", "注册人名称(中文)"),
)
_NUMBER: Final = ("申请/注册号", "注册号", "申请号/注册号", "商标注册号", "注册/申请号", "申请号")
_STATUS: Final = ("商标状态", "法律状态", "当前状态", "商标流程状态", "状态", "商标状态图标")
_TERM: Final = ("专用权期限", "有效期", "商标有效期", "注册有效期限", "专用期限")
_OTHERS: Final = (
    *("商品/服务", "类似群", "国际分类", "申请日期", "申请人名称(英文)", "申请人地址(中文)"),
    *("申请人地址(英文)", "申请人地址", "初审公告期号", "注册公告期号", "初审公告日期", "注册公告日期"),
    *("是否共有商标", "商标类型", "商标形式", "商标详情", "代理/办理机构", "代理机构", "后期指定日期"),
    *("国际注册日期", "优先权日期", "商标流程", "类别", "商标公告"),
)
LABELS: Final = Labels(frozenset((*_NAME, *_APPLICANT, *_NUMBER, *_STATUS, *_TERM, *_OTHERS)), glued=False)
_DIGITS: Final = re.compile(r"G?[0-9]{4,12}[A-Z]?")
_SAYS_REGISTERED: Final = re.compile(r"^(?:商标)?(?:已注册|注册)(?:商标)?$|LIVE/?REGISTRATION", re.IGNORECASE)


def is_office(address: str) -> bool:
    """Whether a page is the trademark office's own."""
    found = _ADDRESS.fullmatch(address)
    host = found.group(1).lower() if found else ""
    return any(host == each or host.endswith(f".{each}") for each in OFFICE)


def read_trademark(paper: PaperText) -> Reading:
    return read_with(_extract, PaperKind.TRADEMARK, paper)


def _extract(sheet: Sheet, _: PageText) -> Iterator[Found]:
    for cell in sheet.cells:
        if "." in cell.text and (found := _ADDRESS.search(cell.text)):
            yield "page_address", found.group(), (cell.piece(*found.span()),), 1.0
            break
    for name, labels in (("name", _NAME), ("applicant", _APPLICANT)):
        for value in LABELS.values(sheet, labels):
            yield name, value.text, value.cells, 1.0
            break
    for value in LABELS.values(sheet, _NUMBER):
        if number := _DIGITS.search(value.text):
            yield "registration_number", number.group(), value.cells, 1.0
            break
    for value in LABELS.values(sheet, _STATUS):
        yield "status", REGISTERED if _SAYS_REGISTERED.search(value.text) else value.text, value.cells, 1.0
        break
    for value in LABELS.values(sheet, _TERM):
        for period in periods(value.text):
            yield "validity", period.text, value.cells, 1.0
            return
