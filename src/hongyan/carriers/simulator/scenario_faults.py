"""What is wrong with a scenario, in words: where, what, and what may stand there instead; English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec import inspect

_NETWORK = re.compile(r"\[networks\.(\w+)\]: (.*)", re.DOTALL).fullmatch
_PLACE = re.compile(r"(.*) - at (?:`key` in )?`\$(.*)`", re.DOTALL).fullmatch
_KEY = " - at `key` in "
_STEPS = re.compile(r"\.(\w+)|\[(?:\.\.\.|\d+)\]")
_TYPES = {
    "str": ("a text", "文本"),
    "int": ("a whole number", "整数"),
    "float": ("a number", "数字"),
    "bool": ("true or false", "true 或 false"),
    "array": ("a list", "列表"),
    "object": ("a table", "表"),
}


class Words(NamedTuple):
    en: str
    zh: str


def _type(name: str) -> Words:
    return Words(*_TYPES.get(name, (name, name)))


def _found(name: str) -> Words:
    return Words("a fraction", "小数") if name == "float" else _type(name)


class _Row(NamedTuple):
    """A sentence of the reader's or of a check of ours. `words`: from its groups, and from what may stand at its place."""

    pattern: str
    words: Callable[[re.Match[str], Words], Words]


_ROWS = (
    _Row(
        r"Object contains unknown field `(.*)`",
        lambda said, may: Words(
            f"there is no key {said[1]}; there are {may.en}", f"没有键 {said[1]}；可用的键：{may.zh}"
        ),
    ),
    _Row(
        r"Object missing required field `(.*)`",
        lambda said, may: Words(f"{said[1]} is missing", f"缺少 {said[1]}"),
    ),
    _Row(
        r"Invalid enum value '?(.*?)'?",
        lambda said, may: Words(f"{said[1]!r} is none of {may.en}", f"{said[1]!r} 不在可选值之列：{may.zh}"),
    ),
    _Row(
        r"Expected `\w+` matching regex .*",
        lambda said, may: Words(f"it must be {may.en}", f"须为{may.zh}"),
    ),
    _Row(
        r"Expected `(\w+)` (>=|<=) (\S+)",
        lambda said, may: Words(
            f"it must be {_type(said[1]).en} {said[2]} {said[3]}",
            f"须为 {said[2]} {said[3]} 的{_type(said[1]).zh}",
        ),
    ),
    _Row(
        r"Expected `(\w+)` of length (>=|<=) (\S+)",
        lambda said, may: Words(
            f"it must be {_type(said[1]).en} of length {said[2]} {said[3]}",
            f"须为长度 {said[2]} {said[3]} 的{_type(said[1]).zh}",
        ),
    ),
    _Row(
        r"Expected `([\w |]+)`, got `(\w+)`",
        lambda said, may: Words(
            f"it must be {_any_of(said[1], 0)}, not {_found(said[2]).en}",
            f"须为{_any_of(said[1], 1)}，而不是{_found(said[2]).zh}",
        ),
    ),
    _Row(
        r"a rule needs a number, .*",
        lambda said, may: Words(said[0], "规则至少要有 number、sender、signature、content 之一"),
    ),
    _Row(
        r"content is no regular expression: (.*)",
        lambda said, may: Words(said[0], f"content 不是正则表达式：{said[1]}"),
    ),
    _Row(r"a delay must grow .*", lambda said, may: Words(said[0], "延迟须按 min、p50、p90、p99、max 递增")),
    _Row(r"networks have no networks", lambda said, may: Words(said[0], "networks 之内不能再有 networks")),
    _Row(
        r"this network does not dial .*",
        lambda said, may: Words(said[0], "该网络不会主动连接客户，因此不能有 listeners"),
    ),
    _Row(
        r"(\w+) and (\w+) are two ways to say the same",
        lambda said, may: Words(said[0], f"{said[1]} 与 {said[2]} 含义重复，只能取其一"),
    ),
)


def words_of(fault: str, of: type) -> Words:
    """The sentence of a failed conversion to `of`. One that is not known here stays as it is."""
    network = _NETWORK(fault)
    within, rest = (f"networks.{network[1]}", network[2]) if network else ("", fault)
    placed = _PLACE(rest)
    said, path = (placed[1], placed[2]) if placed else (rest, "")
    place = ".".join(filter(None, (within, path.removeprefix("."))))
    may = _may_stand(_type_at(inspect.type_info(of), path, key=_KEY in rest))
    for row in _ROWS:
        found = re.fullmatch(row.pattern, said, re.DOTALL)
        if found is not None:
            words = row.words(found, may)
            return Words(f"{place}: {words.en}", f"{place}：{words.zh}") if place else words
    return Words(fault, fault)


def _any_of(names: str, language: int) -> str:
    words = [_type(name)[language] for name in names.split(" | ") if name != "null"]
    return (" or ", "或")[language].join(words)


def _type_at(kind: inspect.Type, path: str, *, key: bool) -> inspect.Type:
    for name in _STEPS.findall(path):
        kind = _step(kind, name)
    return _bare(kind, inspect.DictType).key_type if key else kind  # type: ignore[attr-defined]  # it is one


def _step(kind: inspect.Type, name: str) -> inspect.Type:
    if name:
        struct = _bare(kind, inspect.StructType)
        assert isinstance(struct, inspect.StructType)
        return next(field.type for field in struct.fields if field.encode_name == name)
    many = _bare(kind, inspect.VarTupleType, inspect.DictType)
    return many.value_type if isinstance(many, inspect.DictType) else many.item_type  # type: ignore[attr-defined]


def _bare(kind: inspect.Type, *wanted: type[inspect.Type]) -> inspect.Type:
    """Without what is only said about it; of several, the one that is wanted."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return next(each for each in map(_bare, kind.types) if isinstance(each, wanted))
    return kind


def _may_stand(kind: inspect.Type) -> Words:
    """What there is to choose from, or how it must look."""
    if isinstance(kind, inspect.Metadata):
        return Words(**kind.extra) if kind.extra else _may_stand(kind.type)
    if isinstance(kind, inspect.UnionType):
        parts = [_may_stand(each) for each in kind.types if not isinstance(each, inspect.NoneType)]
        return Words(" or ".join(each.en for each in parts), "，或".join(each.zh for each in parts))
    if isinstance(kind, inspect.StructType):
        return _listed(field.encode_name for field in kind.fields)
    if isinstance(kind, inspect.LiteralType):
        return _listed(map(str, kind.values))
    return _type(type(kind).__name__.removesuffix("Type").lower())


def _listed(names: Iterable[str]) -> Words:
    names = list(names)
    return Words(", ".join(names), "、".join(names))
