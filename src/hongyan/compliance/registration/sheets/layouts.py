"""A carrier's column template: which columns its filing sheet has, what fills them, and which may not stay empty.

Dated data, one TOML file per network, with the source; carriers and resellers change theirs as they like, so an operator may
bring his own file of the same shape.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from hongyan.compliance.registration.networks import NETWORKS, Network
from hongyan.compliance.registration.registrars.port import Filing
from hongyan.compliance.registration.sheets.fields import FIELDS, Places
from hongyan.kernel.errors import Misconfigured

_FOLDER: Final = Path(__file__).parent / "layouts"
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class LayoutColumn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`zh`: the heading. `field`: a name of FIELDS, "" for a column of fixed `text`. `when`: whose rows need it. `day`: how
    days are written. `values`: our word -> the carrier's. `most`: characters."""

    zh: Text
    field: str = ""
    text: str = ""
    required: bool = False
    when: Literal["always", "third_party", "trademark"] = "always"
    day: Literal["", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"] = ""
    values: dict[str, str] = {}
    most: Annotated[int, msgspec.Meta(ge=1, le=32_767)] = 32_767


class Layout(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`title`: a line above the heading, "" for none. `encoding`: of CSV files."""

    network: Literal["mobile", "unicom", "telecom", "broadnet"]
    valid_from: date
    source: Text
    columns: Annotated[tuple[LayoutColumn, ...], msgspec.Meta(min_length=1, max_length=150)]
    title: str = ""
    sheet: Annotated[str, msgspec.Meta(min_length=1, max_length=31)] = "报备"
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig"

    def row(self, filing: Filing, places: Places) -> list[str]:
        """The cells of one filing."""
        return [_cell(column, filing, places) for column in self.columns]

    def missing(self, filing: Filing, places: Places) -> list[str]:
        """Headings of the columns that this filing must fill and cannot."""
        return [column.zh for column in self._empty(filing, places)]

    def unsaid(self, filing: Filing, places: Places) -> list[tuple[str, str]]:
        """Of these, what the operator has to say: table and key of the file of HONGYAN_FILING."""
        rows = [FIELDS[column.field] for column in self._empty(filing, places) if column.field]
        return [row.said_in for row in rows if row.said_in is not None]

    def _empty(self, filing: Filing, places: Places) -> list[LayoutColumn]:
        return [
            column
            for column in self.columns
            if column.required and _needed(column, filing) and not _cell(column, filing, places)
        ]

    def too_long(self, filing: Filing, places: Places) -> list[str]:
        """Headings of the columns that have no room for what this filing says."""
        return [column.zh for column in self.columns if len(_cell(column, filing, places)) > column.most]


def _needed(column: LayoutColumn, filing: Filing) -> bool:
    match column.when:
        case "third_party":
            return filing.signature.third_party
        case "trademark":
            return filing.trademark is not None
        case _:
            return True


def _cell(column: LayoutColumn, filing: Filing, places: Places) -> str:
    value = FIELDS[column.field].value(filing, places).strip() if column.field else column.text
    if column.day:
        value = "~".join(_day(part, column.day) for part in value.split("~")) if value else ""
    return column.values.get(value, value)


def _day(text: str, how: str) -> str:
    try:
        return date.fromisoformat(text).strftime(how)
    except ValueError:
        return text


@cache
def _shipped() -> tuple[Layout, ...]:
    return tuple(read_layout(path) for path in sorted(_FOLDER.glob("*.toml")))


def layout_on(network: Network, day: date) -> Layout:
    """The newest of ours that is in force."""
    found = [each for each in _shipped() if each.network == network and each.valid_from <= day]
    if not found:
        raise _unfit(
            _FOLDER, f"no layout of {network} on {day}", f"{day} 没有 {NETWORKS[network].words.zh} 的模板"
        )
    return max(found, key=lambda each: each.valid_from)


def read_layout(path: Path) -> Layout:
    """Raises Misconfigured("registration.layout")."""
    try:
        layout = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Layout)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _unfit(path, str(error), str(error)) from None
    for column in layout.columns:
        if column.field and column.field not in FIELDS:
            known = ", ".join(FIELDS)
            raise _unfit(
                path,
                f"column {column.zh} has the field {column.field}, which is none of {known}",
                f"列“{column.zh}”的字段 {column.field} 无效，可用字段：{known}",
            )
        if bool(column.field) == bool(column.text):
            raise _unfit(
                path,
                f"column {column.zh} needs either a field or a fixed text",
                f"列“{column.zh}”应指定字段或固定文本之一",
            )
    return layout


def _unfit(path: Path, en: str, zh: str) -> Misconfigured:
    return Misconfigured(
        "registration.layout",
        en=f"the column template {path.name} cannot be used: {en}",
        zh=f"列模板 {path.name} 不可用：{zh}",
    )
