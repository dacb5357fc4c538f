"""`hongyan paper read`: what a model reads on a picture of a licence, a letter or a trademark's page. Needs no data folder and
no server, but the extra "ocr"."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.cells import cell_len

from hongyan.cli.context import Json
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.reading import read_file
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.compliance.ocr import (
    FIELDS,
    Field,
    PaperKind,
    PaperText,
    ReadApart,
    Reading,
    is_installed,
    kind_of,
    not_installed,
    read_paper,
)
from hongyan.compliance.papers import MOST_BYTES
from hongyan.compliance.papers.formats import format_named
from hongyan.compliance.papers.inspecting import InspectApart
from hongyan.compliance.refusals import refusal
from hongyan.compliance.rules import Words
from hongyan.kernel.visible import visible

app = App(name="paper", help="What papers say: licences, letters, trademarks. 识别证照、委托书与商标截图。")

_KINDS = {
    PaperKind.LICENCE: Words("licence", "营业执照或法人证书"),
    PaperKind.LETTER: Words("letter of authorization", "授权委托书"),
    PaperKind.TRADEMARK: Words("page of a trademark", "商标详情"),
}


@app.command
def read(
    file: Path,
    *,
    kind: Annotated[PaperKind | None, Parameter(name="--as")] = None,
    json: Json = False,
) -> None:
    """Read a picture or a PDF. Leaves with 1 when no field was found, with 78 when the extra is not installed.

    The first pages are read, at most three. What a model reads is a proposal: look at the picture.
    识别图片或 PDF（前三页），结果仅供参考，请对照原件。

    Parameters
    ----------
    file
        JPEG, PNG, GIF or PDF, at most 5 MB. 图片或 PDF 文件。
    kind
        What it is: licence, letter or trademark; by its words when left out. 证照类型，缺省时自动判断。
    json
        One JSON value and nothing else. 仅输出一个 JSON 值。
    """
    if not is_installed():
        raise not_installed()
    text = asyncio.run(_text(file))
    found = kind or kind_of(text)
    reading = read_paper(found, text) if found else None
    if json:
        print_json(_facts(file, text, reading))
    elif reading is None:
        print(
            say(
                "无法判断证照类型，请用 --as 指定。识别到的文字：",
                "Neither licence, letter nor trademark; say which with --as. The words:",
            )
        )
        for line in _lines(text):
            print(f"  {visible(line)}")
    else:
        _show(reading)
    sys.exit(0 if reading and reading.fields else 1)


async def _text(file: Path) -> PaperText:
    promised = format_named(f"x/{file.name}")
    if promised is None:
        raise refusal("paper.unknown_suffix")
    content = read_file(file, MOST_BYTES)
    await InspectApart()(content, promised)
    reader = ReadApart()
    try:
        return await reader(content, promised)
    finally:
        await reader.close()


def _facts(file: Path, text: PaperText, reading: Reading | None) -> dict[str, object]:
    told = reading.facts() if reading else {"kind": None, "fields": {}, "pages": []}
    return {"file": str(file), "engine": text.engine, **told, "lines": _lines(text)}


def _lines(text: PaperText) -> list[str]:
    """As the page shows them, with all its colours."""
    return [line.text for page in text.pages for line in page.passes[0].lines]


def _show(reading: Reading) -> None:
    """Values in full, however long they are: they are there to be compared."""
    print_what_the_terminal_can()
    print(_KINDS[reading.kind].words(language()))
    names = {name: words.words(language()) for name, words in FIELDS[reading.kind].items()}
    width = max(map(cell_len, names.values()))
    for name, words in names.items():
        blanks = " " * (width - cell_len(words) + 2)
        print(f"  {words}{blanks}{_value(reading.get(name))}")


def _value(found: Field | None) -> str:
    if found is None:
        return say("（未识别到）", "(not found)")
    sure = say(f"置信度 {found.confidence:.0%}", f"{found.confidence:.0%} sure")
    check = {
        None: "",
        True: say("，校验码正确", ", check fits"),
        False: say("，校验码错误", ", check does not fit"),
    }
    return f"{visible(found.text)}  ({sure}{check[found.checked]})"
