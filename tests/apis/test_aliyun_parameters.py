"""Query strings and form bodies: the fast way equals the way by the rules, or stands back."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hongyan.apis.aliyun.parameters import MAX_PARAMETERS, Form, Malformed, read, read_any, read_usual

names = st.text("AZaz09._-", min_size=1, max_size=8)
values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
noise = st.binary(max_size=60) | st.lists(
    st.sampled_from(
        [b"a", b"=", b"&", b"+", b"%41", b"%2a", b"%2A", b"%20", b"%", b"%E9%98%BF", b"\x1e", b"~"]
    ),
    max_size=20,
).map(b"".join)


def same(fast: Form, slow: Form) -> bool:
    return fast.values == slow.values and fast.canonical() == slow.canonical()


@given(noise)
@example(b"a=1&a=2")
@example(b"=x")
@example(b"a&b=1")
@example(b"a=%1E&b=%1F")
@example(b"a=%00")
@example(b"a=%c3%a9")
@example(b"a=%C3")
@example(b"a=1&&b=2")
@example("a=é".encode())
@example(b"a=\\x41")
def test_the_fast_way_equals_the_rules_or_stands_back(raw: bytes) -> None:
    fast = read_usual(raw)
    if fast is not None:
        assert same(fast, read_any(raw))


@given(st.dictionaries(names, values, min_size=1))
def test_text_of_the_sdk_takes_the_fast_way(parameters: dict[str, str]) -> None:
    separators = any(mark in value for value in parameters.values() for mark in "\x1e\x1f")
    raw = urlencode(sorted(parameters.items())).encode()
    fast = read_usual(raw)
    assert (fast is None) == separators
    assert read(raw).values == parameters
    if fast is not None:
        assert same(fast, read_any(raw))


@given(st.dictionaries(names, values), st.randoms(use_true_random=False))
def test_order_and_escapes_do_not_change_the_canonical_form(
    parameters: dict[str, str], random: object
) -> None:
    def escape(text: str) -> str:
        return "".join(f"%{b:02x}" if random.random() < 0.5 else quote(bytes([b])) for b in text.encode())  # type: ignore[attr-defined]

    items = list(parameters.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    raw = "&".join(f"{name}={escape(value)}" for name, value in items).encode()
    expected = "&".join(f"{name}={quote(parameters[name], safe='')}" for name in sorted(parameters))
    form = read(raw)
    assert form.values == parameters
    assert form.canonical() == expected.encode()


@pytest.mark.parametrize("byte", [byte for byte in range(1, 128) if byte != ord("%")])
def test_every_character_is_read_and_encoded_alike_both_ways(byte: int) -> None:
    for raw in (b"a=%%%02X" % byte, b"a=%%%02x" % byte, b"a=x%c" % byte):
        fast, slow = read_usual(raw), read_any(raw)
        assert fast is None or same(fast, slow)


@given(st.binary(max_size=60).filter(lambda raw: b"&" not in raw))
@example(b"\\x41%5C%5cn")
def test_values_are_decoded_as_the_standard_library_decodes_them(raw: bytes) -> None:
    try:
        value = read_any(b"a=" + raw).values["a"]
    except Malformed:
        return
    assert value == unquote_to_bytes(raw.replace(b"+", b" ")).decode()


def test_plus_and_percent_20_are_both_a_space() -> None:
    assert read(b"a=1+2").values == read(b"a=1%202").values == {"a": "1 2"}
    assert read(b"a=1+2").canonical() == read(b"a=1%202").canonical() == b"a=1%202"


def test_raw_star_and_slash_are_encoded_in_the_canonical_form() -> None:
    assert read(b"a=x~y*z/1").canonical() == b"a=x~y%2Az%2F1"


def test_names_are_sorted_as_names_and_not_with_their_equals_sign() -> None:
    assert read(b"Tag.10=b&Tag=c&Tag.1=a&A=0").canonical() == b"A=0&Tag=c&Tag.1=a&Tag.10=b"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"a=1&a=1", "twice"),
        (b"a=1&%61=1", "twice"),
        (b"=1", "without a name"),
        (b"a=%4", "percent"),
        (b"a=%zz", "percent"),
        (b"a=%FF", "UTF-8"),
        (b"a=%ED%A0%80", "UTF-8"),
        (b"a=%00", "NUL"),
        (b"&".join(b"a%d=1" % i for i in range(MAX_PARAMETERS + 1)), "more than"),
    ],
)
def test_ambiguous_or_broken_text_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read(raw)


def test_a_parameter_in_query_and_body_is_refused() -> None:
    with pytest.raises(Malformed, match="OutId is given twice"):
        read(b"OutId=1").merged(read(b"OutId=1"))


@given(st.dictionaries(names, values), st.dictionaries(names, values))
def test_query_and_body_merge_into_one_canonical_form(a: dict[str, str], b: dict[str, str]) -> None:
    b = {name: value for name, value in b.items() if name not in a}
    merged = read(urlencode(a).encode()).merged(read(urlencode(b).encode()))
    assert merged.values == {**a, **b}
    assert merged.canonical() == read(urlencode({**a, **b}).encode()).canonical()
