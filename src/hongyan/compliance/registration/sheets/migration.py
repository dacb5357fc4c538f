"""A sheet of what was registered elsewhere before: tenants, their signatures, codes and filings, one row for each number.

Which row is whose, and what of it is there already, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hongyan.compliance.model import SignSource
from hongyan.compliance.registration.networks import COUNTED, Network
from hongyan.compliance.registration.sheets.grid import Sheet, digits_of, is_rounded, text_of
from hongyan.compliance.registration.sheets.headings import Column, Heading, find_heading
from hongyan.compliance.registration.sheets.problems import sheet_problem
from hongyan.compliance.registration.sheets.words import Result, read_moment, read_result
from hongyan.kernel.clock import Millis
from hongyan.kernel.cn_carriers import carrier_named


class MigrationColumn(Enum):
    TENANT = "tenant"
    COMPANY = "company"
    USCC = "uscc"
    SIGN_NAME = "sign_name"
    SOURCE = "source"
    USE = "use"
    NETWORK = "network"
    NUMBER = "number"
    ACCESS = "access"
    CODE = "code"
    RESULT = "result"
    REFERENCE = "reference"
    FILED = "filed"
    ANSWERED = "answered"
    EVIDENCE = "evidence"


_M = MigrationColumn
MIGRATION_COLUMNS: Final[tuple[Column[MigrationColumn], ...]] = tuple(
    Column(means, zh, en, re.compile(words))
    for means, zh, en, words in (
        (_M.TENANT, "租户", "tenant", r"租户(?:名称?)?|账号(?:名称?)?|客户(?:名称?)?|tenant|account"),
        (_M.COMPANY, "企业名称", "enterprise", r"(?:企业|公司|主体|单位)(?:名称|全称)?|company(?:name)?"),
        (
            _M.USCC,
            "统一社会信用代码",
            "social credit code",
            r"(?:统一)?(?:社会)?(?:统一)?信用代码|uscc|creditcode",
        ),
        (_M.SIGN_NAME, "签名", "signature", r"(?:短信)?签名(?:内容|名称|名)?|signature|sign(?:name)?"),
        (_M.SOURCE, "签名来源", "source", r"签名(?:来源|类型)|source"),
        (_M.USE, "签名用途", "use", r"签名?用途|自用他用|自用或他用|use"),
        (_M.NETWORK, "运营商", "carrier", r"运营商|网络|carriers?|networks?|operators?"),
        (
            _M.NUMBER,
            "号码",
            "number",
            r"(?:完整|全)?(?:号码|端口号?|码号|全号|端口全号|接入号全号)|number|sender",
        ),
        (_M.ACCESS, "接入号", "access number", r"主?接入号码?|主端口号?|access(?:number|code)"),
        (
            _M.CODE,
            "扩展码",
            "extension code",
            r"扩展码?|扩展号码?|子端口号?|子码号?|extension(?:code)?|extcode",
        ),
        (_M.RESULT, "报备结果", "result", r"(?:报备|审核)?(?:结果|状态)|result|status"),
        (_M.REFERENCE, "报备编号", "reference", r"(?:报备|备案)?(?:编号|流水号?)|reference(?:id|no)?"),
        (_M.FILED, "报备时间", "filed on", r"(?:提交|报备|申请)(?:时间|日期)|filed(?:at|on)?"),
        (
            _M.ANSWERED,
            "通过时间",
            "accepted on",
            r"(?:通过|审核|完成|成功|生效|答复)(?:时间|日期)|accepted(?:at|on)?",
        ),
        (_M.EVIDENCE, "凭证", "evidence", r"凭证|证据|证明|依据|备注|说明|evidence|remarks?"),
    )
)
_WANTED: Final = (_M.TENANT, _M.SIGN_NAME, _M.NETWORK)
_ALL_NETWORKS: Final = re.compile(r"三网|全网|三家|三大运营商|all")
_BETWEEN: Final = re.compile(r"[、,，/;；|\s]+")
_SOURCES: Final = (
    (re.compile(r"商标"), SignSource.TRADEMARK),
    (re.compile(r"app|应用", re.IGNORECASE), SignSource.APP),
)
_LEFT_OUT: Final = re.compile(r"[-—–/\\]*|无|不详|未知|n/?a", re.IGNORECASE)
"""How people fill a cell for which they have nothing."""
_BRACKETS: Final = "【】[]［］〖〗"


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """`networks`: None when somebody is named whom nobody knows. `number`: of ACCESS and CODE together where there is no
    column for the whole. `rounded`: the spreadsheet has taken its end. `result`: as it was accepted, when there is no column
    for that; None for words that nobody knows. `unread`: a day is written that nobody can read. `cells`: as they are written,
    by the value of their MigrationColumn."""

    sheet: str
    row: int
    tenant: str
    company: str
    uscc: str
    sign_name: str
    source: SignSource
    third_party: bool
    networks: tuple[Network, ...] | None
    number: str
    rounded: bool
    result: Result | None
    reference: str
    filed_ms: Millis | None
    answered_ms: Millis | None
    unread: bool
    evidence: str
    cells: dict[str, str]


def read_migration(sheets: Sequence[Sheet]) -> list[MigrationRow]:
    """Raises Refused("sheet.no_heading", "sheet.same_column_twice")."""
    rows: list[MigrationRow] = []
    headed, found = False, set[str]()
    for sheet in sheets:
        heading = find_heading(sheet, MIGRATION_COLUMNS, None, least=3)
        if heading is None:
            continue
        found |= {each.zh for each in MIGRATION_COLUMNS if each.means in heading.columns}
        numbered = any(kind in heading.columns for kind in (_M.NUMBER, _M.ACCESS))
        if numbered and all(kind in heading.columns for kind in _WANTED):
            headed = True
            rows += _rows(sheet, heading)
    if not headed:
        wanted = "租户、签名、运营商、号码或接入号 (tenant, signature, carrier, number)"
        raise sheet_problem("sheet.no_heading", wanted=wanted, found="、".join(sorted(found)) or "-")
    return rows


def _rows(sheet: Sheet, heading: Heading[MigrationColumn]) -> Iterator[MigrationRow]:
    for row in range(heading.row + 1, len(sheet.rows)):
        texts = {kind: text_of(heading.cell(sheet, row, kind)) for kind in MigrationColumn}
        if not any(texts.values()):
            continue
        numbers = [heading.cell(sheet, row, kind) for kind in (_M.NUMBER, _M.ACCESS, _M.CODE)]
        whole, access, code = map(digits_of, numbers)
        said = texts[_M.RESULT]
        days = {kind: read_moment(heading.cell(sheet, row, kind)) for kind in (_M.FILED, _M.ANSWERED)}
        yield MigrationRow(
            sheet=sheet.name,
            row=row + 1,
            tenant=texts[_M.TENANT],
            company=texts[_M.COMPANY],
            uscc=texts[_M.USCC].upper(),
            sign_name=texts[_M.SIGN_NAME].strip(_BRACKETS).strip(),
            source=_source(texts[_M.SOURCE]),
            third_party="他用" in texts[_M.USE],
            networks=_networks(texts[_M.NETWORK]),
            number=whole or access + code,
            rounded=any(map(is_rounded, numbers)),
            result=read_result(said) if said else Result.ACCEPTED,
            reference=texts[_M.REFERENCE],
            filed_ms=days[_M.FILED],
            answered_ms=days[_M.ANSWERED],
            unread=any(day is None and not _LEFT_OUT.fullmatch(texts[kind]) for kind, day in days.items()),
            evidence=texts[_M.EVIDENCE],
            cells={kind.value: text for kind, text in texts.items() if text},
        )


def _networks(text: str) -> tuple[Network, ...] | None:
    if _ALL_NETWORKS.fullmatch(text.casefold()):
        return COUNTED
    named = [carrier_named(each) for each in _BETWEEN.split(text) if each]
    known = tuple(dict.fromkeys(each for each in named if each is not None))
    return known if known and None not in named else None


def _source(text: str) -> SignSource:
    return next((source for pattern, source in _SOURCES if pattern.search(text)), SignSource.ENTERPRISE)
