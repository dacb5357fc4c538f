from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.variables import split_content, variables_of
from hongyan.kernel.errors import Refused

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,10}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_characters="$", exclude_categories=["Cs"]), max_size=20)


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), names=st.lists(NAMES, min_size=5, max_size=5))
def test_a_text_falls_into_its_pieces_and_comes_together_again(texts: list[str], names: list[str]) -> None:
    names = names[: len(texts) - 1]
    content = texts[0] + "".join(f"${{{name}}}{text}" for name, text in zip(names, texts[1:], strict=True))
    pieces = split_content(content)
    assert len(pieces) % 2 == 1
    assert list(pieces[1::2]) == names
    assert variables_of(pieces) == tuple(dict.fromkeys(names))
    assert "".join(p if n % 2 == 0 else f"${{{p}}}" for n, p in enumerate(pieces)) == content


@given(content=st.text(st.sampled_from("${}ab1_ 验"), max_size=30))
def test_any_text_is_either_split_without_loss_or_refused(content: str) -> None:
    try:
        pieces = split_content(content)
    except Refused as refused:
        told = refused.code
    else:
        assert "".join(p if n % 2 == 0 else f"${{{p}}}" for n, p in enumerate(pieces)) == content
        assert all("${" not in text for text in pieces[::2])
        return
    assert told == "template.variable_malformed"
    assert "${" in content


@pytest.mark.parametrize(
    "content",
    ["${}", "${1a}", "${_a}", "${a b}", "${a-b}", "${验}", "${a", "x${", "${a}${", "${${a}}", "${a\n}"],
)
def test_a_malformed_variable_is_refused(content: str) -> None:
    with pytest.raises(Refused) as refused:
        split_content(content)
    assert refused.value.code == "template.variable_malformed"


def test_dollars_and_braces_that_are_no_variable_stay_text() -> None:
    assert split_content("$5 {x} a}b $") == ("$5 {x} a}b $",)


def test_neighbours_and_repetitions_keep_their_places() -> None:
    assert split_content("${a}${b}${a}") == ("", "a", "", "b", "", "a", "")
    assert variables_of(("", "a", "", "b", "", "a", "")) == ("a", "b")
