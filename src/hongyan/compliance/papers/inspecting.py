"""Has files inspected in a process apart (`inspector.py`): one for each file, few at once, ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import structlog

from hongyan.compliance.papers import inspector
from hongyan.compliance.papers.formats import Format
from hongyan.compliance.refusals import REFUSALS, refusal
from hongyan.kernel.errors import Broken

log = structlog.get_logger(__name__)

AT_ONCE: Final = 2
WITHIN_SECONDS: Final = 20.0
"""Of the clock, for a verdict. The inspector itself takes at most 10 seconds of a processor."""
_LONGEST_VERDICT: Final = 4096


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a good file. `width`, `height`: pixels of the first picture, 0 for documents; `pages`: pages of a
    document, frames of a picture."""

    format: Format
    width: int
    height: int
    pages: int


Inspect = Callable[[bytes, Format], Awaitable[Inspection]]
"""(content, the format that its name promises). Raises Refused("paper.…")."""


class _Verdict(msgspec.Struct):
    format: Format | None = None
    width: int = 0
    height: int = 0
    pages: int = 1
    problem: str = ""


class InspectApart:
    """An `Inspect` that no file can hurt: a decoder that crashes or is taken over takes only its own process, which knows
    neither keys nor tenants."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, content: bytes, promised: Format) -> Inspection:
        async with self._places:
            return read_verdict(await self._verdict(content, promised))

    async def _verdict(self, content: bytes, promised: Format) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-W", "ignore", str(Path(inspector.__file__)), promised.value),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                with contextlib.suppress(ConnectionError):  # it may know enough before it has read everything
                    process.stdin.write(content)
                    await process.stdin.drain()
                process.stdin.close()
                verdict = await process.stdout.read(_LONGEST_VERDICT)
                await process.wait()
        except TimeoutError:
            verdict = b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if not verdict:
            log.warning("an upload ended its inspector", returncode=process.returncode)
        if (
            process.returncode is not None and process.returncode > 0
        ):  # it failed by itself: a library is missing
            raise _broken()
        return verdict


def read_verdict(verdict: bytes) -> Inspection:
    """What the inspector said; nothing means that the file took more than it may. Raises Refused("paper.…")."""
    if not verdict:
        raise refusal("paper.too_heavy")
    try:
        found = msgspec.json.decode(verdict, type=_Verdict)
    except msgspec.DecodeError as error:
        raise _broken() from error
    if found.format is not None:
        return Inspection(found.format, found.width, found.height, found.pages)
    if (code := f"paper.{found.problem}") not in REFUSALS:
        raise _broken()
    raise refusal(code)


def _broken() -> Broken:
    return Broken(
        "paper.inspector",
        en="the inspector of uploaded files does not work; install Hongyan with all its requirements",
        zh="上传文件的检查程序无法工作；请完整安装鸿雁的依赖",
    )
