from __future__ import annotations

import pytest
from compliance_material import uscc_of
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.uscc import is_uscc

ORGANIZATIONS = st.text(st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"), min_size=8, max_size=8)


@pytest.mark.parametrize(
    "code",
    ["9144030071526726XG", "914403001922038216", "91330100799655058B", "91110000802100433B"],
)
def test_codes_of_public_companies_pass(code: str) -> None:
    assert is_uscc(code)


@given(organization=ORGANIZATIONS)
def test_a_code_made_by_the_standards_passes(organization: str) -> None:
    assert is_uscc(uscc_of(organization))


@given(
    organization=ORGANIZATIONS,
    place=st.integers(0, 17),
    other=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_one_wrong_character_is_found(organization: str, place: int, other: str) -> None:
    code = uscc_of(organization)
    if code[place] != other:
        assert not is_uscc(code[:place] + other + code[place + 1 :])


@given(organization=ORGANIZATIONS, place=st.integers(8, 15))
def test_two_characters_in_wrong_order_are_found(organization: str, place: int) -> None:
    code = uscc_of(organization)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_uscc(swapped) is (swapped == code)


@pytest.mark.parametrize(
    "code", ["", "91330100799655058", "91330100799655058BB", "91330100799655058b", "I" * 18, "0" * 18]
)
def test_what_has_another_shape_is_no_code(code: str) -> None:
    assert not is_uscc(code)


@given(code=st.text(max_size=20))
def test_any_text_gets_an_answer(code: str) -> None:
    assert is_uscc(code) in {True, False}
