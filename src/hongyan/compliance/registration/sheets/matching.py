"""Which registration a row of an answer sheet is about, and what it changes there. Pure: nothing is stored here.

A row fits when everything that it says about itself agrees: its reference, its number, its signature, its network. What does
not agree is told, not guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.sheets.answers import AnswerRow, Number
from hongyan.compliance.registration.sheets.words import Result
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.compliance.rules.core import Words
from hongyan.kernel.clock import DAY_MS, Millis
from hongyan.kernel.errors import Refused


class Fit(Enum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    """It says what is so already."""
    WAITING = "waiting"
    UNFIT = "unfit"


_NONE: Final = Number("")
ROW_PROBLEMS: Final[Mapping[str, Words]] = {
    "answer.names_nothing": Words(
        "the row names neither a reference nor a number nor a signature", "该行没有报备编号、号码或签名"
    ),
    "answer.result_unknown": Words("nobody knows what this result means", "无法识别该结果"),
    "answer.other_network": Words("the row is about another carrier", "该行属于其他运营商"),
    "answer.network_unknown": Words("the row names a carrier that nobody knows", "无法识别该行的运营商"),
    "answer.reference_stale": Words(
        "the reference is of no filing that is open with this carrier: an answer to an earlier one, or another carrier's",
        "报备编号不属于该运营商当前的报备：可能是对以前报备的答复，或属于其他运营商",
    ),
    "answer.number_rounded": Words(
        "the spreadsheet has rounded the number, and nothing else tells what it was; format the column as text",
        "号码已被表格软件舍入，且无其他信息可确定；请将该列设为文本格式",
    ),
    "answer.number_unknown": Words(
        "no registration with this carrier has this number", "该运营商下没有使用该号码的报备"
    ),
    "answer.number_of_other": Words("the number belongs to another signature", "该号码属于其他签名"),
    "answer.signature_unknown": Words(
        "no registration with this carrier has this signature", "该运营商下没有该签名的报备"
    ),
    "answer.several": Words(
        "several registrations fit; the row must name the number or the reference",
        "有多条报备符合，请在该行注明号码或报备编号",
    ),
    "answer.not_filed": Words(
        "this registration was not handed to the carrier: take a pack first, or import it as an earlier filing",
        "该报备尚未提交给运营商：请先生成报备包，或作为历史报备导入",
    ),
    "answer.before_filing": Words(
        "the day of the answer lies before the filing: an answer to an earlier one",
        "答复日期早于本次报备，可能是对以前报备的答复",
    ),
    "answer.state": Words(
        "the registration is in a state in which the carrier's answer changes nothing",
        "报备所处状态不接受该答复",
    ),
    "answer.not_closed": Words(
        "the list says that this one passed: it is not closed", "该行标明通过，未作失效处理"
    ),
    "answer.contradicts": Words(
        "another row of this file says the opposite of the same registration",
        "同一文件中另有一行给出了相反的结果",
    ),
    "answer.changed_meanwhile": Words(
        "the registration was changed while the file was read; import it again",
        "导入期间该报备已发生变化，请重新导入",
    ),
    "answer.taken_before": Words("this row of this file was taken before", "该文件的该行此前已导入"),
    "answer.twice": Words("another row of this file says the same", "同一文件中另有一行内容相同"),
    "answer.after_time_out": Words(
        "it had failed for want of an answer; the answer counts all the same",
        "该报备此前已按超时处理，本次答复仍然有效",
    ),
    "answer.day_unreadable": Words(
        "the day of the answer cannot be read; the day of the import counts", "无法识别答复日期，按导入时间计"
    ),
    "answer.day_in_future": Words(
        "the day of the answer lies in the future; the day of the import counts",
        "答复日期晚于现在，按导入时间计",
    ),
}
"""Code -> words. The last five are remarks on rows that fit."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`problem`: a code of ROW_PROBLEMS, "" for none. `remarks`: of the same. `event`, `reason`, `at_ms`: what is applied
    when NEW. `refused`: why that was not taken."""

    row: AnswerRow
    fit: Fit
    registration: Registration | None = None
    problem: str = ""
    remarks: tuple[str, ...] = ()
    event: RegistrationEvent | None = None
    reason: ReasonCode | None = None
    at_ms: Millis | None = None
    refused: Refused | None = None


@dataclass(slots=True)
class Book:
    """The registrations of one network, found by what rows say of them."""

    network: Network
    by_id: dict[int, Registration] = field(default_factory=dict)
    by_reference: dict[str, Registration] = field(default_factory=dict)
    by_sender: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    by_short_code: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    """Without leading zeros."""
    by_name: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, network: Network, registrations: Iterable[Registration]) -> Book:
        book = cls(network)
        for each in registrations:
            if each.network != network:
                continue
            book.by_id[each.id] = each
            if each.reference:
                book.by_reference[each.reference] = each
            book.by_sender[each.sender].append(each)
            book.by_name[each.sign_name].append(each)
            if each.extension_code:
                book.by_code[each.extension_code].append(each)
                book.by_short_code[each.extension_code.lstrip("0")].append(each)
        return book


def judge_answers(rows: Sequence[AnswerRow], book: Book, now_ms: Millis) -> list[Judged]:
    """One for each row, in their order."""
    return _against_one_another([_judge(row, book, now_ms) for row in rows])


def _judge(row: AnswerRow, book: Book, now_ms: Millis) -> Judged:
    found = problem_of_row(row, book) or ("answer.result_unknown" if row.result is None else _find(row, book))
    if isinstance(found, str):
        return Judged(row, Fit.UNFIT, problem=found)
    if row.result is Result.WAITING:
        return Judged(row, Fit.WAITING, found)
    if found.filed_ms is None or found.simulated:
        return Judged(row, Fit.UNFIT, found, "answer.not_filed")
    at_ms, remarks = moment_of(row, now_ms)
    if row.answered_ms is not None and row.answered_ms < found.filed_ms - DAY_MS:
        return Judged(row, Fit.UNFIT, found, "answer.before_filing")
    accepted = row.result is Result.ACCEPTED
    if _says_nothing_new(row, found):
        return Judged(row, Fit.KNOWN, found, remarks=remarks)
    event = RegistrationEvent.ACCEPTED if accepted else RegistrationEvent.REFUSED
    if not REGISTRATION.allows(found.state, event):
        return Judged(row, Fit.UNFIT, found, "answer.state")
    reason = None if accepted else row.reason
    if found.reason is ReasonCode.REGISTER_TIMEOUT:
        remarks = (*remarks, "answer.after_time_out")
    return Judged(row, Fit.NEW, found, remarks=remarks, event=event, reason=reason, at_ms=at_ms)


def problem_of_row(row: AnswerRow, book: Book) -> str:
    """The code of what is wrong with it whatever its result, "" for nothing."""
    if row.network_said and row.network is None:
        return "answer.network_unknown"
    if row.network not in (None, book.network):
        return "answer.other_network"
    if not (row.reference or row.number.digits or row.access.digits or row.code.digits or row.sign_name):
        return "answer.names_nothing"
    return ""


def _find(row: AnswerRow, book: Book) -> Registration | str:
    """The one registration, or the code of what is wrong."""
    found = registrations_of(row, book)
    if isinstance(found, str):
        return found
    if len(found) > 1:
        rounded = row.number.rounded or row.code.rounded or row.access.rounded
        return "answer.number_rounded" if rounded else "answer.several"
    return found[0]


def registrations_of(row: AnswerRow, book: Book) -> list[Registration] | str:
    """All that the row names, at least one; or the code of what is wrong."""
    named = set(_ids(book.by_name.get(row.sign_name, ()))) if row.sign_name else None
    numbered = _numbered(row, book)
    rounded = row.number.rounded or row.code.rounded or row.access.rounded
    if row.reference:
        found = book.by_reference.get(row.reference)
        if found is None:
            return "answer.reference_stale"
        agrees = (named is None or found.id in named) and (numbered is None or found.id in numbered)
        return [found] if agrees else "answer.number_of_other"
    if numbered is None and named is None:
        return "answer.number_rounded" if rounded else "answer.names_nothing"
    if numbered is not None and not numbered:
        return "answer.number_unknown"
    if named is not None and not named:
        return "answer.signature_unknown"
    both = numbered if named is None else named if numbered is None else numbered & named
    assert both is not None
    if not both:
        return "answer.number_of_other"
    return [book.by_id[each] for each in sorted(both)]


def _numbered(row: AnswerRow, book: Book) -> set[int] | None:
    """Registrations that have the row's number, however it is split over its cells; None when it has none."""
    number, code, access = (_NONE if each.rounded else each for each in (row.number, row.code, row.access))
    if code.digits:
        heads = ("", number.digits, access.digits)
        senders = {head + code.digits for head in heads}
        if number.digits.endswith(code.digits):
            senders.add(number.digits)
    else:
        senders = {number.digits or access.digits}
    senders |= {each.removeprefix("86") for each in senders}
    senders.discard("")
    if not senders:
        return None
    found = {each.id for sender in senders for each in book.by_sender.get(sender, ())}
    if found or not code.digits:
        return found
    return {each.id for each in _with_code(code, {number.digits, access.digits}, book)}


