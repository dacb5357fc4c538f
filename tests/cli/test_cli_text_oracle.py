"""`hongyan text` against a reckoning of its own: slow, character by character, from the tables of the document.

Source: 3GPP TS 23.038, 6.2.1 (the two tables); TS 23.040, 9.2.3.24 (140 octets a message, 6 of them a part's header).
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from command_line import hongyan
from hypothesis import given
from hypothesis import strategies as st

ROWS = (
    "@ Δ SP 0 ¡ P ¿ p", "£ _ ! 1 A Q a q", "$ Φ \" 2 B R b r", "¥ Γ # 3 C S c s",
    "è Λ ¤ 4 D T d t", "é Ω % 5 E U e u", "ù Π & 6 F V f v", "ì Ψ ' 7 G W g w",
    "ò Σ ( 8 H X h x", "Ç Θ ) 9 I Y i y", "LF Ξ * : J Z j z", "Ø ESC + ; K Ä k ä",
    "ø Æ , < L Ö l ö", "CR æ - = M Ñ m ñ", "Å ß . > N Ü n ü", "å É / ? O § o à",
)  # fmt: skip
"""The basic table as the document prints it: a line for each low nibble, a column for each high one."""
NAMED = {"SP": " ", "LF": "\n", "CR": "\r"}
ESCAPED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
SEPTETS = {
    NAMED.get(cell, cell): bytes((high << 4 | low,))
    for low, row in enumerate(ROWS)
    for high, cell in enumerate(row.split(" "))
    if cell != "ESC"
} | {character: bytes((0x1B, code)) for character, code in ESCAPED.items()}

OCTETS = 140
HEADER = 6


class Reckoned(NamedTuple):
    alphabet: str
    units: int
    segments: list[dict[str, object]]


def reckon(text: str) -> Reckoned:
    """What a text takes: each character written alone, put where there is room for all of it."""
    gsm = all(character in SEPTETS for character in text)
    if gsm:
        written = [SEPTETS[character] for character in text]
        octets_of_unit, single, part = 1, OCTETS * 8 // 7, (OCTETS - HEADER) * 8 // 7
    else:
        written = [character.encode("utf-16-be") for character in text]
        octets_of_unit, single, part = 2, OCTETS // 2, (OCTETS - HEADER) // 2
    room = (single if sum(map(len, written)) <= single * octets_of_unit else part) * octets_of_unit
    pieces: list[tuple[str, bytes]] = [("", b"")]
    for character, octets in zip(text, written, strict=True):
        if len(pieces[-1][1]) + len(octets) > room:
            pieces.append(("", b""))
        pieces[-1] = pieces[-1][0] + character, pieces[-1][1] + octets
    return Reckoned(
        "GSM7" if gsm else "UCS2",
        sum(map(len, written)) // octets_of_unit,
        [
            {"text": piece, "units": len(octets) // octets_of_unit, "hex": octets.hex()}
            for piece, octets in pieces
        ],
    )


def shown(*words: str, stdin: bytes = b"") -> Reckoned:
    found = hongyan("text", *words, "--json", given=stdin).json
    assert list(found) == ["alphabet", "units", "segments"]
    return Reckoned(**found)


GSM = st.sampled_from(sorted(SEPTETS))
DEAR = st.sampled_from(sorted(ESCAPED))
ANY = st.characters(exclude_categories=["Cs"])
ASTRAL = st.characters(min_codepoint=0x10000)
NOT_IN_GSM = "`çáíóúâêãõ\t\x1b\0\x7fΑΒΕ“”…—中\u00a0\u2028\ufeff\ufffe\u0300😀"


def test_the_two_tables_have_137_characters() -> None:
    assert len(SEPTETS) == 127 + 10
    assert len(set(SEPTETS.values())) == len(SEPTETS)


@pytest.mark.parametrize("character", [*SEPTETS, *NOT_IN_GSM])
def test_every_character_of_the_tables_and_none_beside_them_is_gsm(character: str) -> None:
    text = f"a{character}b"
    assert shown("-", stdin=text.encode()) == reckon(text)
    assert reckon(text).alphabet == ("GSM7" if character in SEPTETS else "UCS2")


@given(st.one_of(st.text(GSM, max_size=400), st.text(ANY, max_size=200)))
def test_any_text_is_cut_as_reckoned(text: str) -> None:
    assert shown("-", stdin=text.encode()) == reckon(text)


@given(
    filler=st.integers(149, 165), dear=st.text(DEAR, min_size=1, max_size=12), rest=st.text(GSM, max_size=200)
)
def test_escape_pairs_at_a_boundary_stay_whole(filler: int, dear: str, rest: str) -> None:
    text = "a" * filler + dear + rest
    found = shown("-", stdin=text.encode())
    assert found == reckon(text)
    assert not any(str(each["hex"]).endswith("1b") for each in found.segments)


@given(
    filler=st.integers(60, 75),
    astral=st.text(ASTRAL, min_size=1, max_size=8),
    rest=st.text(ANY, max_size=120),
)
def test_surrogate_pairs_at_a_boundary_stay_whole(filler: int, astral: str, rest: str) -> None:
    text = "中" * filler + astral + rest
    found = shown("-", stdin=text.encode())
    assert found == reckon(text)
    for each in found.segments:
        assert bytes.fromhex(str(each["hex"])).decode("utf-16-be") == each["text"]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("€" * 80, [160]),
        ("€" * 81, [152, 10]),
        ("a" + "€" * 80, [153, 8]),
        ("a" * 159 + "€", [153, 8]),
        ("a" * 152 + "€" + "b" * 7, [152, 9]),
        ("中" * 70, [70]),
        ("中" * 71, [67, 4]),
        ("a" * 70 + "中", [67, 4]),
        ("中" * 134, [67, 67]),
        ("中" * 135, [67, 67, 1]),
        ("😀" * 35, [70]),
        ("😀" * 36, [66, 6]),
        ("中" * 66 + "😀" * 3, [66, 6]),
        ("中" * 68 + "😀", [70]),
        ("中" * 69 + "😀", [67, 4]),
    ],
)
def test_sizes_at_the_boundaries(text: str, sizes: list[int]) -> None:
    found = shown("-", stdin=text.encode())
    assert found == reckon(text)
    assert [each["units"] for each in found.segments] == sizes


@given(signature=st.text(ANY, min_size=1, max_size=12), text=st.text(ANY, max_size=150))
def test_a_signature_is_part_of_the_text(signature: str, text: str) -> None:
    bare = signature.removeprefix("【").removesuffix("】")
    assert shown("-", f"--signature={signature}", stdin=text.encode()) == reckon(f"【{bare}】{text}")


@pytest.mark.parametrize(
    "text", ["", "\n", "\r\n", "a\n", "a\r\nb\r\n", " a ", "a\n\n", "中\r\n", "\ufeffa", "a\0b"]
)
def test_standard_input_is_taken_to_the_octet(text: str) -> None:
    found = shown("-", stdin=text.encode())
    assert found == reckon(text)
    assert "".join(str(each["text"]) for each in found.segments) == text


LONE = [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"a\xed\xa0\xbdb", b"\xed\xa0\xbd\xed\xb8\x80"]
CUT = [
    b"\xff",
    b"\xc3",
    b"caf\xe9",
    b"\xe4\xb8",
    b"\xf0\x9f\x98",
    b"\xc0\x80",
    b"\xf4\x90\x80\x80",
    b"\xfe\xff\x4e\x2d",
]


@pytest.mark.parametrize("octets", [*LONE, *CUT])
@pytest.mark.parametrize("words", [(), ("--json",), ("--signature", "示例")])
def test_octets_that_are_no_utf_8_are_refused_and_nothing_is_printed(
    octets: bytes, words: tuple[str, ...]
) -> None:
    said = hongyan("text", "-", *words, given=octets)
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("[input.not_utf8]\n")


@given(st.binary(max_size=300))
def test_any_octets_are_a_text_or_refused(octets: bytes) -> None:
    said = hongyan("text", "-", "--json", given=octets)
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        assert (said.code, said.out) == (1, "")
    else:
        assert Reckoned(**said.json) == reckon(text)


def test_a_text_of_255_parts_is_shown_and_one_more_is_refused() -> None:
    assert len(shown("-", stdin=b"a" * 153 * 255).segments) == 255
    said = hongyan("text", "-", "--json", given=b"a" * (153 * 255 + 1))
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("[text.too_long]\n")
