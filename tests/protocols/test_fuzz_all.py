"""Spoilt octets for every decoder and every session: no crash, no hang, bounded memory, and what was submitted is accounted
for. What a room of one protocol asks of its own codec stands there.

A normal run holds the same cases every time. HONGYAN_FUZZ_SECONDS=60 goes on for so long in each test, with other cases
each time; HONGYAN_FUZZ_SEED, as a failure tells it, repeats them.
"""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random, SystemRandom

import pytest
from fuzz_mutations import cut, spoil, spoil_stream, with_its_length
from fuzz_subjects import SUBJECTS, TIMING, End, Owner, Subject, Talk, converse
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.dialects import read
from hongyan.protocols.session.states import State
from hongyan.protocols.wire.errors import FieldError, FrameError
from hongyan.protocols.wire.frames import FrameReader

SECONDS = float(os.environ.get("HONGYAN_FUZZ_SECONDS", "0"))
SEED = os.environ.get("HONGYAN_FUZZ_SEED") or (str(SystemRandom().getrandbits(32)) if SECONDS else "1")
LONGEST_CASE = 2.0
"""Seconds of CPU; a case takes a few milliseconds."""

EACH = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
TALKS = [(subject, talk) for subject in SUBJECTS for talk in subject.talks]
EACH_TALK = pytest.mark.parametrize(("subject", "talk"), TALKS, ids=[talk.name for _, talk in TALKS])
STRANGERS = [frame for subject in SUBJECTS for frame in subject.vectors[:6]]