def _with_code(code: Number, heads: set[str], book: Book) -> Iterable[Registration]:
    """By the extension code alone, which a spreadsheet may have taken the zeros from."""
    found = (
        book.by_short_code.get(code.digits.lstrip("0"), ())
        if code.short
        else book.by_code.get(code.digits, ())
    )
    return (each for each in found if heads <= {"", each.access_number})


def _ids(rows: Iterable[Registration]) -> Iterable[int]:
    return (each.id for each in rows)


def moment_of(row: AnswerRow, now_ms: Millis) -> tuple[Millis, tuple[str, ...]]:
    """When the carrier has said it, and what is to be remarked about that."""
    if row.answered_ms is None:
        return now_ms, ("answer.day_unreadable",) if row.day else ()
    if row.answered_ms > now_ms:
        return now_ms, ("answer.day_in_future",)
    return row.answered_ms, ()


def _says_nothing_new(row: AnswerRow, found: Registration) -> bool:
    if row.result is Result.ACCEPTED:
        return found.state in (RegistrationState.AWAITING, RegistrationState.SUCCESS)
    return found.state is RegistrationState.FAILED and found.reason is row.reason


def _against_one_another(judged: list[Judged]) -> list[Judged]:
    """Rows of one file about one registration: the same again is known, the opposite is nobody's."""
    results: dict[int, set[Result | None]] = defaultdict(set)
    for each in judged:
        if each.registration is not None and each.fit in (Fit.NEW, Fit.KNOWN):
            results[each.registration.id].add(each.row.result)
    seen: set[int] = set()
    told: list[Judged] = []
    for each in judged:
        found = each.registration
        if found is not None and each.fit in (Fit.NEW, Fit.KNOWN):
            if len(results[found.id]) > 1:
                each = Judged(each.row, Fit.UNFIT, found, "answer.contradicts")  # noqa: PLW2901
            elif found.id in seen:
                each = Judged(each.row, Fit.KNOWN, found, remarks=("answer.twice",))  # noqa: PLW2901
            seen.add(found.id)
        told.append(each)
    return told
