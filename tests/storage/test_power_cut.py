"""A power cut takes nothing away that was answered, at whatever moment it comes; without syncs it would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest
from storage_power_cut import Disk, ForgetfulVfs, restore
from storage_samples import Samples, carrier_id

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.port import (
    Accept,
    Accepted,
    Answered,
    Command,
    Matched,
    Message,
    Nonce,
    Outcome,
    PartResult,
    Receipt,
    Refusal,
)
from hongyan.storage.sqlite import writer
from hongyan.storage.sqlite.database import FILE, open_writing
from hongyan.storage.sqlite.engine import SqliteEngine

GROUPS = 50
CUT_SHARE = 0.04
"""Of the operations of a disk, how many are preceded by a cut."""


@dataclass
class Answers:
    """What callers were told is stored."""

    messages: set[int] = field(default_factory=set)
    nonces: set[tuple[int, int]] = field(default_factory=set)
    submitted: set[int] = field(default_factory=set)
    delivered: set[int] = field(default_factory=set)

    def copy(self) -> Answers:
        return Answers(*map(set, (self.messages, self.nonces, self.submitted, self.delivered)))

    def hear(self, command: Command, outcome: Outcome) -> None:
        if isinstance(command, Accept):
            assert isinstance(outcome, Accepted)
            assert command.nonce
            self.messages |= {message.id for message in command.messages}
            self.nonces.add(command.nonce)
        elif isinstance(command, PartResult):
            assert isinstance(outcome, Answered)
            self.submitted.add(command.message_id)
        elif isinstance(command, Receipt):
            assert isinstance(outcome, Matched)
            self.delivered.add(outcome.message_id)


@dataclass
class Cut:
    image: dict[str, bytes]
    answered: Answers


@contextmanager
def forgetful(name: str, disk: Disk) -> Iterator[str]:
    vfs = ForgetfulVfs(name, disk)
    try:
        yield name
    finally:
        vfs.unregister()


def traffic(rng: random.Random) -> Iterator[tuple[list[Command], list[Outcome]]]:
    """Groups of accepts, the answers to the group before and the receipts of the one before that. The caller puts
    the outcomes into the list that comes with a group."""
    make = Samples()
    submitted: list[Message] = []
    accepted: list[tuple[Message, int]] = []
    nonce = 0
    for _ in range(GROUPS):
        make.clock.advance(rng.choice((0.01, 1, 30)))
        requests = []
        for _ in range(rng.choice((1, 2, 8, 20))):
            nonce += 1
            requests.append(make.accept(make.message(), nonce=(make.minute, nonce)))
        outcomes: list[Outcome] = []
        yield (
            [
                *requests,
                *(make.result(message, row) for message, row in accepted),
                *(make.receipt(carrier_id(message)) for message in submitted),
            ],
            outcomes,
        )
        submitted = [message for message, _ in accepted]
        accepted = [
            (request.messages[0], outcome.outbox_ids[0])
            for request, outcome in zip(requests, outcomes, strict=False)
            if isinstance(outcome, Accepted)
        ]


def cuts(folder: Path, seed: int, synchronous: str) -> Iterator[Cut]:
    """Run traffic on a forgetful disk and cut the power again and again."""
    rng = random.Random(seed)
    answered = Answers()
    waiting: list[Cut] = []

    def maybe_cut() -> None:
        if rng.random() < CUT_SHARE:
            waiting.append(Cut(disk.cut(rng), answered.copy()))

    disk = Disk(maybe_cut)
    with forgetful(f"forgetful-{seed}", disk) as vfs:
        connection = open_writing(folder / FILE, synchronous=synchronous, vfs=vfs)
        engine = SqliteEngine(connection)
        engine.begin_service()
        checkpoints = writer.Checkpoints(connection)
        for group, outcomes in traffic(rng):
            outcomes.extend(engine.apply(group))
            for command, outcome in zip(group, outcomes, strict=True):
                answered.hear(command, outcome)
            checkpoints.run()
            yield from waiting
            waiting.clear()
        connection.close()
        yield from waiting
        yield Cut(disk.cut(rng), answered)


def missing(cut: Cut, folder: Path) -> str:
    """What a start after the cut does not find; empty when all is there."""
    restore(cut.image, folder)
    if cut.answered.messages and not (folder / FILE).exists():
        return "the database"
    connection = open_writing(folder / FILE)
    try:
        if connection.pragma("integrity_check") != "ok":
            return "integrity"
        stored = {
            "messages": "SELECT id FROM message",
            "submitted": "SELECT message_id FROM submission",
            "delivered": "SELECT id FROM message WHERE state = 'delivered'",
        }
        for what, sql in stored.items():
            if not getattr(cut.answered, what) <= {row[0] for row in connection.execute(sql)}:
                return what
        engine = SqliteEngine(connection)
        engine.begin_service()
        used = engine.apply([Nonce(*nonce) for nonce in sorted(cut.answered.nonces)])
        if any(outcome != Refusal("nonce.used") for outcome in used):
            return "nonces"
        assert isinstance(engine.apply([Samples().accept()])[0], Accepted | Refusal)
    finally:
        connection.close()
    return ""


@pytest.fixture(autouse=True)
def checkpoints_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 100)


@pytest.mark.parametrize("seed", range(4))
def test_after_a_power_cut_everything_that_was_answered_is_there(tmp_path: Path, seed: int) -> None:
    (tmp_path / "disk").mkdir()
    count = 0
    for count, cut in enumerate(cuts(tmp_path / "disk", seed, "FULL"), 1):
        assert missing(cut, tmp_path / f"cut-{count}") == "", f"cut {count} of seed {seed}"
    assert count > 50


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_without_a_sync_for_each_commit_the_same_cuts_lose_answers(tmp_path: Path, synchronous: str) -> None:
    """The test above can fail."""
    (tmp_path / "disk").mkdir()
    lost = []
    for count, cut in enumerate(cuts(tmp_path / "disk", 1, synchronous), 1):
        try:
            lost.append(missing(cut, tmp_path / f"cut-{count}"))
        except (apsw.Error, Misconfigured) as error:
            lost.append(repr(error))

    assert any(lost)


def test_a_sync_that_fails_ends_the_writer_instead_of_refusing_what_may_be_stored(tmp_path: Path) -> None:
    disk = Disk()
    make = Samples()
    with forgetful("forgetful-failing", disk) as vfs:
        connection = open_writing(tmp_path / FILE, vfs=vfs)
        engine = SqliteEngine(connection)
        engine.apply([make.accept()])
        disk.fail_sync = disk.syncs + 1

        with pytest.raises(apsw.IOError):
            engine.apply([make.accept(), make.accept()])

        connection.close()
