"""Finds every error code of the product by reading its source: what docs/errors.md must list.

A code is the first argument of one of our errors (`Refused("number.malformed", …)`), of `Refusal` (an outcome of the
store), or of a function that hands its own argument on to one of them. Codes that come from a table at run time
are read from that table; TABLES and PASSED_ON say which, so that a new computed code cannot slip by.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "hongyan"
ROOT_CLASSES = ("Refused", "Throttled", "RemoteFault", "Misconfigured", "Broken")
STORE_OUTCOME = "Refusal"

Words = tuple[str, str]


@dataclass(frozen=True)
class ErrorCode:
    """One code. `kinds`: classes that carry it; `words`: its different sentences (English, Chinese) with {facts}, none
    when only the store knows it; `places`: modules that raise it."""

    code: str
    kinds: tuple[str, ...]
    words: tuple[Words, ...]
    places: tuple[str, ...]


def _rows_of(module: str, name: str) -> Mapping[str, Words]:
    found: Mapping[str, Words] = getattr(import_module(f"hongyan.{module}"), name)
    return found


def _phone_code_limits() -> Mapping[str, Words]:
    limits = import_module("hongyan.compliance.phone_codes")._LIMITS
    return {limit.code: (limit.en, limit.zh) for limit in limits}


def _attributes() -> Mapping[str, Words]:
    module = import_module("hongyan.compliance.attributes")
    words = (
        "the value of {name} does not fit its attribute {attribute}",
        "变量 {name} 的值不符合变量属性 {attribute}",
    )
    return dict.fromkeys((module.TOO_LONG, module.HAS_LINK, module.INVALID), words)


def _registration() -> Mapping[str, Words]:
    rows = import_module("hongyan.messaging.route")._STOPPED.values()
    return {code: (en, zh) for code, en, zh in rows}


def _freezes() -> Mapping[str, Words]:
    rows = import_module("hongyan.compliance.freezes").ROWS
    return {row.code: (f"{row.en}: {{because}}", f"{row.zh}：{{because}}") for row in rows}


def _door() -> Mapping[str, Words]:
    rows = import_module("hongyan.apis.rest.errors").DOOR
    return {code: (row.en, row.zh) for code, row in rows.items()}


TABLES: Mapping[str, Callable[[], Mapping[str, Words]]] = {
    "apis.rest.errors.door_refusal": _door,
    "compliance.refusals.refusal": lambda: _rows_of("compliance.refusals", "REFUSALS"),
    "compliance.phone_codes._check_limits": _phone_code_limits,
    "compliance.registration.sheets.problems.sheet_problem": lambda: _rows_of(
        "compliance.registration.sheets.problems", "SHEET_PROBLEMS"
    ),
    "compliance.templates.driving.driving_refusal": lambda: _rows_of(
        "compliance.templates.driving", "REFUSALS"
    ),
    "messaging.accept._error": lambda: _rows_of("messaging.accept", "_REFUSALS"),
    "messaging.accept.check_not_frozen": _freezes,
    "messaging.render.render": _attributes,
    "messaging.route.stopped_by_registration": _registration,
}
"""Functions that refuse with a code from a table -> the table."""

PASSED_ON = {
    "carriers.simulator.control._facts": "the simulator's own refusals, raised again on our side of its socket",
    "compliance.reviews": "problems that the rules found, by their rows in REFUSALS",
    "identity.changes.commit_change": "outcomes of the store",
    "messaging.accept._error": "outcomes of the store",
    "server.admin_socket._commit": "what the store answered",
    "storage.postgres.admission.refuse": "the code of the frequency limit that was full",
    "storage.sqlite.engine._refuse": "the code of the frequency limit that was full",
    "storage.sqlite.store.open": "what the writer process said",
}
"""Functions that hand on a code somebody else has raised."""


class CodeUnknown(Exception):
    """A code is computed in a function that neither TABLES nor PASSED_ON names."""


@dataclass(frozen=True)
class _Source:
    module: str
    tree: ast.Module


@dataclass(frozen=True)
class _Wrapper:
    """A function whose parameter becomes the code of an error."""

    kind: str
    parameters: tuple[str, ...]
    code: str
    en: ast.expr | None
    zh: ast.expr | None


@cache
def error_codes(package: Path = PACKAGE) -> Mapping[str, ErrorCode]:
    """Every code, sorted. Reading the whole source takes seconds: once. Raises CodeUnknown."""
    sources = [
        _Source(_name(path, package), ast.parse(path.read_text("utf-8")))
        for path in sorted(package.rglob("*.py"))
    ]
    kinds = _error_classes(sources)
    found: list[tuple[str, str, Words, str]] = []
    for source in sources:
        found += _Reader(source, kinds).codes()
    return dict(sorted(_grouped(found).items()))


def _name(path: Path, package: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _grouped(found: list[tuple[str, str, Words, str]]) -> dict[str, ErrorCode]:
    codes: dict[str, ErrorCode] = {}
    for code, kind, words, place in found:
        known = codes.get(code, ErrorCode(code, (), (), ()))
        sentences = dict.fromkeys((*known.words, words)) if words[0] else known.words
        codes[code] = ErrorCode(
            code, tuple(sorted({*known.kinds, kind})), tuple(sentences), tuple(sorted({*known.places, place}))
        )
    return codes


def _error_classes(sources: list[_Source]) -> dict[str, str]:
    """Class name -> which of ROOT_CLASSES it is."""
    kinds = {name: name for name in ROOT_CLASSES} | {STORE_OUTCOME: STORE_OUTCOME}
    classes = [node for source in sources for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    grew = True
    while grew:
        grew = False
        for node in classes:
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in kinds and node.name not in kinds:
                    kinds[node.name] = kinds[base.id]
                    grew = True
    return kinds


class _Reader:
    """One module."""

    def __init__(self, source: _Source, kinds: Mapping[str, str]) -> None:
        self._source = source
        self._kinds = kinds
        self._wrappers: dict[str, _Wrapper] = {}
        for function, call, kind in self._errors():
            wrapper = _as_wrapper(function, call, kind)
            if wrapper is not None:
                self._wrappers[function.name] = wrapper

    def codes(self) -> Iterator[tuple[str, str, Words, str]]:
        module = self._source.module
        for function, call, kind in self._errors():
            if not call.args or _as_wrapper(function, call, kind) is not None:
                continue
            literal = _literals(call.args[0])
            if literal:
                yield from ((code, kind, _words(call, {}), module) for code in literal)
            else:
                yield from self._from_table(function, kind)
        for function, call in self._calls():
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            wrapper = self._wrappers.get(name)
            if wrapper is None or f"{module}.{name}" in TABLES:
                continue
            given = dict(zip(wrapper.parameters, call.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
            literal = _literals(given[wrapper.code])
            words = (_text(wrapper.en, given), _text(wrapper.zh, given))
            if literal:
                yield from ((code, wrapper.kind, words, module) for code in literal)
            else:
                yield from self._from_table(function, wrapper.kind)
        for name, wrapper in self._wrappers.items():
            if f"{module}.{name}" in TABLES:
                yield from self._table(f"{module}.{name}", wrapper.kind)

    def _from_table(self, function: ast.FunctionDef, kind: str) -> Iterator[tuple[str, str, Words, str]]:
        name = f"{self._source.module}.{function.name}"
        if name in TABLES and kind == "Refused":
            yield from self._table(name, kind)
        elif name not in PASSED_ON:
            raise CodeUnknown(f"{name} computes an error code; name its table in docs/error_codes.py")

    def _table(self, name: str, kind: str) -> Iterator[tuple[str, str, Words, str]]:
        for code, words in TABLES[name]().items():
            yield code, kind, words, self._source.module

    def _errors(self) -> Iterator[tuple[ast.FunctionDef, ast.Call, str]]:
        """Calls that make an error, with the function around them. `super().__init__("code", …)` of an error class
        is one too."""
        for node in ast.walk(self._source.tree):
            if isinstance(node, ast.ClassDef) and node.name in self._kinds:
                for function, call in _calls_in(node):
                    if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
                        yield function, call, self._kinds[node.name]
        for function, call in self._calls():
            if isinstance(call.func, ast.Name) and call.func.id in self._kinds.keys() - _OWN_CODE:
                yield function, call, self._kinds[call.func.id]

    def _calls(self) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
        yield from _calls_in(self._source.tree)


_OWN_CODE = frozenset({"FieldError", "FrameError"})
"""Errors whose class knows the code: their constructors take facts."""
_MODULE = ast.parse("def module(): pass").body[0]


def _calls_in(root: ast.AST) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    assert isinstance(_MODULE, ast.FunctionDef)
    waiting: list[tuple[ast.AST, ast.FunctionDef]] = [(root, _MODULE)]
    while waiting:
        node, function = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield function, child
            inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            waiting.append((child, inner))  # type: ignore[arg-type]


def _as_wrapper(function: ast.FunctionDef, call: ast.Call, kind: str) -> _Wrapper | None:
    parameters = tuple(each.arg for each in (*function.args.posonlyargs, *function.args.args))
    if call.args and isinstance(first := call.args[0], ast.Name) and first.id in parameters:
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        return _Wrapper(kind, parameters, first.id, words.get("en"), words.get("zh"))
    return None


def _literals(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _literals(body) + _literals(orelse)
        case _:
            return []


def _words(call: ast.Call, given: Mapping[str, ast.expr]) -> Words:
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    return _text(words.get("en"), given), _text(words.get("zh"), given)


def _text(node: ast.expr | None, given: Mapping[str, ast.expr]) -> str:
    """A sentence as written: facts in braces; "" when it is computed elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, given) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if _text(given.get(name), {}):
            return _text(given[name], {})
        case ast.FormattedValue(value=value):
            return "{" + _short(value) + "}"
        case ast.Name(id=name) if name in given:
            return _text(given[name], {})
        case _:
            return ""


def _short(node: ast.expr) -> str:
    """A fact's name for people: the last word of `settings.port` or of `len(content)`."""
    match node:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(args=[first, *_]):
            return _short(first)
        case ast.BoolOp(values=[first, *_]) | ast.BinOp(left=first):
            return _short(first)
        case _:
            return "…"
