"""Writes the parts of the docs that come from code: `python docs/write_tables.py`.

Each stands between `<!-- from code: NAME -->` and `<!-- end -->` in a Markdown file, and speaks the language of its page. A
test runs the same functions and fails when a file says something else, so a table in the docs cannot grow old.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import partial
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from error_codes import PACKAGE, ErrorCode, error_codes
from languages import CHINESE, DOCS, ROOT, WORDS, Language, language_of
from vendor_errors import vendor_errors

import hongyan
from hongyan.apis.aliyun import errors as vendor
from hongyan.apis.aliyun.oss import answers as storage
from hongyan.apis.aliyun.registry import BUILT
from hongyan.apis.rest.route import Who
from hongyan.apis.rest.table import ROUTES
from hongyan.carriers.channels.fields import (
    PROTOCOLS,
    REQUIRED,
    Field,
    default_of,
    own_fields,
    shared_fields,
)
from hongyan.carriers.channels.rules import RULES
from hongyan.carriers.channels.settings import ProtocolName
from hongyan.carriers.codes import CodeRow, code_table, words
from hongyan.compliance import health, review
from hongyan.compliance.ocr import PAPER_RULES
from hongyan.compliance.papers.formats import FORMATS, Use
from hongyan.compliance.promises import ALWAYS, HOUR_MS, PROMISES, every_day
from hongyan.compliance.rules import PAPERS, SIGNATURE_RULES, Rule, Words
from hongyan.compliance.rules.signatures.industries import NEEDS
from hongyan.compliance.rules.templates import TEMPLATE_RULES
from hongyan.config import PREFIX, Settings
from hongyan.kernel.states import StateTable, diagram
from hongyan.messaging.route import REASONS

_BLOCK = re.compile(r"(<!-- from code: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


# -- settings ------------------------------------------------------------------------------------------------


def settings(language: Language) -> str:
    """Every variable, its default and what it does."""
    rows = []
    for item in fields(Settings):
        default = language.say("not shown") if not item.repr and item.default else item.default
        name = _code(PREFIX + item.name.upper()) + ("" if item.repr else language.say(" (secret)"))
        rows.append((name, _code(default) or language.say("empty"), language.say(item.metadata["words"])))
    return language.table(("variable", "default", "what it is"), rows)


# -- states --------------------------------------------------------------------------------------------------


def state_tables() -> list[StateTable[Any, Any]]:
    """Every machine of the product, by the order of its rooms."""
    found: dict[str, StateTable[Any, Any]] = {}
    for module in pkgutil.walk_packages(hongyan.__path__, "hongyan."):
        if module.name.endswith(".states"):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, StateTable):
                    found[value.name] = value
    return sorted(found.values(), key=lambda machine: machine.name)


def states(language: Language) -> str:
    """Diagram and table of each machine."""
    sections = []
    for machine in state_tables():
        rows = [
            (
                *map(_code, (row.before.value, row.event.value, row.after.value)),
                language.say(row.actor),
                row.source,
            )
            for row in machine.rows
        ]
        table = language.table(("in state", "event", "leads to", "by", "source"), rows)
        sections.append(
            f"## {language.say(machine.name)}\n\n```mermaid\n{diagram(machine)}\n```\n\n{table}\n"
        )
    return "\n".join(sections)


SESSIONS = sorted(page.parent.name for page in (PACKAGE / "protocols").glob("*/README.md"))
"""Protocols whose README shows the states of a session, in a block named `session_` and the room."""


def session(protocol: str, _: Language) -> str:
    """Diagram of a protocol's session."""
    machine = import_module(f"hongyan.protocols.{protocol}.states").SESSION
    return f"```mermaid\n{diagram(machine)}\n```"


# -- errors --------------------------------------------------------------------------------------------------

_CALLER = ("Refused", "Throttled")


def what_to_do(part: str) -> dict[str, str]:
    """Advice by code: `operator` or `vendor`."""
    advice: dict[str, str] = tomllib.loads((DOCS / "what_to_do.toml").read_text("utf-8"))[part]
    return advice


def _of_caller(found: ErrorCode) -> bool:
    return any(kind in _CALLER for kind in found.kinds)


