"""Asking the table of carriers' codes: forms, families, contradictions, and anything that a carrier may write."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hongyan.carriers.codes import Certainty, CodeClass, Match, Phase, code_table, explain, explain_all
from hongyan.carriers.codes.forms import LONGEST, form_of
from hongyan.carriers.codes.lookup import _explain
from hongyan.kernel.errors import Retry

PROTOCOLS = ("cmpp", "sgip", "smgp", "smpp", "aliyun", "hongyan", "cmpp3", "", "gopher", None)
PHASES = (*Phase, None)


# -- what is known ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "protocol", "phase", "found"),
    [
        ("DELIVRD", "cmpp", Phase.REPORT, CodeClass.DELIVERED),
        ("MK:0001", "cmpp", Phase.REPORT, CodeClass.EMPTY_NUMBER),
        ("MK:0005", "cmpp", Phase.REPORT, CodeClass.SUSPENDED),
        ("MI:0024", "cmpp", Phase.REPORT, CodeClass.OFF_OR_UNREACHABLE),
        ("MB:1042", "cmpp", Phase.REPORT, CodeClass.MEMORY_FULL),
        ("MK:0015", "cmpp", Phase.REPORT, CodeClass.HANDSET),
        ("DB:0141", "cmpp", Phase.REPORT, CodeClass.BLACKLIST),
        ("ID:0076", "cmpp", Phase.REPORT, CodeClass.CONTENT),
        ("SIGFAIL", "cmpp", Phase.REPORT, CodeClass.SIGNATURE),
        ("DB:0142", "cmpp", Phase.REPORT, CodeClass.FREQUENCY),
        ("IB:0008", "cmpp", Phase.REPORT, CodeClass.FLOW),
        ("NP:1243", "cmpp", Phase.REPORT, CodeClass.ROUTE),
        ("CB:0007", "cmpp", Phase.REPORT, CodeClass.SERVICE),
        ("EXPIRED", "cmpp", Phase.REPORT, CodeClass.EXPIRED),
        ("IA:0054", "cmpp", Phase.REPORT, CodeClass.INTERNAL),
        ("UNDELIV", "cmpp", Phase.REPORT, CodeClass.UNKNOWN),
        ("8", "cmpp2", Phase.ANSWER, CodeClass.FLOW),
        ("9", "cmpp", Phase.ANSWER, CodeClass.ROUTE),
        ("3", "cmpp", Phase.LOGIN, CodeClass.SERVICE),
        ("5", "sgip", Phase.ANSWER, CodeClass.REQUEST),
        ("5", "sgip", Phase.REPORT, CodeClass.SUSPENDED),
        ("69", "sgip", Phase.REPORT, CodeClass.BLACKLIST),
        ("88", "sgip", Phase.ANSWER, CodeClass.FLOW),
        ("88", "sgip", Phase.REPORT, CodeClass.UNKNOWN),
        ("1", "smgp", Phase.ANSWER, CodeClass.FLOW),
        ("UNDELIV:005", "smgp", Phase.REPORT, CodeClass.BLACKLIST),
        ("UNDELIV:601", "smgp", Phase.REPORT, CodeClass.UNKNOWN),
        ("EXPIRED:601", "smgp", Phase.REPORT, CodeClass.EXPIRED),
        ("0x58", "smpp34", Phase.ANSWER, CodeClass.FLOW),
        ("UNDELIV:027", "smpp", Phase.REPORT, CodeClass.OFF_OR_UNREACHABLE),
        ("PORT_NOT_REGISTERED", "aliyun", Phase.REPORT, CodeClass.SIGNATURE),
    ],
)
def test_a_code_means_what_its_list_says(code: str, protocol: str, phase: Phase, found: CodeClass) -> None:
    explanation = explain(code, protocol, phase)
    assert (explanation.match, explanation.row.code_class) == (Match.EXACT, found)


@pytest.mark.parametrize(
    "written",
    [
        ("MK:0001", "MK00001", "MK0001", "mk:0001", " MK:1 ", "MK：0001"),
        ("DB:0144", "DB00144"),
        ("182", "2:182", "SGIP:182", "2:-74"),
        ("0x58", "88", "0x00000058", "ESME_RTHROTTLED", "RTHROTTLED", "SMPP:88"),
        ("UNDELIV:601", "UNDELIV_601", "UNDELIV 601", "UNDELIV:0601"),
        ("HD:19", "HD:0019"),
        ("005", "5"),
    ],
    ids=lambda written: written[0],
)
def test_one_code_has_many_forms(written: tuple[str, ...]) -> None:
    assert len({form_of(code).key for code in written} - {"ESME_RTHROTTLED", "RTHROTTLED"}) == 1
    protocol = {"182": "sgip", "0x58": "smpp", "005": "smgp"}.get(written[0])
    phase = Phase.ANSWER if protocol == "smpp" else Phase.REPORT
    assert len({id(explain(code, protocol, phase).row) for code in written}) == 1


def test_a_row_is_found_by_the_code_that_it_lists() -> None:
    table = code_table()
    by_code = [row for row in table.rows if row.code not in table.families and "-" not in row.code[1:]]
    for row in by_code:
        for protocol in row.protocols:
            found = explain(row.code.removesuffix("+"), protocol, row.phase)
            assert found.row is row, row.code


# -- what is not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "protocol", "family"),
    [
        ("MK:9999", "cmpp", "MK"),
        ("MI09999", "cmpp", "MI"),
        ("IC:7777", None, "IC"),
        ("150", "cmpp", "100-199"),
        ("5000", "cmpp", "200+"),
        ("200", "smgp", "128-255"),
        ("1025", "smpp", "0x400-0x4FF"),
        ("UNDELIV:444", "smgp", "UNDELIV"),
        ("UNDELIV:601", "smpp", "UNDELIV"),
        ("encode: content is too long", None, "encode"),
    ],
)
def test_an_unlisted_code_is_explained_by_its_family(code: str, protocol: str | None, family: str) -> None:
    phase = Phase.ANSWER if code.isdigit() else None
    found = explain(code, protocol, phase)
    assert (found.match, found.row.code, found.code) == (Match.FAMILY, family, code)
    assert found.known


@pytest.mark.parametrize(
    "code", ["", " ", "ZZ:0001", "QQQ", "MK", "MK:", ":", "MK:00 01", "-", "9" * 40, "\0"]
)
def test_what_no_list_knows_is_unknown_and_nothing_is_concluded(code: str) -> None:
    found = explain(code)
    assert (found.match, found.row.code_class) == (Match.UNKNOWN, CodeClass.UNKNOWN)
    assert (found.row.retry, found.row.certainty) == (Retry.NEVER, Certainty.NOT_LISTED)
    assert not found.known
    assert explain_all(code) == (found,)


def test_a_number_of_another_protocol_says_nothing() -> None:
    assert explain("182", "smpp", Phase.REPORT).match is Match.UNKNOWN
    assert explain("601", "smpp", Phase.REPORT).match is Match.UNKNOWN


def test_an_elements_code_means_the_same_whoever_passes_it_on() -> None:
    row = explain("MK:0001", "cmpp").row
    assert explain("MK:0001", "sgip").row is row
    assert explain("MK:0001", "gopher").row is row


def test_meanings_that_contradict_each_other_are_all_shown_and_none_is_chosen() -> None:
    found = explain("5")
    assert (found.match, found.row.code_class) == (Match.SEVERAL, CodeClass.UNKNOWN)
    places = {(each.row.protocols, each.row.phase) for each in explain_all("5")}
    assert {(("sgip",), Phase.REPORT), (("sgip",), Phase.ANSWER), (("cmpp",), Phase.ANSWER)} <= places
    assert explain_all("5")[0].row.phase is Phase.REPORT


def test_a_pair_that_protocols_read_differently_is_explained_by_its_state() -> None:
    found = explain("UNDELIV:001")
    assert (found.match, found.row.code) == (Match.FAMILY, "UNDELIV")
    assert len(explain_all("UNDELIV:001")) > 1


def test_a_success_with_a_number_is_a_success() -> None:
    assert explain("DELIVRD:000", "smgp").row.code_class is CodeClass.DELIVERED
    assert explain("DELIVRD:005", "smgp").row.code_class is CodeClass.DELIVERED
    assert not explain("ACCEPTD:005", "smgp").row.final


# -- anything -----------------------------------------------------------------------------------------------

LETTERS = st.sampled_from(
    ["MK", "MA", "DB", "IC", "HD", "UNDELIV", "EXPIRED", "DELIVRD", "SGIP", "CU", "2", "ESME_"]
)
LIKELY = st.builds(
    lambda letters, mark, rest: letters + mark + rest,
    LETTERS,
    st.sampled_from([":", "", "-", "_", "："]),
    st.text("0123456789-xXabF", max_size=12),
)


@given(st.one_of(st.text(max_size=200), LIKELY), st.sampled_from(PROTOCOLS), st.sampled_from(PHASES))
@example("-128", None, None)
@example("-129", "sgip", Phase.REPORT)
@example("0xFFFFFFFF", "cmpp", Phase.ANSWER)
@example("٣", None, None)
@example("ﬀ:0001", None, None)
def test_any_text_gets_an_answer(code: str, protocol: str | None, phase: Phase | None) -> None:
    found, every = explain(code, protocol, phase), explain_all(code, protocol, phase)
    assert every
    assert found.code == code[:LONGEST]
    assert found.facts()["cause"]
    if found.match is Match.EXACT:
        assert found in every
    if phase is not None and found.row.phase is not None:
        assert found.row.phase is phase


@given(st.sampled_from(code_table().rows), st.data())
def test_how_a_code_is_written_changes_nothing(row: object, data: st.DataObject) -> None:
    code = row.code  # type: ignore[attr-defined]
    written = data.draw(st.sampled_from([code.lower(), code.upper(), f" {code} ", code.replace(":", "：")]))
    assert explain(written).row is explain(code).row


def test_a_code_without_end_is_looked_at_from_its_beginning() -> None:
    assert explain("MK:0001" + " " * 10**6).row.code == "MK:0001"
    assert len(explain("x" * 10**7).code) == LONGEST


def test_what_is_remembered_is_bounded() -> None:
    for number in range(6_000):
        explain(f"ZZ{number}-{number}")
    assert _explain.cache_info().currsize <= 4096