def cases(what: str, rounds: int) -> Iterator[Random]:
    """Sources of randomness: so many, or as many as fit in the time."""
    started = time.monotonic()
    number = 0
    while time.monotonic() - started < SECONDS if SECONDS else number < rounds:
        name = f"{SEED}:{what}:{number}"
        before = time.process_time()
        with told(f"HONGYAN_FUZZ_SEED={SEED}, case {name}"):
            yield Random(name)
            assert time.process_time() - before < LONGEST_CASE, "it takes too long"
        number += 1


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say which case it was."""
    try:
        yield
    except GeneratorExit:
        print(what)  # the consumer failed: pytest shows what was printed
        raise


def corpus(subject: Subject) -> list[bytes]:
    """Frames to begin with: the vectors, and what owners say to each other."""
    talks = [converse(talk) for talk in subject.talks]
    return subject.vectors + [frame for talk in talks for frame in (*talk.client, *talk.server)]


# -- decoders ------------------------------------------------------------------------------------------------


def look(subject: Subject, frame: bytes) -> None:
    """Everything that is ever made of a frame."""
    spoken = subject.spoken
    shown = read(spoken, frame)
    json.dumps(shown.fields)
    if len(frame) < spoken.header_size:
        return
    pdu = spoken.decode(frame)
    if not hasattr(pdu, "name"):
        assert isinstance(pdu.reason, str)
        return
    for end in (end for talk in subject.talks for end in (talk.client, talk.server)):
        if pdu.name in end.takes:
            end.read(pdu)
    try:
        again = spoken.encode(pdu)
    except FieldError:
        return  # longer than the document allows: read, and never sent
    assert spoken.decode(again) == pdu


@EACH
def test_a_spoilt_frame_is_read_or_refused_and_what_is_read_keeps_its_meaning(subject: Subject) -> None:
    frames = corpus(subject)
    for random in cases(f"frame of {subject.name}", 1_000):
        look(subject, with_its_length(spoil(random.choice(frames), random)))


@EACH
def test_no_frame_takes_much_memory(subject: Subject) -> None:
    """The largest frames, filled with what makes the most objects: counts and lengths that promise everything."""
    limit = subject.spoken.frame_limit
    frames = corpus(subject)
    tracemalloc.start()
    try:
        for random in cases(f"memory of {subject.name}", 12):
            start = random.choice(frames)
            filling = random.choice((b"\0", b"\xff", b"\1", b"\x14\1\0\0", b"\0\1\0\0", random.randbytes(64)))
            frame = with_its_length((start + filling * limit)[:limit])
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            look(subject, frame)
            peak = tracemalloc.get_traced_memory()[1] - before
            assert peak < 200 * limit + 1_000_000, f"{peak} octets for a frame of {limit}"
    finally:
        tracemalloc.stop()


@EACH
def test_frames_are_the_same_wherever_the_stream_is_split(subject: Subject) -> None:
    spoken = subject.spoken
    frames = corpus(subject)
    stream = b"".join(frames)
    for at in range(len(stream) + 1):
        reader = FrameReader(spoken.header_size, spoken.frame_limit)
        assert reader.feed(stream[:at]) + reader.feed(stream[at:]) == frames
        assert reader.held == 0


@EACH
def test_a_spoilt_stream_breaks_at_the_same_place_however_it_is_cut(subject: Subject) -> None:
    frames = corpus(subject)
    for random in cases(f"stream of {subject.name}", 60):
        stream = b"".join(spoil_stream(frames, STRANGERS, random))
        whole, pieces = (framed(subject, way) for way in ([stream], cut(stream, random)))
        assert whole == pieces


def framed(subject: Subject, pieces: list[bytes]) -> tuple[list[bytes], bool]:
    """Frames, and whether the stream broke."""
    reader = FrameReader(subject.spoken.header_size, subject.spoken.frame_limit)
    found: list[bytes] = []
    for piece in pieces:
        try:
            found += reader.feed(piece)
        except FrameError as error:
            return found + error.frames, True
        assert reader.held <= subject.spoken.frame_limit
    return found, False


# -- sessions ------------------------------------------------------------------------------------------------


def ends(talk: Talk) -> list[tuple[End, list[bytes]]]:
    """Each end with what the other one says to it."""
    said = converse(talk)
    return [(talk.client, said.server), (talk.server, said.client)]


def run_out_of_time(owner: Owner, now: float) -> None:
    """Let time pass without a word: a session ends, or waits for nothing; it never asks for the same moment again."""
    for _ in range(200):
        due = owner.session.next_deadline()
        if due is None:
            return
        now = max(now, due)
        owner.wait(now)
        owner.says()
        following = owner.session.next_deadline()
        assert following is None or following > now
    raise AssertionError("it waits for ever")


@EACH_TALK
def test_a_spoilt_conversation_ends_or_goes_on_and_nothing_is_lost_or_counted_twice(
    subject: Subject, talk: Talk
) -> None:
    both = ends(talk)
    for random in cases(f"conversation of {talk.name}", 200):
        end, heard = random.choice(both)
        owner = Owner(end)
        said = len(b"".join(owner.says()))
        now = 0.0
        stream = b"".join(spoil_stream(heard, STRANGERS, random))
        for piece in cut(stream, random):
            owner.hear(piece, now)
            now += random.choice((0.0, 0.0, 0.0, 0.5, 31.0))
            owner.wait(now)
            said += len(b"".join(owner.says()))
            assert owner.session.open_requests <= TIMING.open_requests
        assert said <= 4 * len(stream) + 5_000, "it says much more than it hears"
        if random.random() < 0.5:
            run_out_of_time(owner, now)
        left = owner.end_of_all()
        assert owner.session.closed
        assert Counter([*owner.settled, *left]) == Counter(range(owner.sent)), "each request has one end"
        assert set(owner.settled.values()) <= {1}


@EACH_TALK
@pytest.mark.parametrize("accepts", [True, False], ids=["accepted", "refused"])
@pytest.mark.parametrize("after", ["farewell", "garbage"])
def test_a_login_that_is_taken_back_in_the_same_breath_is_answered_in_vain(
    subject: Subject, talk: Talk, after: str, accepts: bool
) -> None:
    said = converse(talk)
    session = talk.server.open()
    session.receive(said.client[0] + (said.client[-1] if after == "farewell" else bytes(40)), 0.0)
    assert session.closed
    session.bytes_to_send()
    talk.server.accept(session) if accepts else session.refuse_bind()
    assert session.closed
    assert not session.bytes_to_send()


@EACH_TALK
def test_endless_strange_frames_leave_nothing_behind(subject: Subject, talk: Talk) -> None:
    """A login, and then whatever a broken peer says, for ever: a session keeps no more than its limits."""
    random = Random(talk.name)
    for end, heard in ends(talk):
        owner = Owner(end)
        owner.hear(heard[0])
        frames = [with_its_length(spoil(random.choice(heard[1:]), random)) for _ in range(300)]
        frames = [frame for frame in frames if len(frame) >= subject.spoken.header_size]
        tracemalloc.start()
        try:
            for times in range(3):
                for frame in frames:
                    owner.hear(frame[:4] + frame[4:])
                    owner.events.clear()
                    owner.says()
                if times == 0:
                    before = tracemalloc.get_traced_memory()[0]
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
        assert grown < 100_000


@EACH_TALK
@given(st.data())
def test_a_conversation_is_the_same_however_its_octets_arrive(
    subject: Subject, talk: Talk, data: st.DataObject
) -> None:
    end, heard = data.draw(st.sampled_from(ends(talk)))
    login, stream = heard[0], b"".join(heard[1:-1])  # without the farewell, after which nothing is answered
    sizes = data.draw(st.lists(st.integers(1, 200), max_size=20))
    whole, cut_up = Owner(end), Owner(end)
    for owner in (whole, cut_up):
        owner.hear(login)
    whole.hear(stream)
    at = 0
    for size in sizes:
        cut_up.hear(stream[at : at + size])
        at += size
    cut_up.hear(stream[at:])
    assert cut_up.events == whole.events
    assert sorted(cut_up.says()) == sorted(whole.says()), (
        "heartbeats are answered before what an owner answers"
    )
    assert cut_up.session.state is whole.session.state is State.BOUND
