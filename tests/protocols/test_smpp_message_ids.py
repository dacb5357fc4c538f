"""Ids that an SMSC writes in two ways: the answer to a submit and its receipt meet all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.smpp.message_ids import WRITINGS, MessageIds, Writing

DECIMAL, HEX = "{}".format, "{:x}".format
WRITTEN = {
    "number": (HEX, HEX),
    "hex_to_decimal": (HEX, DECIMAL),
    "decimal_to_hex": (DECIMAL, HEX),
}
ZEROS = st.integers(0, 12).map("0".__mul__)
CASE = st.sampled_from([str.lower, str.upper, str.title])


@pytest.mark.parametrize(
    ("writing", "answer", "receipt", "common"),
    [
        ("as_is", "7C9F2A10", "7C9F2A10", "7C9F2A10"),
        ("as_is", "0118Z-0122I", "0118Z-0122I", "0118Z-0122I"),
        ("number", "7C9F2A10", "7c9f2a10", "7c9f2a10"),
        ("number", "00BBA622", "BBA622", "bba622"),
        ("number", "0221067780", "221067780", "221067780"),
        ("number", "0x7C9F", "7c9f", "7c9f"),
        ("hex_to_decimal", "7C9F2A10", "2090805776", "7c9f2a10"),
        ("hex_to_decimal", "007c9f2a10", "02090805776", "7c9f2a10"),
        ("hex_to_decimal", "10", "16", "10"),
        ("decimal_to_hex", "2090805776", "7C9F2A10", "2090805776"),
        ("decimal_to_hex", "0002090805776", "0x007c9f2a10", "2090805776"),
        ("decimal_to_hex", "16", "10", "16"),
        ("hex_to_decimal", "0", "000", "0"),
        ("hex_to_decimal", "f" * 16, "18446744073709551615", "f" * 16),
    ],
)
def test_an_answer_and_its_receipt_come_to_the_same_text(
    writing: Writing, answer: str, receipt: str, common: str
) -> None:
    ids = MessageIds(writing)
    assert (ids.answered(answer), ids.reported(receipt)) == (common, common)


@pytest.mark.parametrize("writing", WRITTEN)
@given(number=st.integers(0, (1 << 96) - 1), zeros=st.tuples(ZEROS, ZEROS), case=st.tuples(CASE, CASE))
def test_any_number_is_found_whatever_its_zeros_and_its_case(
    writing: Writing, number: int, zeros: tuple[str, str], case: tuple[object, object]
) -> None:
    ids = MessageIds(writing)
    answer, receipt = (
        cased(zero + write(number))  # type: ignore[operator]
        for cased, zero, write in zip(case, zeros, WRITTEN[writing], strict=True)
    )
    assert ids.answered(answer) == ids.reported(receipt)


@pytest.mark.parametrize("writing", WRITTEN)
@given(numbers=st.tuples(st.integers(0, 1 << 64), st.integers(0, 1 << 64)))
def test_two_numbers_never_come_to_the_same_text(writing: Writing, numbers: tuple[int, int]) -> None:
    ids = MessageIds(writing)
    answers = {ids.answered(WRITTEN[writing][0](number)) for number in numbers}
    assert len(answers) == len(set(numbers))


@pytest.mark.parametrize("writing", ["hex_to_decimal", "number"])
def test_a_receipt_with_letters_is_hexadecimal_whatever_is_set(writing: Writing) -> None:
    assert MessageIds(writing).reported("00BBA622") == "bba622"


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("text", ["", "msg-17", "12 34", "-5", "+5", "1_000", "١٢", "0x", "9" * 65, "0118Z"])
def test_what_is_no_number_stays_as_it_is(writing: Writing, text: str) -> None:
    ids = MessageIds(writing)
    assert (ids.answered(text), ids.reported(text)) == (text, text)


@pytest.mark.parametrize("writing", WRITINGS)
@given(text=st.text(max_size=200))
def test_no_text_of_a_peer_breaks_it(writing: Writing, text: str) -> None:
    ids = MessageIds(writing)
    assert isinstance(ids.answered(text) + ids.reported(text), str)
