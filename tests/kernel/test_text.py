"""Alphabets, sizes, segments and the header that joins them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hongyan.kernel import gsm
from hongyan.kernel.errors import Refused
from hongyan.kernel.text import (
    Alphabet,
    Concat,
    Culprit,
    Repertoire,
    billing_segments,
    count_segments,
    culprit,
    decode,
    encode,
    measure,
    parse_udh,
    split,
    udh,
)

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "text.json").read_text("utf-8")
)
GSM_TEXT = st.text(alphabet=sorted(set(gsm.BASIC) - {"\x1b"} | set(gsm.EXTENSION.values())), max_size=700)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=500)
MIXED = st.lists(st.sampled_from(["中", "😀", "a", "€", "@", "\0", "`"]), max_size=400).map("".join)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_text_vectors_are_measured_encoded_and_cut(vector: dict[str, Any]) -> None:
    text, fields = vector["text"], vector["fields"]
    alphabet, units = measure(text)
    segments = split(text, fields["reference"])
    assert vector["alphabet"].startswith(alphabet.name)
    assert units == vector["units"]
    assert encode(text, alphabet).hex() == fields["encoded_hex"]
    assert [segment.user_data.hex() for segment in segments] == fields["segments_hex"]
    assert count_segments(text) == len(segments) == vector["segments_count"]
    assert decode(bytes.fromhex(fields["encoded_hex"]), alphabet) == text


def test_the_gsm_tables_have_128_and_10_characters_without_repetition() -> None:
    characters = [c for c in gsm.BASIC if c != "\x1b"] + list(gsm.EXTENSION.values())
    assert len(gsm.BASIC) == 128
    assert len(set(characters)) == 127 + 10


@given(GSM_TEXT | ANY_TEXT | MIXED)
@example("")
@example("\x1b")
@example("\0")
@example("@\0")
@example("a" * 152 + "€" + "b" * 7)
@example("中" * 66 + "😀" + "中" * 4)
def test_segments_join_to_the_text_and_none_is_too_long_or_cut_inside_a_pair(text: str) -> None:
    segments = split(text, 7)
    alphabet, units = measure(text)
    assert "".join(segment.text for segment in segments) == text
    assert b"".join(segment.payload for segment in segments) == encode(text, alphabet)
    assert sum(segment.units for segment in segments) == units
    assert count_segments(text) == len(segments)
    single, part = (160, 153) if alphabet is Alphabet.GSM7 else (70, 67)
    most = single if len(segments) == 1 else part
    for index, segment in enumerate(segments, 1):
        assert segment.units <= most
        assert segment.alphabet is alphabet
        assert encode(segment.text, alphabet) == segment.payload
        concat, rest = parse_udh(segment.user_data) if segment.header else (None, segment.payload)
        assert rest == segment.payload
        if len(segments) > 1:
            assert concat == Concat(7, len(segments), index, wide=False)
            assert segment.units >= (part - 1 if index < len(segments) else 1)
        else:
            assert segment.header == b""


@given(ANY_TEXT | MIXED | GSM_TEXT)
def test_ucs2_is_chosen_exactly_when_there_is_a_culprit(text: str) -> None:
    found = culprit(text)
    allowed = set(gsm.BASIC) - {"\x1b"} | set(gsm.EXTENSION.values())
    outside = [index for index, character in enumerate(text) if character not in allowed]
    assert (measure(text)[0] is Alphabet.UCS2) == bool(outside)
    assert found == (Culprit(outside[0], text[outside[0]]) if outside else None)


@given(st.binary(max_size=300), st.sampled_from(Alphabet))
def test_decoding_never_fails(data: bytes, alphabet: Alphabet) -> None:
    assert isinstance(decode(data, alphabet), str)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b\x65", "€"),
        (b"a\x1b\x1bb", "a b"),
        (b"a\x1b", "a "),
        (b"\x1ba", "a"),
        (b"\x00\x80", "@\ufffd"),
    ],
)
def test_unusual_escapes_are_shown_as_the_standard_asks(data: bytes, text: str) -> None:
    assert decode(data, Alphabet.GSM7) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [("feff4e2d", "中"), ("4e2d6587ff", "中文"), ("d83d", "\ufffd"), ("", "")],
)
def test_ucs2_tolerates_marks_odd_octets_and_half_characters(data: str, text: str) -> None:
    assert decode(bytes.fromhex(data), Alphabet.UCS2) == text


@pytest.mark.parametrize(
    "action", [measure, count_segments, split, lambda text: billing_segments(text, True)]
)
def test_a_lone_surrogate_is_refused_with_its_position(action: Any) -> None:
    with pytest.raises(Refused) as caught:
        action("ab\ud83d")
    assert (caught.value.code, caught.value.facts["index"]) == ("text.lone_surrogate", 2)


def test_encoding_in_the_wrong_alphabet_names_the_character() -> None:
    with pytest.raises(Refused) as caught:
        encode("ab中", Alphabet.GSM7)
    assert (caught.value.code, caught.value.facts["index"]) == ("text.not_in_alphabet", 2)


def test_more_than_255_segments_are_refused() -> None:
    assert len(split("a" * 153 * 255)) == 255
    with pytest.raises(Refused) as caught:
        split("a" * (153 * 255 + 1))
    assert caught.value.code == "text.too_long"


@pytest.mark.parametrize(
    ("text", "domestic", "abroad"),
    [("", 1, 1), ("中" * 70, 1, 1), ("中" * 71, 2, 2), ("a" * 70, 1, 1), ("a" * 71, 2, 1), ("a" * 135, 3, 1)],
)
def test_mainland_bills_every_alphabet_by_70_and_67(text: str, domestic: int, abroad: int) -> None:
    assert billing_segments(text, domestic=True) == domestic
    assert billing_segments(text, domestic=False) == abroad


@pytest.mark.parametrize(
    ("payload", "concat", "rest"),
    [
        ("0500032a020141", Concat(0x2A, 2, 1, wide=False), "41"),
        ("0608040102020141", Concat(0x0102, 2, 1, wide=True), "41"),
        ("0b050415811581000301020141", Concat(1, 2, 1, wide=False), "41"),
        ("060504158115814142", None, "4142"),
        ("0500032a020341", None, "41"),
        ("0500032a020041", None, "41"),
        ("0500", None, "0500"),
        ("", None, ""),
        ("0041", None, "41"),
        ("0300030141", None, "41"),
    ],
    ids=[
        "8 bit",
        "16 bit",
        "after ports",
        "ports only",
        "beyond total",
        "zero",
        "too long",
        "empty",
        "no elements",
        "cut",
    ],
)
def test_user_data_headers_are_walked(payload: str, concat: Concat | None, rest: str) -> None:
    assert parse_udh(bytes.fromhex(payload)) == (concat, bytes.fromhex(rest))


@given(st.binary(max_size=60))
def test_a_header_never_loses_payload(payload: bytes) -> None:
    concat, rest = parse_udh(payload)
    assert payload.endswith(rest)
    assert concat is None or 1 <= concat.index <= concat.total


@given(st.integers(0, 255), st.integers(1, 255), st.binary(max_size=134))
def test_a_written_header_is_read_back(reference: int, total: int, payload: bytes) -> None:
    assert parse_udh(udh(reference, total, total) + payload) == (
        Concat(reference, total, total, wide=False),
        payload,
    )


@pytest.mark.parametrize(
    ("repertoire", "gsm", "ucs2"),
    [
        (Repertoire.GSM, "€Ωé@", "中"),
        (Repertoire.LATIN_1, "é@[£§", "€"),
        (Repertoire.LATIN_1, "é@[£§", "Ω"),
        (Repertoire.ASCII, "@[~\n", "é"),
        (Repertoire.ASCII, "", "£"),
        (Repertoire.UCS2_ONLY, None, "a"),
    ],
)
def test_a_carrier_that_takes_fewer_characters_gets_the_others_in_ucs_2(
    repertoire: Repertoire, gsm: str | None, ucs2: str
) -> None:
    if gsm is not None:
        assert [each.alphabet for each in split(gsm, 1, repertoire)] == [Alphabet.GSM7]
    (segment,) = split(ucs2, 1, repertoire)
    assert (segment.alphabet, segment.payload) == (Alphabet.UCS2, ucs2.encode("utf-16-be"))
