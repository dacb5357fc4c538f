"""Talk to the simulated carriers in every protocol, write what was said as capture files, and let tshark read them too.

    python tools/capture_and_dissect.py [--output FOLDER] [--tshark PATH] [--only NAME …]

The files open in Wireshark as they are ("Decode As…" names the protocol). What tshark shows is compared with what we read,
field by field. It knows SMPP and CMPP 3.0; SGIP and SMGP have no dissector there, and are read by us alone.
Exit code 0 when nothing is found that docs/interop.md does not explain, 1 otherwise, 2 without tshark.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conversations import SPOKEN, Spoken, carriers, hold
from dissection import DISSECTORS, Comparison, compare, dissect
from pcap import Conversation, write_pcap

from hongyan.protocols.dialects import Dialect, dialect, read
from hongyan.protocols.wire.frames import FrameReader

EXPLAINED = ("tshark has submit.Src_Id at 119-136, we have Src_Id at 119-140",)
"""Findings that are tshark's own; docs/interop.md says why."""


def frames_of(spoken: Dialect, talks: Sequence[Conversation]) -> list[bytes]:
    """The PDUs of conversations, in the order in which a capture has them."""
    readers = {
        (talk, by): FrameReader(spoken.header_size, spoken.frame_limit)
        for talk in range(len(talks))
        for by in (True, False)
    }
    said = sorted(
        ((at, talk, by, octets) for talk, each in enumerate(talks) for at, by, octets in each.said),
        key=lambda one: one[0],
    )
    return [frame for _, talk, by, octets in said for frame in readers[talk, by].feed(octets)]


async def record(wanted: Sequence[Spoken]) -> dict[str, list[Conversation]]:
    """Hold the conversations."""
    async with carriers() as (folder, networks):
        return {each.name: await hold(each, folder, networks[each.network]) for each in wanted}


def report(name: str, talks: list[Conversation], capture: Path, tshark: str | None) -> tuple[str, list[str]]:
    """One row of the table, and what was found."""
    spoken = dialect(name)  # type: ignore[arg-type]
    frames = frames_of(spoken, talks)
    unread = [
        f"{frame.hex()}: {fault}" for frame in frames if (fault := read(spoken, frame).fault) is not None
    ]
    dissector = DISSECTORS[name]
    if dissector is None or tshark is None:
        why = "no dissector" if dissector is None else "no tshark"
        return f"| {name} | {len(frames)} | {why} | | |", unread
    shown = dissect(tshark, capture, [talk.server_port for talk in talks], dissector.protocol)
    found: Comparison = compare(spoken, dissector, frames, shown)
    findings = [f"{words} ({times} times)" for words, times in found.findings.items()]
    row = f"| {name} | {found.pdus} | {found.places} | {found.values} | {len(findings)} |"
    return row, unread + findings


def main(arguments: Sequence[str] | None = None) -> int:
    """See above."""
    names = [each.name for each in SPOKEN]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, help="where the captures stay (default: nowhere)")
    parser.add_argument("--tshark", default="tshark", help="the program (default: the one on the PATH)")
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names)
    )
    options = parser.parse_args(arguments)
    tshark = shutil.which(options.tshark)
    talks = asyncio.run(record([each for each in SPOKEN if each.name in options.only]))
    with tempfile.TemporaryDirectory(prefix="hongyan-captures-") as passing:
        folder: Path = options.output or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        found: list[str] = []
        print(
            "| protocol | PDUs | fields at the same place | with the same value | findings |\n|---|---:|---:|---:|---:|"
        )
        for name, held in talks.items():
            capture = folder / f"{name}.pcap"
            write_pcap(capture, held)
            row, findings = report(name, held, capture, tshark)
            print(row)
            found += [f"{name}: {finding}" for finding in findings]
    print()
    for finding in found:
        known = any(words in finding for words in EXPLAINED)
        print(f"{'explained' if known else 'FOUND'}: {finding}")
    if tshark is None:
        print(
            "tshark is not installed (Debian and Ubuntu: apt-get install tshark): nothing was compared",
            file=sys.stderr,
        )
        return 2
    version = subprocess.run([tshark, "--version"], capture_output=True, text=True, check=True).stdout
    print(version.splitlines()[0])
    return 1 if any(not any(words in finding for words in EXPLAINED) for finding in found) else 0


if __name__ == "__main__":
    sys.exit(main())
