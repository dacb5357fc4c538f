"""The table of carriers' codes: complete, unique, sourced, and of one mind with the protocols' own tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from enum import Enum
from importlib import import_module
from typing import Any

import pytest

from hongyan.carriers.codes import (
    Actor,
    Certainty,
    CodeClass,
    CodeRow,
    Match,
    Phase,
    code_table,
    explain,
    explain_first,
    words,
)
from hongyan.carriers.codes.forms import STATS, form_of
from hongyan.carriers.codes.table import FOLDER, LISTS
from hongyan.kernel.errors import Retry
from hongyan.messaging.dispatch import NO_ANSWER
from hongyan.messaging.states import MessageState
from hongyan.storage.port import NO_RECEIPT

TABLE = code_table()
PROTOCOLS = {"cmpp", "sgip", "smgp", "smpp", "aliyun", "hongyan"}


def test_the_table_is_as_large_as_the_lists_it_stands_for() -> None:
    assert len(TABLE.rows) > 850
    for protocol in PROTOCOLS:
        assert any(protocol in row.protocols for row in TABLE.rows)


def test_every_file_of_the_folder_is_read() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*LISTS, "classes"}


def test_every_class_says_what_follows_and_every_class_is_used() -> None:
    assert set(TABLE.classes) == set(CodeClass)
    assert {row.code_class for row in TABLE.rows} == set(CodeClass)
    for each in TABLE.classes.values():
        assert all((each.zh, each.en, each.advice_zh, each.advice_en))


def test_every_row_is_complete() -> None:
    for row in TABLE.rows:
        _check_complete(row)


def _check_complete(row: CodeRow) -> None:
    assert row.code
    assert row.protocols
    assert set(row.protocols) <= PROTOCOLS
    for chinese in (row.zh, row.advice_zh):
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese), chinese
    for english in (row.en, row.advice_en):
        assert english.strip()
        assert english.isascii() or "拒收" in english, english
    assert row.source
    assert date(2026, 1, 1) <= row.as_of <= date(2100, 1, 1)
    assert row.certainty is not Certainty.NOT_LISTED
    assert row.zh[-1] not in "。."
    assert row.en[-1] != "."


def test_a_code_stands_once_in_a_protocol_and_phase() -> None:
    rows = [row for row in TABLE.rows if row.code not in TABLE.families]
    places = Counter(
        (form_of(row.code).key, protocol, row.phase) for row in rows for protocol in row.protocols
    )
    assert [place for place, times in places.items() if times > 1] == []
    families = Counter(
        (row.code, protocol)
        for found in TABLE.families.values()
        for row in found
        for protocol in row.protocols
    )
    assert set(families.values()) == {1}


def test_ranges_of_a_protocol_do_not_overlap_and_hold_no_listed_code() -> None:
    for a in TABLE.ranges:
        assert a.first <= a.last
        for b in TABLE.ranges:
            same = a.row.protocols == b.row.protocols and a.row.phase is b.row.phase
            assert a is b or not same or a.last < b.first or b.last < a.first
        for row in TABLE.rows:
            number = form_of(row.code).number
            if number is not None and row.protocols == a.row.protocols and row.phase is a.row.phase:
                assert not a.first <= number <= a.last, row.code


def test_every_row_is_of_one_mind_with_itself() -> None:
    for row in TABLE.rows:
        _check_agreement(row)


def _check_agreement(row: CodeRow) -> None:
    delivered = row.code_class is CodeClass.DELIVERED
    assert delivered == (row.state is MessageState.DELIVERED)
    if row.code_class is CodeClass.ACCEPTED:
        assert (row.final, row.who, row.retry) == (False, Actor.NOBODY, Retry.NEVER)
    if delivered:
        assert (row.who, row.retry) == (Actor.NOBODY, Retry.NEVER)
    if row.phase is Phase.ANSWER and row.retry is Retry.LATER:
        assert row.state is MessageState.ACCEPTED
    if row.phase is Phase.REPORT and row.code_class is not CodeClass.ACCEPTED:
        assert row.final
    if "may have been delivered" in row.en:
        assert (row.code_class, row.retry) == (CodeClass.UNKNOWN, Retry.NEVER)


def test_what_must_not_be_tried_again_is_not() -> None:
    """The same text to a number that complained, or a text that a filter took, is never sent again by itself."""
    for row in TABLE.rows:
        if row.code_class in (CodeClass.EMPTY_NUMBER, CodeClass.CONTENT, CodeClass.DELIVERED):
            assert row.retry is Retry.NEVER, row.code
        if row.code_class is CodeClass.BLACKLIST and row.who is not Actor.OPERATOR:
            assert row.retry is Retry.NEVER, row.code
        if row.code_class is CodeClass.FLOW:
            assert row.retry is Retry.LATER, row.code


def test_every_fixed_value_has_words_in_both_languages() -> None:
    kinds: tuple[type[Enum], ...] = (Phase, Actor, Retry, Certainty, MessageState)
    for value in (value for kind in kinds for value in kind):
        assert words(value, "zh-CN") != words(value, "en")  # type: ignore[arg-type]


def test_every_state_that_a_report_may_join_with_a_number_is_listed() -> None:
    for stat in STATS:
        assert TABLE.codes[stat][0].phase is Phase.REPORT


def test_our_own_codes_are_explained() -> None:
    for code in (NO_ANSWER, NO_RECEIPT, "EXPIRED", "encode: destination_addr is too long"):
        assert explain(code, phase=Phase.OWN).known


# -- the protocols' own tables ------------------------------------------------------------------------------


LATER = {"throttled", "retry", "login"}
"""What a link does with an answer so marked: it waits and submits again."""
TABLES = [
    ("smpp", "STATUSES", Phase.ANSWER),
    ("cmpp", "RESULTS", Phase.ANSWER),
    ("cmpp", "CONNECT_STATUSES", Phase.LOGIN),
    ("sgip", "STATUSES", Phase.ANSWER),
    ("smgp", "STATUSES", Phase.ANSWER),
]
STATUSES = [
    (protocol, phase, status)
    for protocol, name, phase in TABLES
    for status in getattr(import_module(f"hongyan.protocols.{protocol}.status"), name)
]


@pytest.mark.parametrize(
    ("protocol", "phase", "status"), STATUSES, ids=lambda value: getattr(value, "name", value)
)
def test_a_protocols_status_has_a_row_that_agrees_with_it(protocol: str, phase: Phase, status: Any) -> None:
    found = explain(str(status.code), protocol, phase)
    assert found.match is Match.EXACT
    assert (status.kind == "ok") == (found.row.code_class is CodeClass.ACCEPTED)
    if status.kind == "throttled":
        assert found.row.code_class is CodeClass.FLOW
    if phase is Phase.ANSWER:
        assert (status.kind in LATER) == (found.row.retry is Retry.LATER)
    assert explain(status.name, phase=phase).row is found.row, "its name finds it too"


@pytest.mark.parametrize(("protocol", "module"), [("smpp", "receipt"), ("sgip", "report")])
def test_a_state_of_a_report_is_final_where_the_protocol_says_so(protocol: str, module: str) -> None:
    for state in import_module(f"hongyan.protocols.{protocol}.{module}").MESSAGE_STATES:
        row = explain(state.stat, protocol, Phase.REPORT).row
        assert row.final == state.final
        assert (row.code_class is CodeClass.DELIVERED) == (state.stat == "DELIVRD")


LOGIN_CODES = {
    *(("cmpp", str(code)) for code in range(5)),
    *(("sgip", code) for code in ("1", "2", "3", "4")),
    *(("smgp", code) for code in ("2", "20", "21", "22")),
}
"""Answers to logins; of SGIP and SMGP in one list with those to submits."""


@pytest.mark.parametrize(("protocol", "code"), sorted(LOGIN_CODES))
def test_what_is_said_of_a_login_is_not_about_submits_that_fail(protocol: str, code: str) -> None:
    phases = (Phase.LOGIN, Phase.ANSWER)
    row = explain_first(code, protocol, phases).row
    for advice in (row.advice_en, row.advice_zh):
        assert "same submit" not in advice
        assert "同样的提交" not in advice
        assert "balance" not in advice


def test_a_list_may_have_its_own_advice() -> None:
    rows = [row for row in code_table().rows if row.phase is Phase.LOGIN and row.code != "0"]
    assert len({row.advice_en for row in rows}) == 1
    assert "each login fails alike" in rows[0].advice_en
