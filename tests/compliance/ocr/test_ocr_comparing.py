"""What a form says beside what its paper says: the same, something else, more, less, or nothing to compare."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import COMPANY, LETTER, OTHER_COMPANY, OTHER_USCC, QUALIFICATION, TRADEMARK
from hypothesis import given
from hypothesis import strategies as st
from ocr_texts import below, letter_text, paper

from hongyan.compliance.change_log import masked
from hongyan.compliance.ocr import FIELDS, PAPER_RULES, Outcome, PaperKind, Reading, read_paper
from hongyan.compliance.ocr.comparing import (
    compare,
    corrections,
    effective_scope,
    form_of_letter,
    form_of_licence,
    form_of_trademark,
    names_in,
)
from hongyan.compliance.ocr.reading import Field, better
from hongyan.compliance.ocr.rules import LEFT_TO_PEOPLE, PaperCase
from hongyan.compliance.rules import Severity

LICENCE = PaperKind.LICENCE


def reading(kind: PaperKind = PaperKind.LETTER, **texts: str) -> Reading:
    """What was read, surely."""
    fields = tuple(Field(name, text, 1, (0, 0, 1, 1), 0.99) for name, text in texts.items())
    return Reading(kind, fields, ((1240, 1754),))


def outcome(name: str, form: str, read: str) -> Outcome:
    (difference,) = compare({name: form}, reading(**{name: read}))
    return difference.outcome


@pytest.mark.parametrize(
    ("form", "read", "same"),
    [
        ("云雁（杭州）公司", "云雁(杭州)公司", True),
        ("云 雁 公 司", "云雁公司", True),
        ("ＡＢＣ公司", "abc公司", True),
        ("云雁公司", "云燕公司", False),
        ("云雁公司", "云雁有限公司", False),
    ],
)
def test_names_are_the_same_in_whatever_width_and_with_whatever_blanks(
    form: str, read: str, same: bool
) -> None:
    assert outcome("authorizer", form, read) is (Outcome.EQUAL if same else Outcome.DIFFERS)


@pytest.mark.parametrize(
    ("form", "read", "expected"),
    [
        ("云雁", "云雁", Outcome.EQUAL),
        ("云雁、雁信", "雁信、云雁", Outcome.EQUAL),
        ("云雁", "云雁、雁信", Outcome.NARROWED),
        ("云雁、雁信", "云雁", Outcome.WIDENED),
        ("雁信", "云雁", Outcome.WIDENED),
        ("【云雁】", "云雁", Outcome.EQUAL),
        ("云雁E家", "云雁e家", Outcome.EQUAL),
    ],
)
def test_a_scope_is_the_same_narrower_or_wider(form: str, read: str, expected: Outcome) -> None:
    assert outcome("scope", form, read) is expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("2026-01-01~2028-12-31", Outcome.EQUAL),
        ("2026-02-01~2028-12-31", Outcome.NARROWED),
        ("2026-01-01~2029-01-01", Outcome.WIDENED),
        ("2025-12-31~2028-12-31", Outcome.WIDENED),
        ("rubbish", Outcome.DIFFERS),
    ],
)
def test_a_period_is_the_same_narrower_or_wider(form: str, expected: Outcome) -> None:
    assert outcome("validity", form, "2026-01-01~2028-12-31") is expected


def test_what_was_not_read_is_no_difference() -> None:
    differences = compare(form_of_letter(LETTER), reading())
    assert {each.outcome for each in differences} == {Outcome.NOT_READ}
    assert corrections(differences, masked) == ()


NAMES = st.lists(
    st.text("云雁科技商城物流ABC123", min_size=2, max_size=8), min_size=1, max_size=8, unique=True
)


@given(NAMES, NAMES)
def test_a_form_never_makes_a_letter_count_for_more_than_was_read_in_it(
    said: list[str], listed: list[str]
) -> None:
    differences = compare({"scope": "、".join(said)}, reading(scope="、".join(listed)))
    effective = effective_scope(tuple(said), differences)
    assert set(effective) <= set(said)
    assert {each.upper() for each in effective} <= {each.upper() for each in listed}
    assert set(said) - set(effective) == set(differences[0].beyond)
    assert (differences[0].outcome is Outcome.WIDENED) is (len(effective) < len(said))


def test_a_scope_that_could_not_be_read_counts_as_the_form_has_it() -> None:
    assert effective_scope(("云雁",), compare({"scope": "云雁"}, reading())) == ("云雁",)


def test_names_in_a_list_stand_once_and_without_brackets() -> None:
    assert names_in("【云雁】、云雁、 雁信 、") == ("云雁", "雁信")


def test_a_correction_tells_what_was_read_and_what_is_said_instead() -> None:
    read = reading(LICENCE, company_name="杭州侧算科技有限公司", legal_representative="王法大")
    name, person = corrections(compare(form_of_licence(QUALIFICATION), read), masked)
    assert (name.name, name.before, name.after) == ("company_name", "杭州侧算科技有限公司", COMPANY)
    assert (person.before, person.after) == ("王**", "王**"), "a person's name is personal"


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (PaperKind.LICENCE, form_of_licence(QUALIFICATION)),
        (PaperKind.LETTER, form_of_letter(LETTER)),
        (PaperKind.TRADEMARK, form_of_trademark(TRADEMARK)),
    ],
)
def test_every_field_of_a_form_is_one_that_is_read(kind: PaperKind, form: dict[str, str]) -> None:
    assert form.keys() <= FIELDS[kind].keys()
    assert [each.name for each in compare(form, reading(kind))] == [
        name for name in FIELDS[kind] if name in form
    ]


# -- the better of two readings ------------------------------------------------------------------------------


def test_a_code_whose_check_fits_is_better_than_one_that_was_read_more_surely() -> None:
    wrong = Field("uscc", "9133", 1, (0, 0, 1, 1), 1.0, checked=False)
    right = Field("uscc", "9144", 1, (0, 0, 1, 1), 0.7, checked=True)
    assert better(wrong, right) is better(right, wrong) is right


def test_the_whole_word_is_better_than_the_piece_that_a_seal_left_of_it() -> None:
    piece = Field("authorizer", "杭州公司", 1, (0, 0, 1, 1), 1.0)
    whole = Field("authorizer", "杭州云雁公司", 1, (0, 0, 1, 1), 0.9)
    assert better(piece, whole) is better(whole, piece) is whole


def test_dirt_is_not_the_whole_word() -> None:
    clean = Field("authorizer", "杭州云雁公司", 1, (0, 0, 1, 1), 1.0)
    dirty = Field("authorizer", "杭州云雁一公司", 1, (0, 0, 1, 1), 0.55)
    assert better(clean, dirty) is better(dirty, clean) is clean


# -- what the reviewer is told -------------------------------------------------------------------------------


def told(case: PaperCase) -> list[str]:
    return [finding.rule for rule in PAPER_RULES for finding in rule.findings(case)]


def case(**changes: str) -> PaperCase:
    """A letter that was read, beside the form of `LETTER`."""
    read = read_paper(PaperKind.LETTER, letter_text(**changes))
    return PaperCase(PaperKind.LETTER, read, compare(form_of_letter(LETTER), read))


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"scope": "【云雁】"}, ["paper.scope_widened"]),
        ({"period": "2026年1月1日至2027年12月31日"}, ["paper.period_widened"]),
        ({"authorizer": "杭州别家科技有限公司"}, ["paper.differs"]),
        ({"period": "以双方约定为准"}, ["paper.not_read"]),
    ],
)
def test_a_reviewer_is_told_of_a_letter(changes: dict[str, str], rules: list[str]) -> None:
    assert told(case(**changes)) == rules


def test_a_letter_without_a_seal_is_told_when_a_seal_could_be_seen() -> None:
    words = ["授权委托书", f"授权方：{OTHER_COMPANY}"]
    for coloured, rules in ((True, ["paper.no_seal"]), (False, [])):
        read = read_paper(PaperKind.LETTER, paper(below(*words), coloured=coloured))
        assert told(PaperCase(PaperKind.LETTER, read)) == rules


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (("https://wcjs.sbj.cnipa.gov.cn/x", "商标状态：已注册"), []),
        (("https://wcjs.sbj.cnipa.gov.cn.example.com/x", "商标状态：已注册"), ["paper.page_address_foreign"]),
        (("商标状态：已注册",), ["paper.page_address_missing"]),
        (("sbj.cnipa.gov.cn/x", "商标状态：等待实质审查"), ["paper.trademark_not_registered"]),
        (("sbj.cnipa.gov.cn/x", "商标状态：注册申请中"), ["paper.trademark_not_registered"]),
    ],
)
def test_a_reviewer_is_told_of_a_trademarks_page(lines: tuple[str, ...], rules: list[str]) -> None:
    read = read_paper(PaperKind.TRADEMARK, paper(below(*lines)))
    assert told(PaperCase(PaperKind.TRADEMARK, read)) == rules


def test_a_paper_that_waits_or_cannot_be_read_is_told_apart() -> None:
    assert told(PaperCase(LICENCE, waiting=True)) == ["paper.waiting"]
    assert told(PaperCase(LICENCE)) == ["paper.unreadable"]


def test_no_machine_rejects_because_of_what_it_read() -> None:
    assert all(rule.severity is not Severity.REJECT for rule in PAPER_RULES)
    assert {rule.id for rule in PAPER_RULES} >= LEFT_TO_PEOPLE
    assert all(rule.source and rule.words.zh and rule.fix.zh for rule in PAPER_RULES)


def test_a_slip_in_a_code_is_told_with_little_confidence() -> None:
    wrong = OTHER_USCC[:-1] + ("A" if OTHER_USCC[-1] != "A" else "B")
    read = read_paper(PaperKind.LETTER, letter_text(code=wrong))
    found = read.get("authorizer_code")
    assert found is not None
    assert (found.checked, found.confidence) == (False, 0.5)


def test_an_unread_field_is_null_for_machines() -> None:
    facts = reading(LICENCE, uscc="x").facts()
    assert facts["kind"] == "licence"
    assert facts["fields"] == {
        name: (facts["fields"][name] if name == "uscc" else None) for name in FIELDS[LICENCE]
    }  # type: ignore[index]


def test_a_letter_of_another_material_differs_in_every_word() -> None:
    other = replace(LETTER, authorizer="甲公司", organization_code=OTHER_USCC, authorized_party="乙公司")
    read = read_paper(PaperKind.LETTER, letter_text())
    differing = [
        each.name for each in compare(form_of_letter(other), read) if each.outcome is Outcome.DIFFERS
    ]
    assert differing == ["authorizer", "authorized_party"]
