from __future__ import annotations

from datetime import date

import pytest

from hongyan.compliance.id_card import is_id_card


@pytest.mark.parametrize("number", ["330100198001011237", "11010519491231002X", "11010519491231002x"])
def test_a_number_with_its_check_character_is_taken(number: str) -> None:
    """The second is the example of GB 11643."""
    assert is_id_card(number)


@pytest.mark.parametrize(
    "number",
    [
        *(f"33010019800101123{last}" for last in "012345689X"),
        "33010019800101123",
        "3301001980010112377",
        "330100198002311237",
        "330100198013011237",
        "030100198001011237",
        "330100178001011237",
        "\uff13\uff13\uff10100198001011237",
        " 330100198001011237",
        "",
    ],
)
def test_any_other_number_is_not(number: str) -> None:
    assert not is_id_card(number)


def test_nobody_was_born_after_today() -> None:
    number = "330106209901011231"
    assert is_id_card(number)
    assert not is_id_card(number, born_by=date(2026, 6, 1))
    assert is_id_card("330100198001011237", born_by=date(1980, 1, 1))


def test_two_digits_that_changed_places_are_found() -> None:
    number = "330100198503154561"
    assert is_id_card(number)
    for place in range(17):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not is_id_card(swapped)
