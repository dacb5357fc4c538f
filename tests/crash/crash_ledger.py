"""Three accounts of the same messages, compared: what callers were told, what is stored, what the carrier saw.

The promises: an accepted message is stored and was submitted at least once, whole and as it is stored; whatever the
carrier saw more than once was counted uncertain; nothing is sent by halves, accepted or not. Every message has a
number of its own, so a number names a message; mainland numbers are written without country code here.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hongyan.kernel.numbers import vendor_form


@dataclass(frozen=True, slots=True)
class Seen:
    """One part that the carrier accepted. `reference`: of the concatenation header, 0 without one."""

    number: str
    part: int
    parts: int
    reference: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What the platform knows of a message. `uncertain`: how often it may have been submitted again."""

    number: str
    segments: int
    state: str
    uncertain: int
    content: str = ""
    biz_id: int = 0


_PROMISES = ("unstored", "lost", "half_sent", "uncounted", "unknown", "garbled")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What does not add up, as sets of numbers; all empty when the promises were kept.

    `unstored`: accepted, not in the store. `lost`: accepted, and a part never reached the carrier. `half_sent`:
    never accepted, and some parts reached the carrier, but not all. Neither is a message that failed by the report of a
    part: a platform that starts again does not send the rest. `uncounted`: more than once at the carrier, and never
    counted uncertain. `unknown`: at the carrier, not in the store. `garbled`: the parts at the carrier do
    not make up the stored text, or do not belong together.

    `undercounted`: at the carrier more often than the uncertain count says. No promise: a loss of a link that is not
    stored yet when the platform dies as well is counted once for both. It must be empty when only one of them happens.
    """

    accepted: int
    seen: int
    duplicates: int
    uncertain: int
    unstored: frozenset[str]
    lost: frozenset[str]
    uncounted: frozenset[str]
    unknown: frozenset[str]
    half_sent: frozenset[str]
    garbled: frozenset[str]
    undercounted: frozenset[str]

    @property
    def kept(self) -> bool:
        """Every promise was kept."""
        return not any(getattr(self, name) for name in _PROMISES)

    def in_words(self) -> str:
        """The counts on one line; what does not add up by name, a few of each."""
        faults = {
            name: sorted(found)[:5] for name in (*_PROMISES, "undercounted") if (found := getattr(self, name))
        }
        return (
            f"{self.accepted} accepted, {self.seen} parts at the carrier, {self.duplicates} of them duplicates,"
            f" {self.uncertain} counted uncertain" + (f", FAULTS {faults}" if faults else ", no fault")
        )


def read_answers(path: Path) -> set[str]:
    """Numbers of the accepted requests, from the file of `bench.load --answers`."""
    return {line.partition("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()}


def read_ledger(path: Path, start: int = 0) -> list[Seen]:
    """The carrier's ledger from a byte on. It may be 0.1 s late; read it when the carrier is at rest or has ended."""
    with path.open(encoding="utf-8") as lines:
        lines.seek(start)
        rows = map(json.loads, lines)
        return [
            Seen(vendor_form(row["to"]), row["part"], row["parts"], row["ref"], row["text"]) for row in rows
        ]


STORED = "SELECT number, segments, state, uncertain, content, biz_id FROM message"


def stored_by_number(rows: Iterable[tuple[Any, ...]]) -> dict[str, StoredMessage]:
    """What the platform has stored, from the rows of STORED."""
    messages = (StoredMessage(vendor_form(number), *rest) for number, *rest in rows)
    return {message.number: message for message in messages}


def compare(accepted: Iterable[str], seen: Iterable[Seen], stored: Mapping[str, StoredMessage]) -> Verdict:
    """Hold the three accounts against each other."""
    times: Counter[tuple[str, int]] = Counter()
    arrived: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        times[one.number, one.part] += 1
        arrived[one.number].append(one)
    accepted = frozenset(accepted)
    incomplete = {
        number
        for number in accepted | arrived.keys()
        if any((number, part) not in times for part in range(1, _parts_of(number, stored, arrived) + 1))
        and not (number in arrived and number in stored and stored[number].state == "failed")
    }
    return Verdict(
        accepted=len(accepted),
        seen=times.total(),
        duplicates=sum(count - 1 for count in times.values()),
        uncertain=sum(message.uncertain for message in stored.values()),
        unstored=frozenset(number for number in accepted if number not in stored),
        lost=accepted & incomplete,
        half_sent=frozenset(incomplete - accepted),
        uncounted=frozenset(
            number
            for (number, _), count in times.items()
            if number in stored and count > 1 and not stored[number].uncertain
        ),
        undercounted=frozenset(
            number
            for (number, _), count in times.items()
            if number in stored and count - 1 > stored[number].uncertain
        ),
        unknown=frozenset(number for number in arrived if number not in stored),
        garbled=frozenset(
            number
            for number, parts in arrived.items()
            if number in stored and _is_whole(parts, stored[number]) and not _adds_up(parts, stored[number])
        ),
    )


def _parts_of(number: str, stored: Mapping[str, StoredMessage], arrived: Mapping[str, list[Seen]]) -> int:
    if number in stored:
        return stored[number].segments
    return max((one.parts for one in arrived.get(number, ())), default=1)


def _is_whole(parts: list[Seen], message: StoredMessage) -> bool:
    return {one.part for one in parts} >= set(range(1, message.segments + 1))


def _adds_up(parts: list[Seen], message: StoredMessage) -> bool:
    """A resubmitted part is the same part again: same reference, same text, so that the handset joins it."""
    texts = {(one.part, one.text) for one in parts}
    together = len({(one.parts, one.reference) for one in parts}) == 1
    return (
        together
        and len(texts) == message.segments
        and "".join(text for _, text in sorted(texts)) == message.content
    )
