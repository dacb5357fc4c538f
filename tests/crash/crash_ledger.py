"""Three accounts of the same messages, compared: what callers were told, what is stored, what the carrier saw.

The promises: an accepted message is stored and was submitted at least once; whatever the carrier saw more than
once is covered by the number of uncertain resubmissions that the platform counted for that message. Every message
has a number of its own, so a number names a message; mainland numbers are written without country code here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import apsw

from hongyan.kernel.numbers import vendor_form


@dataclass(frozen=True, slots=True)
class Seen:
    """One part that the carrier accepted."""

    number: str
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What the platform knows of a message. `uncertain`: how often it may have been submitted again."""

    number: str
    segments: int
    state: str
    uncertain: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What does not add up, as sets of numbers; all empty when the promises were kept.

    `unstored`: accepted, not in the store. `lost`: accepted, and a part never reached the carrier.
    `unexplained`: at the carrier more often than the store's uncertain count allows.
    `unknown`: at the carrier, not in the store.
    """

    accepted: int
    duplicates: int
    uncertain: int
    unstored: frozenset[str]
    lost: frozenset[str]
    unexplained: frozenset[str]
    unknown: frozenset[str]

    @property
    def kept(self) -> bool:
        """Every promise was kept."""
        return not (self.unstored or self.lost or self.unexplained or self.unknown)


def read_answers(path: Path) -> set[str]:
    """Numbers of the accepted requests, from the file of `bench.load --answers`."""
    return {line.partition("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()}


def read_ledger(path: Path) -> list[Seen]:
    """The simulated carrier's ledger. It may be 0.1 s late; read it when the carrier is at rest or has ended."""
    with path.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [Seen(vendor_form(row["to"]), row["part"], row["parts"]) for row in rows]


def read_store(path: Path) -> dict[str, StoredMessage]:
    """All messages of a SQLite store, by number."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows = connection.execute("SELECT number, segments, state, uncertain FROM message").fetchall()
    finally:
        connection.close()
    messages = (
        StoredMessage(vendor_form(str(number)), int(str(segments)), str(state), int(str(uncertain)))
        for number, segments, state, uncertain in rows
    )
    return {message.number: message for message in messages}


def compare(accepted: Iterable[str], seen: Iterable[Seen], stored: Mapping[str, StoredMessage]) -> Verdict:
    """Hold the three accounts against each other."""
    times: Counter[tuple[str, int]] = Counter()
    parts: dict[str, int] = {}
    for one in seen:
        times[one.number, one.part] += 1
        parts[one.number] = max(one.parts, parts.get(one.number, 1))
    accepted = frozenset(accepted)
    lost = {
        number
        for number in accepted
        if any((number, part) not in times for part in range(1, _parts_of(number, stored, parts) + 1))
    }
    return Verdict(
        accepted=len(accepted),
        duplicates=sum(count - 1 for count in times.values()),
        uncertain=sum(message.uncertain for message in stored.values()),
        unstored=frozenset(number for number in accepted if number not in stored),
        lost=frozenset(lost),
        unexplained=frozenset(
            number
            for (number, _), count in times.items()
            if number in stored and count - 1 > stored[number].uncertain
        ),
        unknown=frozenset(number for number, _ in times if number not in stored),
    )


def _parts_of(number: str, stored: Mapping[str, StoredMessage], seen_parts: Mapping[str, int]) -> int:
    return stored[number].segments if number in stored else seen_parts.get(number, 1)
