"""Names of places at the beginning of licence names: 浙江省杭州市, 上海, 内蒙古, 浦东新区.

Full names come from the table of administrative divisions that python-stdnum carries (with those of former times, because
companies keep old names), short ones from the same table and from `words/places.toml`. A name may belong to several
divisions (朝阳 is a city and a district), so each has a set of codes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from hongyan.compliance.rules.core import Span
from hongyan.compliance.rules.vocabulary import table

COUNTRY: Final = "中国"
_ROW: Final = re.compile(r'^ *([0-9]+) (province|county)="([^"]*)"$')
_TERM: Final = re.compile(r"(?:\[([0-9]*)-([0-9]*)\])?(.+)")
_NO_NAMES: Final = frozenset({"市辖区", "县", "市", "郊区", "城区", "矿区", "林区", "市区"})
_NO_PLACE: Final = re.compile("直辖.*行政")
_PEOPLES: Final = (
    "壮|回|维吾尔|藏|羌|彝|苗|侗|布依|傣|景颇|傈僳|白|哈尼|朝鲜|土家|蒙古|哈萨克|柯尔克孜|满|黎|瑶|畲|土|撒拉|东乡|保安|"
    "裕固|锡伯|塔吉克|达斡尔|鄂伦春|鄂温克|仡佬|水|仫佬|毛南|佤|拉祜|纳西|独龙|怒|普米|布朗|各"
)
_ENDINGS: Final = re.compile(
    f"(?:特别行政区|特別行政區|(?:(?:{_PEOPLES})族?)*自治[区州县旗]|省|市|地区|新区|区|县|盟|旗)$"
)
_MIDDLE: Final = re.compile("(?:省|市|区|县|州|盟|旗)$")


@dataclass(frozen=True, slots=True)
class _Division:
    code: str
    name: str
    current: bool


def _divisions() -> Iterator[_Division]:
    province = ""
    for line in (resources.files("stdnum.cn") / "loc.dat").read_text("utf-8").splitlines():
        row = _ROW.match(line)
        if row is None:
            continue
        code, level, names = row.groups()
        if level == "province":
            province = code
        for term in names.split(","):
            found = _TERM.fullmatch(term)
            assert found, "the table has names and years"
            _, until, name = found.groups()
            if name not in _NO_NAMES and not _NO_PLACE.search(name):
                yield _Division(
                    (province + (code if level == "county" else "")).ljust(6, "0"), name, not until
                )


def _prefix(code: str) -> str:
    """The pairs of digits that count: 330000 -> 33, 330100 -> 3301."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


@cache
def _gazetteer() -> Mapping[str, frozenset[str]]:
    """Name -> prefixes of the codes of the divisions that are called so."""
    found: dict[str, set[str]] = defaultdict(set)
    bare: dict[str, set[str]] = defaultdict(set)
    exceptions = words_of("exceptions", "not_places")
    for division in _divisions():
        prefix = _prefix(division.code)
        found[division.name].add(prefix)
        bare[_ENDINGS.sub("", division.name)].add(prefix)
        short = division.name.removesuffix("市")
        if division.current and len(prefix) == 4 and len(short) > 1 and short not in exceptions:
            found[short].add(prefix)
    for section in ("provinces", "areas"):
        for code, names in table("places")[section].items():
            for name in names.split():
                found[name].add(code)
    for key in ("prefectures", "counties"):
        for name in words_of("cities", key):
            found[name] |= bare[name]
    found[COUNTRY].add("")
    return {name: frozenset(prefixes) for name, prefixes in found.items()}


def words_of(section: str, key: str) -> frozenset[str]:
    """A list of `words/places.toml`."""
    return frozenset(table("places")[section][key].split())


@cache
def _longest() -> int:
    return max(map(len, _gazetteer()))


def is_place(text: str) -> bool:
    return text in _gazetteer()


def is_unique(text: str) -> bool:
    """Only one division is called so, and a province or a city is enough to tell."""
    prefixes = _gazetteer()[text]
    return len(prefixes) == 1 or any(len(prefix) <= 4 for prefix in prefixes)


def chain(text: str, start: int = 0) -> tuple[Span, ...]:
    """The places that follow each other from `start` on, each inside the one before: 浙江省 杭州市 西湖区."""
    found: list[Span] = []
    inside: frozenset[str] = frozenset({""})
    while True:
        for end in range(min(len(text), start + _longest()), start + 1, -1):
            here = _gazetteer().get(text[start:end], frozenset())
            deeper = frozenset(each for each in here if _lies_in(each, inside, first=not found))
            if deeper:
                found.append((start, end))
                start, inside = end, deeper
                break
        else:
            return tuple(found)


def _lies_in(prefix: str, outer: frozenset[str], *, first: bool) -> bool:
    return first or any(prefix.startswith(each) and len(prefix) > len(each) for each in outer)


def full_name_in(text: str) -> Span | None:
    """The first place in a text that is written with its rank (杭州市), wherever it stands."""
    for start in range(len(text)):
        for end in range(min(len(text), start + _longest()), start + 2, -1):
            if text[start:end] in _gazetteer() and _MIDDLE.search(text[start:end]):
                return (start, end)
    return None


def short_name(place: str) -> str:
    """杭州市 -> 杭州, 广西壮族自治区 -> 广西; the place itself when what remains is no place."""
    short = _ENDINGS.sub("", place)
    return short if is_place(short) else place


def names_of_places() -> frozenset[str]:
    """All of them, full and short."""
    return frozenset(_gazetteer())
