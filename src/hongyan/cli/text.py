"""`hongyan text`: how a text travels, and the character that makes it larger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cyclopts import App, Parameter
from rich.cells import cell_len

from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.reading import STANDARD_INPUT, as_text, read_stdin
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.kernel.gsm import to_septets
from hongyan.kernel.gsm_alternatives import alternative
from hongyan.kernel.text import (
    Alphabet,
    Segment,
    billing_segments,
    count_segments,
    culprit,
    limits,
    measure,
    split,
)
from hongyan.kernel.visible import character_name, visible

app = App(
    name="text",
    help="A text's alphabet, segments and boundaries. 短信文本的编码、拆分与计费条数。",
    default_parameter=Parameter(negative=()),
)

LARGEST_INPUT = 1 << 20
"""Octets. 255 segments are less than 40 kB."""

_MOST_CULPRITS = 6


@app.default
def text(
    content: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    signature: str | None = None,
    json: bool = False,
) -> None:
    """Show how a text travels.

    Parameters
    ----------
    content
        The text, or - for standard input, which is taken unchanged (also its last line end).
    signature
        The signature to put in front, as sending does: 【signature】.
    json
        One JSON object: alphabet, units, segments; hex without the concatenation header.
    """
    whole = as_text(read_stdin(LARGEST_INPUT)) if content == STANDARD_INPUT else content
    if signature:
        whole = _signed(signature, whole)
    alphabet, units = measure(whole)
    segments = split(whole)
    if json:
        _write_json(alphabet, units, segments)
        return
    print_what_the_terminal_can()
    for line in _lines(whole, alphabet, units, segments, _BRACKETS if signature else ""):
        print(line)


_BRACKETS = "【】"
"""Of a signature: mainland carriers ask for just these."""


def _signed(signature: str, content: str) -> str:
    from hongyan.messaging.model import Category
    from hongyan.messaging.render import with_signature

    return with_signature(signature.removeprefix("【").removesuffix("】"), content, Category.NOTICE)


def _write_json(alphabet: Alphabet, units: int, segments: list[Segment]) -> None:
    found = {
        "alphabet": alphabet.name,
        "units": units,
        "segments": [
            {"text": each.text, "units": each.units, "hex": each.payload.hex()} for each in segments
        ],
    }
    print_json(found)


_NAMES = {Alphabet.GSM7: "GSM 7-bit", Alphabet.UCS2: "UCS-2"}


def _unit(alphabet: Alphabet) -> str:
    return (
        say("个七位码元", "septets") if alphabet is Alphabet.GSM7 else say("个 UTF-16 码元", "UTF-16 units")
    )


def _lines(whole: str, alphabet: Alphabet, units: int, segments: list[Segment], kept: str) -> Iterator[str]:
    """`kept`: characters that nothing can stand for."""
    single, part = limits(alphabet)
    unit = _unit(alphabet)
    yield _row(say("编码", "alphabet"), _NAMES[alphabet])
    yield _row(say("长度", "size"), f"{units} {unit}")
    yield _row(
        say("拆分", "segments"),
        say(
            f"{len(segments)} 条（单条最多 {single} {unit}，长短信每条 {part}）",
            f"{len(segments)} ({single} {unit} fit one, {part} each part of a long text)",
        ),
    )
    home, abroad = billing_segments(whole, domestic=True), billing_segments(whole, domestic=False)
    yield _row(
        say("计费", "charged"), say(f"国内 {home} 条，国际 {abroad} 条", f"{home} at home, {abroad} abroad")
    )
    if alphabet is Alphabet.UCS2:
        yield ""
        yield from _reasons(whole, len(segments), kept)
    yield ""
    room = single if len(segments) == 1 else part
    for number, each in enumerate(segments, 1):
        yield f"{number:>3}  {each.units:>3}/{room}  {visible(each.text)}"
        if number < len(segments) and each.units < room:
            kept = segments[number].text[:1]
            yield " " * 14 + say(
                f"少用 1 个码元：{visible(kept)} 占 2 个码元，不能拆开",
                f"one unit less: {visible(kept)} takes two and is not cut in half",
            )
    yield _row(
        "",
        say(f"末条还可容纳 {room - segments[-1].units} {unit}", f"room for {room - segments[-1].units} more"),
    )


def _reasons(whole: str, segments: int, kept: str) -> Iterator[str]:
    """The first character that forces UCS-2, the others, and what the text would take without them."""
    first = culprit(whole)
    assert first is not None, "a text in UCS-2 has one"
    outside = list(dict.fromkeys(each for each in whole if to_septets(each) is None))
    assert outside[0] == first.character
    label = say("起因", "because of")
    for each in outside[:_MOST_CULPRITS]:
        instead = None if each in kept else alternative(each)
        yield _row(label, _culprit(each, instead, whole.index(each) + 1, whole.count(each)))
        label = ""
    if len(outside) > _MOST_CULPRITS:
        more = len(outside) - _MOST_CULPRITS
        yield _row("", say(f"另有 {more} 种字符", f"and {more} other characters"))
    replaced = "".join(each if each in kept else _in_gsm(each) for each in whole)
    if to_septets(replaced) is None:
        return
    units, count = measure(replaced)[1], count_segments(replaced)
    yield _row(
        say("替换后", "replaced"),
        say(
            f"GSM 7-bit，{units} {_unit(Alphabet.GSM7)}，{count} 条（现为 {segments} 条）",
            f"GSM 7-bit, {units} {_unit(Alphabet.GSM7)}, segments: {count} (now {segments})",
        ),
    )


def _in_gsm(character: str) -> str:
    if to_septets(character) is not None:
        return character
    found = alternative(character)
    return character if found is None else found


def _culprit(character: str, instead: str | None, position: int, times: int) -> str:
    """A character with its code point, where it stands, and what may stand `instead` of it, None for nothing."""
    words = f"{visible(character)}  {character_name(character)}"
    words += say(f"，第 {position} 个字符", f", character {position}")
    if times > 1:
        words += say(f"，共 {times} 处", f", {times} times")
    match instead:
        case None:
            return words
        case "":
            return words + say("：可删去", ": leave it out")
        case " ":
            return words + say("：可改用空格", ": write a blank")
        case found:
            return words + say(f"：可改用 {visible(found)}", f": write {visible(found)}")


_LABEL_WIDTH = 12


def _row(label: str, value: str) -> str:
    return f"{label}{' ' * max(1, _LABEL_WIDTH - cell_len(label))}{value}"
