"""Whose the digits behind an access number are, against a naive oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import CodeIndex, HeldCode
from hongyan.compliance.extension_codes.index import FOR_GOOD
from hongyan.kernel.errors import Refused

NOW = 1_000
OURS, THEIRS = 7, 8
"""Accounts; a signature's number begins with its account's."""
SHOP, NEWS, RIVAL = 71, 72, 81


def index_of(*codes: HeldCode) -> CodeIndex:
    index = CodeIndex()
    for held in codes:
        index.put(held)
    return index


def ours(code: str, signature_id: int = SHOP, *, primary: bool = False) -> HeldCode:
    return HeldCode(code, OURS, signature_id, primary)


def theirs(code: str) -> HeldCode:
    return HeldCode(code, THEIRS, RIVAL)


def refusal(index: CodeIndex, asked: str, signature_id: int = SHOP) -> str:
    with pytest.raises(Refused) as caught:
        index.digits_behind(OURS, signature_id, asked, NOW)
    return caught.value.code


# -- on the way out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "digits"),
    [
        ("", "88"),  # its primary code
        ("88", "88"),  # which is not doubled
        ("99", "99"),  # another one of its codes is taken as it is
        ("01", "8801"),  # anything else goes behind the primary code
        ("8801", "888801"),  # also what begins with it: a tenant's own numbering has no holes
        ("777", "88777"),
        ("1a", "881a"),  # routing refuses it
    ],
)
def test_a_message_has_its_signatures_code_and_the_tenants_own_digits(asked: str, digits: str) -> None:
    index = index_of(ours("88", primary=True), ours("99"), theirs("77"))
    assert index.digits_behind(OURS, SHOP, asked, NOW) == digits


@pytest.mark.parametrize(("asked", "digits"), [("", ""), ("5", "5"), ("66", "66")])
def test_a_signature_without_a_code_has_what_it_asks_for(asked: str, digits: str) -> None:
    index = index_of(theirs("77"), ours("88", NEWS, primary=True))
    assert index.digits_behind(OURS, SHOP, asked, NOW) == digits


@pytest.mark.parametrize("asked", ["77", "7701", "7", "88", "8801"])
def test_a_number_of_another_signature_is_refused(asked: str) -> None:
    """What it begins with, and of another tenant also what it is the beginning of."""
    index = index_of(theirs("77"), ours("88", NEWS, primary=True))
    assert refusal(index, asked) == "extension.foreign"


def test_the_beginning_of_a_code_of_the_same_account_is_not() -> None:
    assert index_of(ours("88", NEWS)).digits_behind(OURS, SHOP, "8", NOW) == "8"


def test_a_longer_code_of_another_tenant_is_a_hole_in_the_digits_behind_a_code() -> None:
    index = index_of(ours("88", primary=True), theirs("881"), theirs("88234"))
    assert index.digits_behind(OURS, SHOP, "", NOW) == "88"
    assert index.digits_behind(OURS, SHOP, "24", NOW) == "8824"
    for asked in ("1", "12", "2", "23", "234", "2345"):
        assert refusal(index, asked) == "extension.foreign", asked


def test_a_code_of_another_signature_is_refused_though_digits_would_go_behind_the_own_one() -> None:
    index = index_of(ours("88", primary=True), theirs("77"), ours("55", NEWS))
    assert [refusal(index, asked) for asked in ("77", "55")] == ["extension.foreign"] * 2


def test_a_released_code_is_nobodys_to_send_from_until_its_quarantine_ends() -> None:
    index = index_of(
        HeldCode("77", OURS, SHOP, until_ms=NOW + 1), HeldCode("66", THEIRS, RIVAL, until_ms=NOW)
    )
    assert refusal(index, "77") == "extension.quarantined"
    assert refusal(index, "77", NEWS) == "extension.quarantined"
    assert refusal(index, "7701", NEWS) == "extension.foreign"
    assert index.digits_behind(OURS, SHOP, "66", NOW) == "66"
    assert index.digits_behind(OURS, NEWS, "77", NOW + 1) == "77"


def test_the_newest_word_about_a_code_counts() -> None:
    index = index_of(ours("88", primary=True), ours("99"))
    index.put(ours("99", primary=True))
    index.put(ours("88"))
    assert (index.primary(SHOP), index.count) == ("99", 2)
    index.drop("99")
    index.drop("99")
    assert (index.primary(SHOP), index.count) == ("", 1)
    index.put(theirs("88"))
    assert index.owner("88", NOW) == theirs("88")


# -- on the way back --------------------------------------------------------------------------------------


def test_the_longest_code_that_the_digits_begin_with_has_them() -> None:
    index = index_of(ours("8"), theirs("881"), HeldCode("8812", THEIRS, RIVAL, until_ms=NOW))
    found = {digits: index.owner(digits, NOW) for digits in ("", "7", "8", "880", "881", "88123")}
    assert {digits: held.code for digits, held in found.items() if held} == {
        "8": "8",
        "880": "8",
        "881": "881",
        "88123": "881",
    }


DIGITS = st.text("12", min_size=1, max_size=5)
HELD = st.builds(
    lambda code, owner, until_ms: HeldCode(code, owner // 10, owner, until_ms=until_ms),
    DIGITS,
    st.sampled_from([SHOP, NEWS, RIVAL]),
    st.sampled_from([NOW, NOW + 1, FOR_GOOD]),
)


@given(st.lists(st.one_of(HELD, DIGITS), max_size=12), DIGITS, st.sampled_from([SHOP, NEWS, RIVAL]))
def test_it_agrees_with_looking_at_every_code(
    changes: list[HeldCode | str], digits: str, signature_id: int
) -> None:
    index, book = CodeIndex(), dict[str, HeldCode]()
    for change in changes:
        if isinstance(change, HeldCode):
            index.put(change)
            book[change.code] = change
        else:
            index.drop(change)
            book.pop(change, None)
    living = {code: held for code, held in book.items() if held.until_ms > NOW}
    begun = [held for code, held in living.items() if digits.startswith(code)]
    owner = max(begun, key=lambda held: len(held.code), default=None)
    assert index.owner(digits, NOW) == owner
    assert index.count == len(book)

    account_id, named = signature_id // 10, living.get(digits)
    beyond = any(code.startswith(digits) and held.account_id != account_id for code, held in living.items())
    allowed = (named.assigned and named.signature_id == signature_id) if named else not beyond
    if owner is not None and owner.signature_id != signature_id:
        allowed = False
    try:
        index.digits_behind(account_id, signature_id, digits, NOW)
    except Refused:
        assert not allowed
    else:
        assert allowed


@given(st.lists(HELD, max_size=8, unique_by=lambda held: held.code), DIGITS)
def test_no_reply_to_an_accepted_number_is_anothers(codes: list[HeldCode], asked: str) -> None:
    """Whatever is added to the digits that a message came from, of another tenant it is not."""
    index = index_of(*codes)
    try:
        digits = index.digits_behind(OURS, SHOP, asked, NOW)
    except Refused:
        return
    for added in ("", "1", "2", "12", "21", "112"):
        owner = index.owner(digits + added, NOW)
        if asked not in {held.code for held in codes}:
            assert owner is None or owner.account_id == OURS
    owner = index.owner(digits, NOW)
    assert owner is None or owner.signature_id == SHOP
