from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from compliance_material import LONG, QUALIFICATION
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import Paper
from hongyan.compliance.fields import read_validity, same_company
from hongyan.compliance.qualifications.checks import _CHECKS, qualification_problems
from hongyan.compliance.refusals import REFUSALS

TODAY = date(2026, 6, 1)
LEGAL, ADMIN = QUALIFICATION.legal_person, QUALIFICATION.admin


def _legal(**changes: Any) -> dict[str, Any]:
    return {"legal_person": replace(LEGAL, **changes)}


def _admin(**changes: Any) -> dict[str, Any]:
    return {"admin": replace(ADMIN, **changes)}


CASES: list[tuple[str, dict[str, Any]]] = [
    ("company_type", {"company_type": "LLC"}),
    ("company_name_missing", {"company_name": " "}),
    ("company_name_malformed", {"company_name": "公司#1"}),
    ("company_name_malformed", {"company_name": "12345"}),
    ("company_name_malformed", {"company_name": "名" * 151}),
    ("organization_code_missing", {"organization_code": ""}),
    ("organization_code_wrong", {"organization_code": "91330100799655058A"}),
    ("license_dates_malformed", {"license_validity": "2020-01-01"}),
    ("license_dates_malformed", {"license_validity": "2020-02-30~2030-01-01"}),
    ("license_dates_malformed", {"license_validity": "2030-01-01~2020-01-01"}),
    ("license_not_valid", {"license_validity": "2020-01-01~2026-05-31"}),
    ("license_not_valid", {"license_validity": "2026-06-02~2099-12-31"}),
    ("licenses_missing", {"use_by_self": False, "licenses": ()}),
    ("license_type", {"licenses": (Paper("1/a.jpg", "driving"),)}),
    ("license_file", {"licenses": (Paper("1/a.bmp", "businessLicense"),)}),
    ("other_file", {"other_papers": ("1/a.exe",)}),
    ("legal_name_missing", _legal(name="")),
    ("legal_name_missing", _legal(name="名" * 51)),
    ("legal_name_malformed", _legal(name="王\u200b法人")),
    ("legal_name_malformed", _legal(name="\u202e王法人")),
    ("legal_name_malformed", _legal(name="王😀")),
    ("legal_id_type", _legal(id_type="library")),
    ("legal_id_missing", _legal(id_number="")),
    ("legal_id_malformed", _legal(id_number="33010619801301123X")),
    ("legal_id_malformed", _legal(id_type="passport", id_number="E 1")),
    ("legal_dates_malformed", _legal(validity="for ever")),
    ("legal_not_valid", _legal(validity="2000-01-01~2020-01-01")),
    ("legal_file", _legal(emblem_side="1/a.gif.exe")),
    ("admin_name_missing", _admin(name="")),
    ("admin_name_malformed", _admin(name="12345")),
    ("admin_name_malformed", _admin(name="李e\u0301")),
    ("admin_id_malformed", _admin(id_number="330106209901011231")),
    ("admin_id_type", _admin(id_type="")),
    ("admin_id_missing", _admin(id_number="")),
    ("admin_id_malformed", _admin(id_number="1234567")),
    ("admin_dates_malformed", _admin(validity="2020/01/01~2030/01/01")),
    ("admin_not_valid", _admin(validity="2000-01-01~2020-01-01")),
    ("admin_emblem_missing", _admin(emblem_side="")),
    ("admin_emblem_file", _admin(emblem_side="1/a.tiff")),
    ("admin_portrait_missing", _admin(portrait_side="")),
    ("admin_portrait_file", _admin(portrait_side="/etc/passwd.png")),
    ("admin_phone_missing", {"admin_phone": ""}),
]


@pytest.mark.parametrize(("code", "changes"), CASES)
def test_one_wrong_field_is_told_and_nothing_else(code: str, changes: dict[str, Any]) -> None:
    material = replace(QUALIFICATION, **changes)
    assert list(qualification_problems("名称", material, TODAY)) == [f"qualification.{code}"] or (
        code.endswith("missing")
        and f"qualification.{code}" == next(qualification_problems("名称", material, TODAY))
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_missing"),
        ("123", "name_malformed"),
        ("a-b", "name_malformed"),
        ("名" * 101, "name_malformed"),
    ],
)
def test_the_name_follows_the_vendors_rule(name: str, code: str) -> None:
    assert list(qualification_problems(name, QUALIFICATION, TODAY)) == [f"qualification.{code}"]


def test_good_material_has_no_problem() -> None:
    assert list(qualification_problems("资质1", QUALIFICATION, TODAY)) == []


def test_every_check_has_words_and_a_case_here() -> None:
    codes = {code for code, _ in _CHECKS}
    assert {f"qualification.{code}" for code in codes} <= REFUSALS.keys()
    assert codes == {code for code, _ in CASES} | {"name_missing", "name_malformed"}


def test_papers_may_last_for_ever_and_include_their_first_and_last_day() -> None:
    assert read_validity(LONG) == (date(2020, 1, 1), date(2099, 12, 31))
    for day in ("2026-06-01~2026-06-01", "2026-06-01~2026-07-01", "2026-05-01~2026-06-01"):
        material = replace(QUALIFICATION, license_validity=day)
        assert list(qualification_problems("资质", material, TODAY)) == []


@given(text=st.text(st.sampled_from("0123456789-~ /"), max_size=25))
def test_any_text_is_a_validity_or_none(text: str) -> None:
    span = read_validity(text)
    assert span is None or f"{span[0]}~{span[1]}" == text


def test_brackets_of_both_widths_are_one_companys_name() -> None:
    assert same_company("云雁(杭州)有限公司", "云雁（杭州）有限公司")
    assert not same_company("云雁杭州有限公司", "云雁（杭州）有限公司")