def operator_codes(language: Language) -> str:
    """What an operator meets, with advice."""
    advice = what_to_do("operator")
    rows = []
    for found in error_codes().values():
        if not _of_caller(found) and found.code in advice:
            told = "<br>".join(sentence for pair in found.words for sentence in language.columns(*pair))
            rows.append((_code(found.code), ", ".join(found.kinds), told, language.say(advice[found.code])))
    return language.table(("code", "kind", "sentence", "what to do"), rows)


def caller_codes(language: Language) -> str:
    """What a caller is told, and as which vendor code."""
    families: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for found in error_codes().values():
        if _of_caller(found):
            english, chinese = ("<br>".join(sentences) for sentences in zip(*found.words, strict=True))
            told = language.columns(english, chinese)
            vendors = ", ".join(map(_code, _vendor_codes(found)))
            families[found.code.partition(".")[0]].append((_code(found.code), *told, vendors))
    head = ("code", *language.columns("English", "中文"), "at the vendor door")
    tables = ((family, language.table(head, rows)) for family, rows in sorted(families.items()))
    return "\n\n".join(f"### {family}\n\n{table}" for family, table in tables)


def store_codes(language: Language) -> str:
    """Outcomes of the store that reach nobody under this name."""
    rows = [(_code(c.code), ", ".join(c.places)) for c in error_codes().values() if c.kinds == ("Refusal",)]
    return language.table(("code", "raised in"), rows)


def _vendor_codes(found: ErrorCode) -> list[str]:
    if "Throttled" in found.kinds:
        return ["Throttling.User"]
    if found.code in vendor.LIMITS:
        return ["isv.BUSINESS_LIMIT_CONTROL"]
    own = [action.errors[found.code] for action in BUILT.values() if found.code in action.errors]
    common = [codes[found.code] for codes in (vendor.OUR_CODES, storage.CODES) if found.code in codes]
    return list(dict.fromkeys(common + own))


def gateway_codes(language: Language) -> str:
    """Codes with an HTTP status of their own."""
    advice = what_to_do("vendor")
    extra = {
        "SignatureDoesNotMatch": vendor.Row(400, "Specified signature does not match our calculation. …", ""),
        "Missing<Name>": vendor.Row(400, "{Name} is mandatory for this action.", ""),
    }
    rows = [
        (_code(code), row.status, row.message, language.say(advice[code]))
        for code, row in {**vendor.GATEWAY, **extra}.items()
    ]
    return language.table(("Code", "HTTP", "Message", "what to do"), rows)


def business_codes(language: Language) -> str:
    """Codes of sending; HTTP 200."""
    advice = what_to_do("vendor")
    ours: Mapping[str, list[str]] = defaultdict(list)
    for code, name in vendor.OUR_CODES.items():
        ours[name].append(code)
    rows = [
        (_code(code), row.message, ", ".join(map(_code, ours[code])), language.say(advice[code]))
        for code, row in vendor.BUSINESS.items()
    ]
    limits = "; ".join(dict.fromkeys(row.message for row in vendor.LIMITS.values()))
    code = "isv.BUSINESS_LIMIT_CONTROL"
    rows.append((_code(code), limits, ", ".join(map(_code, vendor.LIMITS)), language.say(advice[code])))
    return language.table(("Code", "Message", "our codes", "what to do"), rows)


# -- uploads -------------------------------------------------------------------------------------------------


def upload_formats(language: Language) -> str:
    """What may be uploaded, and what for."""
    rows = [
        (
            row.format.name,
            ", ".join(_code(f".{suffix}") for suffix in row.suffixes),
            *(language.say("yes") if use in row.uses else "" for use in Use),
        )
        for row in FORMATS.values()
    ]
    return language.table(("format", "names end with", "pictures", "other material"), rows)


def upload_errors(language: Language) -> str:
    """What object storage answers."""
    ours: Mapping[str, list[str]] = defaultdict(list)
    for code, name in storage.CODES.items():
        ours[name].append(code)
    rows = []
    for code, row in storage.ERRORS.items():
        said = (row.en or language.say("the sentence of our own code"), row.zh or "见我们的错误码")
        rows.append((_code(code), row.status, *said, ", ".join(map(_code, ours[code]))))
    return language.table(("Code", "HTTP", "Message", "MessageZh", "our codes"), rows)


