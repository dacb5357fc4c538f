"""The lists of this folder as one table, indexed by every form that a code is written in. Read once."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from hongyan.carriers.codes.forms import form_of
from hongyan.carriers.codes.model import Actor, Certainty, CodeClass, CodeRow, Phase
from hongyan.kernel.errors import Retry
from hongyan.messaging.states import MessageState

FOLDER = Path(__file__).parent
LISTS = ("cmpp", "china_mobile", "sgip", "smgp", "smpp", "families", "providers", "own")
"""Files, in the order in which their rows are shown."""

_LARGEST = 0xFFFF_FFFF
_VENDOR_PREFIX = "ESME_"


class ClassRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows from a class unless a row says otherwise."""

    zh: str
    en: str
    state: MessageState
    who: Actor
    retry: Retry
    advice_zh: str
    advice_en: str


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    code_class: CodeClass = msgspec.field(name="class")
    zh: str
    en: str
    name: str = ""
    state: MessageState | None = None
    who: Actor | None = None
    retry: Retry | None = None
    certainty: Certainty | None = None
    advice_zh: str = ""
    advice_en: str = ""


class _List(msgspec.Struct, forbid_unknown_fields=True):
    """`codes`, `families` and `ranges`: several with the same meaning share a line, with blanks between them. `advice_zh`,
    `advice_en`: of rows that give none, instead of their classes'."""

    protocols: tuple[str, ...]
    phase: Phase
    certainty: Certainty
    source: str
    as_of: date
    advice_zh: str = ""
    advice_en: str = ""
    codes: dict[str, _Code] = {}
    families: dict[str, _Code] = {}
    ranges: dict[str, _Code] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    lists: list[_List] = msgspec.field(name="list")


@dataclass(frozen=True, slots=True)
class RangeRow:
    """Every number from `first` to `last`."""

    first: int
    last: int
    row: CodeRow


@dataclass(frozen=True, slots=True)
class CodeTable:
    """`codes` by key, `families` by letters; both keep the order of the lists."""

    rows: tuple[CodeRow, ...]
    classes: Mapping[CodeClass, ClassRow]
    codes: Mapping[str, tuple[CodeRow, ...]]
    families: Mapping[str, tuple[CodeRow, ...]]
    ranges: tuple[RangeRow, ...]


@cache
def code_table() -> CodeTable:
    """The table. It takes some 20 ms, the first time."""
    classes = msgspec.convert(
        tomllib.loads((FOLDER / "classes.toml").read_text("utf-8")), dict[CodeClass, ClassRow]
    )
    rows: list[CodeRow] = []
    ranges: list[RangeRow] = []
    codes: dict[str, list[CodeRow]] = defaultdict(list)
    families: dict[str, list[CodeRow]] = defaultdict(list)
    for each in _lists():
        for row in _rows(each, each.codes, classes):
            rows.append(row)
            for key in _keys(row):
                codes[key].append(row)
        for row in _rows(each, each.families, classes):
            rows.append(row)
            families[row.code].append(row)
        for row in _rows(each, each.ranges, classes):
            rows.append(row)
            ranges.append(_range(row))
    return CodeTable(
        tuple(rows),
        MappingProxyType(classes),
        MappingProxyType({key: tuple(found) for key, found in codes.items()}),
        MappingProxyType({letters: tuple(found) for letters, found in families.items()}),
        tuple(ranges),
    )


def _range(row: CodeRow) -> RangeRow:
    """`100-199`, or `200+`: as far as four octets go."""
    first, _, last = row.code.removesuffix("+").partition("-")
    return RangeRow(int(first, 0), int(last, 0) if last else _LARGEST, row)


def _lists() -> Iterator[_List]:
    for name in LISTS:
        text = (FOLDER / f"{name}.toml").read_text("utf-8")
        yield from msgspec.convert(tomllib.loads(text), _File).lists


def _rows(of: _List, found: Mapping[str, _Code], classes: Mapping[CodeClass, ClassRow]) -> Iterator[CodeRow]:
    for names, code in found.items():
        facts = classes[code.code_class]
        retry = code.retry or facts.retry
        for name in names.split():
            yield CodeRow(
                code=name,
                protocols=of.protocols,
                phase=of.phase,
                code_class=code.code_class,
                zh=code.zh,
                en=code.en,
                state=code.state or _state(of.phase, retry, facts),
                who=code.who or facts.who,
                advice_zh=code.advice_zh or of.advice_zh or facts.advice_zh,
                advice_en=code.advice_en or of.advice_en or facts.advice_en,
                retry=retry,
                certainty=code.certainty or of.certainty,
                source=of.source,
                as_of=of.as_of,
                name=code.name,
            )


def _state(phase: Phase, retry: Retry, facts: ClassRow) -> MessageState:
    """A message that was not logged in for, or is answered "later", waits where it was."""
    if phase is Phase.LOGIN or (phase is Phase.ANSWER and retry is Retry.LATER):
        return MessageState.ACCEPTED
    return facts.state


def _keys(row: CodeRow) -> dict[str, None]:
    """Everything that finds a row: its code, the err of a pair alone, its name with and without the prefix."""
    form = form_of(row.code)
    keys = dict.fromkeys((form.key, row.name, row.name.removeprefix(_VENDOR_PREFIX)))
    if form.err:
        keys[form.err] = None
    keys.pop("", None)
    return keys
