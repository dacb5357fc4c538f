"""What a carrier's code means: the row itself, else its family, else an honest "unknown". Pure; never raises.

A number means something in one protocol and something else in the next, so it is looked up in the protocol that is
named. A word or an element's code (`MK:0001`) means the same whoever passes it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from hongyan.carriers.codes.forms import LONGEST, Form, form_of
from hongyan.carriers.codes.model import (
    Certainty,
    CodeClass,
    CodeRow,
    Explanation,
    Match,
    Phase,
)
from hongyan.carriers.codes.table import CodeTable, code_table

REPORTED = (Phase.REPORT,)
ANSWERED = (Phase.ANSWER, Phase.OWN)
"""Where the code of a part may come from, for `explain_first`: a report; or, while there is none, an answer or ourselves."""

_NOT_FAILED = frozenset({CodeClass.ACCEPTED, CodeClass.DELIVERED})
"""States beside which a number tells nothing."""
_ORDER = {Phase.REPORT: 0, Phase.ANSWER: 1, Phase.LOGIN: 2, Phase.OWN: 3}
_REMEMBERED = 4096
"""Questions kept with their answers: carriers use a few dozen codes, and a hostile one fills no memory."""


def explain(code: str, protocol: str | None = None, phase: Phase | None = None) -> Explanation:
    """The best that can be said of `code`.

    `protocol`: cmpp, sgip, smgp, smpp, also with a version behind it (`cmpp3`); any other is not looked at. `phase`:
    where the code was met. Rows that contradict each other make SEVERAL, with the class UNKNOWN. About 0.2 µs for
    a code that was asked before, 5 µs otherwise.
    """
    return _explain(code[:LONGEST], protocol, phase)


def explain_first(code: str, protocol: str | None, phases: tuple[Phase, ...]) -> Explanation:
    """The best that the first of these phases says that knows `code`."""
    found = [explain(code, protocol, phase) for phase in phases]
    return next((each for each in found if each.known), found[0])


def explain_all(
    code: str, protocol: str | None = None, phase: Phase | None = None
) -> tuple[Explanation, ...]:
    """Every row that `code` may mean, reports first; never empty."""
    code = code[:LONGEST]
    match, rows = _found(form_of(code), protocol, phase)
    return tuple(Explanation(code, match, row) for row in rows)


@lru_cache(maxsize=_REMEMBERED)
def _explain(code: str, protocol: str | None, phase: Phase | None) -> Explanation:
    form = form_of(code)
    match, rows = _found(form, protocol, phase)
    if len({row.code_class for row in rows}) == 1:
        return Explanation(code, match, rows[0])
    if form.stat:  # the protocols read the number differently, but not the state
        return Explanation(code, Match.FAMILY, code_table().codes[form.stat][0])
    return Explanation(code, Match.SEVERAL, _several())


def _found(form: Form, protocol: str | None, phase: Phase | None) -> tuple[Match, tuple[CodeRow, ...]]:
    """Rows from the nearest place that has any."""
    table = code_table()
    protocol = form.protocol or _protocol(protocol)
    for match, rows, strict in _places(form, table):
        fitting = _fitting(rows, protocol, phase, strict=strict)
        if fitting:
            return match, fitting
    return Match.UNKNOWN, (_not_listed(),)


def _places(form: Form, table: CodeTable) -> Iterator[tuple[Match, tuple[CodeRow, ...], bool]]:
    """Where to look, in this order. The flag: only rows of the protocol that is asked about."""
    number = form.number
    exact = table.codes.get(form.key, ())
    if form.stat:
        stat = table.codes[form.stat]
        if stat[0].code_class in _NOT_FAILED:
            yield Match.EXACT, stat, False
        else:
            yield Match.EXACT, exact, True
            yield Match.EXACT, _errs(table.codes.get(form.err, ())), True
            yield Match.FAMILY, stat, False
        return
    if number is None:
        yield Match.EXACT, exact, False
    else:  # a number by itself before the same number of a pair
        yield Match.EXACT, tuple(row for row in exact if not form_of(row.code).stat), True
        yield Match.EXACT, exact, True
    if form.letters:
        yield Match.FAMILY, table.families.get(form.letters, ()), False
    if number is not None:
        ranges = (each.row for each in table.ranges if each.first <= number <= each.last)
        yield Match.FAMILY, tuple(ranges), True
    if form.head:
        yield Match.FAMILY, table.codes.get(form.head, ()), False


def _errs(rows: tuple[CodeRow, ...]) -> tuple[CodeRow, ...]:
    """Numbers of reports that may stand behind any state; the number of another state's pair says nothing here."""
    return tuple(row for row in rows if row.phase is Phase.REPORT and form_of(row.code).number is not None)


def _fitting(
    rows: tuple[CodeRow, ...], protocol: str | None, phase: Phase | None, *, strict: bool
) -> tuple[CodeRow, ...]:
    if phase is not None:
        rows = tuple(row for row in rows if row.phase is phase)
    if protocol is not None:
        own = tuple(row for row in rows if protocol in row.protocols)
        rows = own if own or strict else rows
    return tuple(sorted(rows, key=lambda row: _ORDER[row.phase or Phase.REPORT]))


@cache
def _protocols() -> frozenset[str]:
    return frozenset(name for row in code_table().rows for name in row.protocols)


def _protocol(name: str | None) -> str | None:
    """The protocol without its version; None for one that has no list."""
    short = (name or "").lower().rstrip("0123456789.")
    return short if short in _protocols() else None


@cache
def _not_listed() -> CodeRow:
    return _row("未收录的代码", "a code in no list", Certainty.NOT_LISTED, "in no list")


@cache
def _several() -> CodeRow:
    return _row(
        "含义取决于协议和出现的场合",
        "its meaning depends on the protocol and on where it was met",
        Certainty.LISTS_DISAGREE,
        "several lists",
    )


def _row(zh: str, en: str, certainty: Certainty, source: str) -> CodeRow:
    table = code_table()
    facts = table.classes[CodeClass.UNKNOWN]
    return CodeRow(
        code="",
        protocols=(),
        phase=None,
        code_class=CodeClass.UNKNOWN,
        zh=zh,
        en=en,
        state=facts.state,
        who=facts.who,
        advice_zh=facts.advice_zh,
        advice_en=facts.advice_en,
        retry=facts.retry,
        certainty=certainty,
        source=source,
        as_of=max(row.as_of for row in table.rows),
    )
