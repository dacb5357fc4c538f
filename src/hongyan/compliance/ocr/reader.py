"""Has papers read in a process apart (`program.py`): one for all, one paper at a time, started when there is something to
read and ended when there is nothing any more, or when a page takes too long or too much memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import msgspec
import structlog

from hongyan.compliance.ocr import program
from hongyan.compliance.ocr.recognised import MOST_PAGES, PageText, PaperText
from hongyan.compliance.papers import Format
from hongyan.compliance.refusals import refusal
from hongyan.kernel.errors import Broken, Misconfigured, Throttled

log = structlog.get_logger(__name__)

READABLE: Final = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.PDF})
_NEEDED: Final = ("rapidocr", "onnxruntime")
_LONGEST_ANSWER: Final = 1024 * 1024
"""Bytes of a page's words."""


class Read(Protocol):
    """What reads papers."""

    async def __call__(self, content: bytes, format_: Format, /) -> PaperText:
        """The words on the first pages. Raises Throttled("ocr.busy"), Refused("ocr.…"), Broken("ocr.reader")."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """`megabytes` of memory for the reader, `start_seconds` to load the model, `page_seconds` for each page;
    `idle_seconds` without a paper after which it ends; at most `waiting` papers in line."""

    megabytes: int = 1200
    start_seconds: float = 60.0
    page_seconds: float = 60.0
    idle_seconds: float = 60.0
    waiting: int = 16


def is_installed() -> bool:
    """Whether the extra "ocr" is there."""
    return all(find_spec(name) is not None for name in _NEEDED)


def not_installed() -> Misconfigured:
    """What to say where a paper should be read and cannot."""
    return Misconfigured(
        "ocr.not_installed",
        en="papers cannot be read here: the optional extra is not installed; pip install 'hongyan[ocr]', or make ocr in a"
        " checkout",
        zh="无法识别证照：未安装可选组件；请执行 pip install 'hongyan[ocr]'，在源码目录中请执行 make ocr",
    )


class _Ended(Exception):
    """The reader is gone. `why`: as the log says it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ReadApart:
    """A `Read`. `program_file` stands in for the program in tests."""

    def __init__(self, bounds: Bounds | None = None, program_file: Path = Path(program.__file__)) -> None:
        self._bounds = bounds or Bounds()
        self._program = program_file
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._process: Process | None = None
        self._engine = ""
        self._served = 0
        self._idle: asyncio.TimerHandle | None = None
        self.ended_by_force = 0
        """How many readers took too long or too much, or fell."""

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def __call__(self, content: bytes, format_: Format) -> PaperText:
        """The words on the first pages of a paper. One that ends a reader which has read others is tried once more with a
        fresh one: it may have been tired.

        Raises Throttled("ocr.busy"), Refused("ocr.format", "ocr.too_heavy", "ocr.damaged"), Broken("ocr.reader").
        """
        if format_ not in READABLE:
            raise refusal("ocr.format", format=format_.value)
        if self._waiting >= self._bounds.waiting:
            raise Throttled(
                "ocr.busy",
                en="more papers wait to be read than there is room for; try again in a minute",
                zh="等待识别的证照过多，请稍后再试",
            )
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                return await self._read(content, format_)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the reader. It may be used again."""
        async with self._one_at_a_time:
            await self._end()

    async def _read(self, content: bytes, format_: Format) -> PaperText:
        self._stay()
        try:
            tired = self.is_running and self._served > 0
            found = await self._attempt(content, format_)
            if found is None and tired:
                found = await self._attempt(content, format_)
        finally:
            self._leave_when_idle()
        if found is None:
            raise refusal("ocr.too_heavy")
        return found

    async def _attempt(self, content: bytes, format_: Format) -> PaperText | None:
        """None when the paper ended the reader."""
        process = await self._started()
        try:
            pages, problem = await self._ask(process, content, format_)
        except _Ended as ended:
            self.ended_by_force += 1
            log.warning("a paper ended its reader", why=ended.why)
            await self._end()
            return None
        except BaseException:  # cancelled in the middle of a paper
            await self._end()
            raise
        self._served += 1
        if problem:
            raise refusal(f"ocr.{problem}")
        return PaperText(self._engine, pages)

    async def _started(self) -> Process:
        """The reader, with its model loaded. Raises Broken("ocr.reader")."""
        if self._process is not None and self.is_running:
            return self._process
        self._served = 0
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-W", "ignore", str(self._program), str(self._bounds.megabytes)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            limit=_LONGEST_ANSWER,
        )
        try:
            ready = await _answer(self._process, self._bounds.start_seconds)
        except BaseException as error:
            await self._end()
            if isinstance(error, _Ended):
                raise _broken(error.why) from None
            raise
        self._engine = ready.ready
        return self._process

    async def _ask(
        self, process: Process, content: bytes, format_: Format
    ) -> tuple[tuple[PageText, ...], str]:
        """The pages, and what was the matter with the file or "". Raises _Ended."""
        header = msgspec.json.encode({"format": format_.value, "size": len(content), "pages": MOST_PAGES})
        assert process.stdin is not None
        with contextlib.suppress(ConnectionError):  # what it has to say, or that it is gone, is read below
            process.stdin.write(len(header).to_bytes(4, "big") + header + content)
            await process.stdin.drain()
        pages: list[PageText] = []
        while (answer := await _answer(process, self._bounds.page_seconds)).page is not None:
            pages.append(answer.page)
        return tuple(pages), answer.problem

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _leave_when_idle(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(self._bounds.idle_seconds, self._leave)

    def _leave(self) -> None:
        """Closing its input ends it."""
        if self._process is not None and self._process.stdin is not None and not self._one_at_a_time.locked():
            self._process.stdin.close()
            self._process = None

    async def _end(self) -> None:
        self._stay()
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class _Message(msgspec.Struct):
    """One line of the program's: of `ready`, `page`, `done` and `problem` there is one."""

    ready: str = ""
    page: PageText | None = None
    done: bool = False
    problem: str = ""


_decode = msgspec.json.Decoder(_Message).decode


async def _answer(process: Process, seconds: float) -> _Message:
    """Raises _Ended when there is none in time, or none that can be understood."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            line = await process.stdout.readline()
    except TimeoutError:
        raise _Ended("it took too long") from None
    except ValueError:
        raise _Ended("it had too much to say") from None
    if not line:
        code = await process.wait()
        raise _Ended("it took too much memory" if code == program.TOO_MUCH else f"it left with {code}")
    try:
        return _decode(line)
    except msgspec.DecodeError:
        raise _Ended("what it said makes no sense") from None


def _broken(why: str) -> Broken:
    return Broken(
        "ocr.reader",
        en=f"the reader of papers does not start: {why}; install the extra again: pip install 'hongyan[ocr]'",
        zh=f"证照识别程序无法启动（{why}）；请重新安装可选组件：pip install 'hongyan[ocr]'",
    )
