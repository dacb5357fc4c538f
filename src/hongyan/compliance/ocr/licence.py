"""Business licences and certificates of institutions. Pure.

Labels by 国市监注〔2018〕253号 (licences: companies, branches, sole traders, partnerships) and the certificates of public
institutions and social organizations, on which the same things are called differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from hongyan.compliance.ocr.codes import codes
from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Sheet, Span
from hongyan.compliance.ocr.periods import FOR_EVER, days, periods
from hongyan.compliance.ocr.reading import Found, PaperKind, Reading, read_with
from hongyan.compliance.ocr.recognised import PageText, PaperText

_NAME: Final = ("名称", "企业名称", "单位名称", "机构名称", "字号名称")
_PERSON: Final = (
    *("法定代表人", "负责人", "经营者", "投资人", "执行事务合伙人", "法定代表人(负责人)"),
    *("法定代表人/负责人", "经营者姓名", "法人代表"),
)
_ADDRESS: Final = ("住所", "营业场所", "经营场所", "主要经营场所", "住所(经营场所)", "地址", "注册地址")
_TERM: Final = ("营业期限", "经营期限", "合伙期限", "有效期限", "有效期", "证书有效期")
_FOUNDED: Final = ("成立日期", "注册日期")
_OTHERS: Final = (
    *("统一社会信用代码", "注册号", "类型", "主体类型", "经营范围", "注册资本", "出资额", "组成形式"),
    *("登记机关", "宗旨和业务范围", "业务范围", "经费来源", "开办资金", "举办单位", "业务主管单位"),
    *("发证机关", "发证日期", "核准日期", "证照编号", "编号", "二维码"),
)
LABELS: Final = Labels(frozenset((*_NAME, *_PERSON, *_ADDRESS, *_TERM, *_FOUNDED, *_OTHERS)), glued=True)
_HALVES: Final = Labels(LABELS.known | {"名", "住"}, glued=False)
"""Of 名　称 and 住　所 the model sometimes misses the second character, they stand so far apart."""
_EVER: Final = ("长期", "永久", "不约定期限", "无固定期限")


def read_licence(paper: PaperText) -> Reading:
    return read_with(_extract, PaperKind.LICENCE, paper)


def _extract(sheet: Sheet, _: PageText) -> Iterator[Found]:
    for name, labels, half in (
        ("company_name", _NAME, ("名",)),
        ("legal_representative", _PERSON, ()),
        ("address", _ADDRESS, ("住",)),
    ):
        for value in chain(LABELS.values(sheet, labels), _HALVES.values(sheet, half)):
            yield name, value.text, value.cells, 1.0
            break
    flow = sheet.flow
    for code in codes(flow.text):
        yield "uscc", code.text, tuple(flow.cells([Span(code.start, code.end)])), 1.0
    yield from _validity(sheet)


def _validity(sheet: Sheet) -> Iterator[Found]:
    """A period; or "for ever" alone, from the day on which the company was founded."""
    founded = next(LABELS.values(sheet, _FOUNDED), None)
    for value in LABELS.values(sheet, _TERM):
        for period in periods(value.text):
            yield "validity", period.text, value.cells, 1.0
            return
        first = next(days(founded.text), None) if founded else None
        if founded and first and any(word in value.text for word in _EVER):
            yield "validity", f"{first.text}~{FOR_EVER.isoformat()}", (*founded.cells, *value.cells), 1.0
