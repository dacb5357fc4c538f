"""Papers looked into in this process, which saves a tenth of a second for each."""

from __future__ import annotations

import msgspec
from paper_files import pdf, picture

from hongyan.compliance.papers import Format, Inspection, Papers, inspector
from hongyan.compliance.papers.inspecting import read_verdict
from hongyan.identity import Actor

_FILES = {
    "png": picture("png"),
    "gif": picture("gif"),
    "jpg": picture("jpeg"),
    "jpeg": picture("jpeg"),
    "pdf": pdf(),
}


async def inspect(content: bytes, promised: Format) -> Inspection:
    """The same verdicts as those of the process apart."""
    try:
        verdict = inspector.inspect(content, promised.value)
    except inspector.Problem as problem:
        verdict = {"problem": problem.code}
    return read_verdict(msgspec.json.encode(verdict))


async def upload(papers: Papers, account_id: int, *keys: str) -> None:
    """A good file under each key, as its suffix says."""
    for key in keys:
        await papers.keep(account_id, key, _FILES[key.rpartition(".")[2]], actor=Actor("key:test"))