# -- carriers' codes ------------------------------------------------------------------------------------------


def carrier_code_classes(language: Language) -> str:
    """The classes, and what follows from each."""
    rows = [
        (
            *(_code(name), *language.columns(each.en, each.zh)),
            *(words(each.who, language.tag), words(each.retry, language.tag)),
            language.pick(each.advice_en, each.advice_zh),
        )
        for name, each in code_table().classes.items()
    ]
    head = ("class", *language.columns("English", "中文"), "who acts", "try again", "what to do")
    return language.table(head, rows)


def carrier_codes(language: Language) -> str:
    """Every row, a heading for each protocol and place, a line of its source above each list."""
    sections = []
    for (protocols, phase), rows in groupby(code_table().rows, lambda row: (row.protocols, row.phase)):
        assert phase is not None
        colon = language.pick(": ", "：")
        sections.append(f"### {', '.join(protocols)}{colon}{words(phase, language.tag)}")
        for (source, as_of), listed in groupby(rows, lambda row: (row.source, row.as_of)):
            head = language.say("Source: {source}. As of {day}.").format(source=source, day=as_of.isoformat())
            sections.append(f"{head}\n\n{_code_rows(listed, language)}")
    return "\n\n".join(sections)


def _code_rows(rows: Iterable[CodeRow], language: Language) -> str:
    """Codes with the same meaning share a line."""
    lines = []
    for _, same in groupby(rows, lambda row: replace(row, code="", name="")):
        found = list(same)
        codes = ", ".join(_code(f"{each.code} {each.name}".strip()) for each in found)
        row = found[0]
        told = language.columns(row.en, row.zh)
        says = (words(value, language.tag) for value in (row.state, row.who, row.retry, row.certainty))
        lines.append((codes, _code(row.code_class.value), *told, *says))
    told = language.columns("English", "中文")
    return language.table(("code", "class", *told, "message", "who acts", "try again", "certainty"), lines)


# -- operations ----------------------------------------------------------------------------------------------

_KINDS = {
    "gauge": ("gauge", ""),
    "GaugeMetricFamily": ("gauge", ""),
    "counter": ("counter", "_total"),
    "CounterMetricFamily": ("counter", "_total"),
    "HistogramMetricFamily": ("histogram", ""),
    "SummaryMetricFamily": ("summary", ""),
}


def metrics(language: Language) -> str:
    """Every metric that the source names, as Prometheus sees it."""
    rows = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            match node.args[:2]:
                case [ast.Constant(value=str(metric)), ast.Constant(value=str(told))] if name in _KINDS:
                    kind, suffix = _KINDS[name]
                    labels = [
                        label for each in node.keywords if each.arg == "labels" for label in _list(each.value)
                    ]
                    rows.append((_code(metric + suffix), kind, ", ".join(labels), language.say(told)))
    return language.table(("metric", "type", "labels", "what it counts"), sorted(rows))


def _list(node: ast.expr) -> list[str]:
    found = ast.literal_eval(node)
    assert isinstance(found, list)
    return found


def actions(language: Language) -> str:
    """The vendor's actions that are built."""
    rows = [
        (_code(name), action.facts.group, language.say("yes" if action.changes_state else "no"))
        for name, action in sorted(BUILT.items(), key=lambda item: (item[1].facts.group, item[0]))
    ]
    return language.table(("action", "group", "changes state"), rows)


def routes(language: Language) -> str:
    operator = language.say("operator")
    rows = (
        (
            _code(f"{route.method} {route.path}"),
            language.pick(route.en, route.zh),
            operator if route.who is Who.OPERATOR else "",
        )
        for route in ROUTES
    )
    return language.table(("route", "what", "for"), rows)


def promises(language: Language) -> str:
    rows = []
    for row in PROMISES:
        days = language.say("every day" if row.counts is every_day else "working days")
        time = language.say("{hours} h of 9:00-21:00, {days}").format(hours=row.time_ms // HOUR_MS, days=days)
        whose = language.say("of the state") if row.of_the_state else ""
        since = "" if row.valid_from == ALWAYS else row.valid_from.isoformat()
        rows.append((language.say(row.kind.value), whose, time, since, row.source))
    return language.table(("kind", "whose", "decided within", "since", "source"), rows)


def review_reasons(language: Language) -> str:
    rows = (
        (_code(row.id), _both(row.words, language), _both(row.fix, language), row.source)
        for row in review.REASONS
    )
    return language.table(("reason", "what is wrong", "what to do", "source"), rows)


def health_reasons(language: Language) -> str:
    """Why a signature is abnormal or unavailable."""
    rows = (
        (
            *(_code(row.id), _both(row.words, language), language.say(row.status.value)),
            *(language.say(row.timing.value), language.say(row.whose.value), _both(row.what_to_do, language)),
            row.source,
        )
        for row in health.REASONS
    )
    head = ("reason", "what is wrong", "status", "noticed", "who acts", "what to do", "source")
    return language.table(head, rows)


def paper_kinds(language: Language) -> str:
    """Which papers industries need: of each kind, by whom."""
    wanted = {
        kind: sorted({row.industry.value for row in NEEDS if any(kind in group for group in row.groups)})
        for kind in PAPERS
    }
    rows = (
        (_code(kind), _both(words, language), " ".join(map(_code, wanted[kind])))
        for kind, words in PAPERS.items()
    )
    return language.table(("kind", "papers", "industry"), rows)


def risks(language: Language) -> str:
    rows = (
        (_both(row.name, language), " ".join(row.words), " ".join(map(_code, row.codes)), row.source)
        for row in review.RISKS
    )
    return language.table(("industry", "words", "credit codes", "source"), rows)


def policies(language: Language) -> str:
    rows = (
        (
            *(_code(row.id), language.say(row.kind.value)),
            "<br>".join(_both(each.words, language) for each in row.conditions),
            language.say("one in {count}").format(count=row.sample_every),
            row.source,
        )
        for row in review.POLICIES
    )
    return language.table(("policy", "approves", "when", "looked at again", "source"), rows)


def _both(words: Words, language: Language) -> str:
    return " / ".join(language.columns(words.en, words.zh))


def decisions(language: Language) -> str:
    """The decision records by their headlines."""
    rows = []
    for path in sorted((DOCS / "adr").glob("[0-9]*.md")):
        number, _, title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ").partition(" ")
        rows.append((f"[{number}]({path.name})", title))
    return language.table(("number", "decision"), rows)


# -- channels ------------------------------------------------------------------------------------------------


def reasons(language: Language) -> str:
    """Why a channel is passed over."""
    rows = [(_code(row.code), *language.columns(row.en, row.zh)) for row in REASONS.values()]
    return language.table(("said of a channel", *language.columns("why", "原因")), rows)


def channel_fields(language: Language) -> str:
    """What may be set for a channel, protocol by protocol."""
    sections = [_fields_of(PROTOCOLS[0], shared_fields(), "every protocol · 所有协议", language)]
    sections += [
        _fields_of(protocol, own_fields(protocol), protocol.upper(), language) for protocol in PROTOCOLS
    ]
    return "\n\n".join(sections)


def _fields_of(protocol: ProtocolName, found: Iterable[Field], title: str, language: Language) -> str:
    rows = []
    for row in found:
        default = default_of(protocol, row.name)
        written = "" if default is REQUIRED else _code(row.kind.to_text(default))
        text = written or language.say("required · 必填" if default is REQUIRED else "empty · 空")
        told = language.columns(f"{row.en}<br>*{row.kind.en}*", f"{row.zh}<br>*{row.kind.zh}*")
        name = _code(row.name) + (language.say(" *routing*") if row.routing else "")
        rows.append((name, text, *told, row.source))
    head = ("field", "default", *language.columns("what it is, and may be", "含义与取值"), "source")
    return f"### {language.say(title)}\n\n{language.table(head, rows)}"


def channel_rules(language: Language) -> str:
    """What fields of a channel demand of each other."""
    rows = [
        (
            *(", ".join(map(str.upper, rule.protocols)), _code(rule.field)),
            *(*language.columns(rule.en, rule.zh), rule.source),
        )
        for rule in RULES
    ]
    return language.table(("protocols", "field", *language.columns("must be", "应为"), "source"), rows)


# -- rules ---------------------------------------------------------------------------------------------------


def signature_rules(language: Language) -> str:
    """Every rule of the signature pack."""
    return _rules(SIGNATURE_RULES, language)


def paper_rules(language: Language) -> str:
    """Every rule about papers that were read."""
    return _rules(PAPER_RULES, language)


def template_rules(language: Language) -> str:
    """Every rule of the template pack."""
    return _rules(TEMPLATE_RULES, language)


def _rules(pack: Iterable[Rule[Any]], language: Language) -> str:
    rows = []
    for rule in pack:
        facts = rule.facts()
        days = [
            f"{language.say(name)} {facts[key]}"
            for name, key in (("from", "valid_from"), ("until", "valid_until"))
            if facts[key]
        ]
        where = sorted(rule.scope.doors | rule.scope.countries | rule.scope.carriers)
        told = language.columns(rule.words.en, rule.words.zh)
        severity = language.say(rule.severity.value)
        rows.append((_code(rule.id), severity, ", ".join(days), ", ".join(where), *told, rule.source))
    head = ("rule", "severity", "holds", "where", *language.columns("English", "中文"), "source")
    return language.table(head, rows)


def requirements(language: Language) -> str:
    """Statements of the sources, with the tests that show them."""
    rows = [
        (
            name,
            *language.columns(row["en"], row["zh"]),
            " ".join(_code(test.partition("::")[2]) for test in row["tests"]),
            *language.columns(*(row.get("missing", {}).get(each, "") for each in ("en", "zh"))),
        )
        for name, row in tomllib.loads((DOCS / "requirements.toml").read_text("utf-8")).items()
    ]
    head = ("row", *language.columns("English", "中文"), "tests", *language.columns("missing", "尚缺"))
    return language.table(head, rows)


BLOCKS: Mapping[str, Callable[[Language], str]] = {
    "actions": actions,
    "business_codes": business_codes,
    "caller_codes": caller_codes,
    "carrier_code_classes": carrier_code_classes,
    "carrier_codes": carrier_codes,
    "channel_fields": channel_fields,
    "channel_rules": channel_rules,
    "decisions": decisions,
    "gateway_codes": gateway_codes,
    "health_reasons": health_reasons,
    "metrics": metrics,
    "policies": policies,
    "promises": promises,
    "review_reasons": review_reasons,
    "paper_kinds": paper_kinds,
    "risks": risks,
    "requirements": requirements,
    "routes": routes,
    "operator_codes": operator_codes,
    "paper_rules": paper_rules,
    "reasons": reasons,
    "settings": settings,
    "signature_rules": signature_rules,
    "template_rules": template_rules,
    "vendor_errors": vendor_errors,
    "states": states,
    "store_codes": store_codes,
    "upload_errors": upload_errors,
    "upload_formats": upload_formats,
    **{f"session_{protocol}": partial(session, protocol) for protocol in SESSIONS},
}


def pages() -> list[Path]:
    """The Markdown files that may hold blocks."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted(PACKAGE.rglob("README.md"))]


def renewed(text: str, language: Language) -> str:
    """A page with its blocks as the code has them now."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]](language)}\n\n{found[3]}", text)


def names_in(text: str) -> list[str]:
    """Blocks of a page."""
    return [found[2] for found in _BLOCK.finditer(text)]


def main() -> None:
    for page in pages():
        text = page.read_text("utf-8")
        new = renewed(text, language_of(page))
        if new != text:
            page.write_text(new, "utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} renewed\n")
    if CHINESE.missing:
        lines = "\n".join(f"  {sentence}" for sentence in sorted(CHINESE.missing))
        sys.exit(f"Write the Chinese of these into {WORDS.relative_to(ROOT)} and run this again:\n{lines}")


if __name__ == "__main__":
    main()
