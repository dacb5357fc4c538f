"""The virtual phones: long texts become one again, and the inbox can be read beside the simulator and after it."""

from __future__ import annotations

from pathlib import Path

import apsw
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.simulator.handsets import HandsetText, open_inbox
from hongyan.carriers.simulator.joining import GAP, PATIENCE_MS, Joined, Joiner
from hongyan.carriers.simulator.parts import Charset, Part, Wants
from hongyan.carriers.simulator.phones import Handsets
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.text import Alphabet, parse_udh, split

NOW = 1_780_000_000_000


def part(number: str, text: str, **changes: object) -> Part:
    plain = Part("10690001", number, number, Charset.UCS2, text.encode("utf-16-be"), 0, 1, 1, Wants.ALWAYS)
    return msgspec.structs.replace(plain, **changes)


def parts_of(text: str, reference: int, number: str = "13800138000") -> list[Part]:
    """As a sender cuts it."""
    made = []
    for segment in split(text, reference):
        concat, body = parse_udh(segment.user_data) if segment.header else (None, segment.user_data)
        made.append(
            part(
                number,
                "",
                charset=Charset.GSM7 if segment.alphabet is Alphabet.GSM7 else Charset.UCS2,
                body=body,
                reference=concat.reference if concat else 0,
                total=concat.total if concat else 1,
                index=concat.index if concat else 1,
            )
        )
    return made


@given(
    texts=st.lists(st.text("abc€[鸿雁🪿", min_size=1, max_size=400), min_size=1, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_long_texts_are_joined_in_any_order(texts: list[str], order: object) -> None:
    joiner = Joiner()
    parts = [one for reference, text in enumerate(texts) for one in parts_of(text, reference)]
    order.shuffle(parts)  # type: ignore[attr-defined]
    joined = [whole for one in parts for whole in joiner.add(one, NOW)]
    assert sorted(whole.text for whole in joined) == sorted(texts)
    assert joiner.unfinished == 0


def test_repeated_parts_change_nothing() -> None:
    first, second = parts_of("x" * 200, 5)
    joiner = Joiner()
    assert joiner.add(first, NOW) == []
    assert joiner.add(first, NOW) == []
    assert joiner.add(second, NOW) == [Joined("13800138000", "10690001", "x" * 200, 2, NOW)]


def test_the_same_reference_of_another_sender_or_number_is_another_text() -> None:
    joiner = Joiner()
    first, second = parts_of("y" * 200, 5)
    assert joiner.add(first, NOW) == []
    assert joiner.add(msgspec.structs.replace(second, source="10690002"), NOW) == []
    assert joiner.add(msgspec.structs.replace(second, number="13900139000"), NOW) == []
    assert joiner.unfinished == 3


def test_an_unfinished_text_is_shown_with_a_gap_after_ten_minutes() -> None:
    joiner = Joiner()
    first, second, third = parts_of("a" * 153 + "b" * 153 + "c" * 10, 5)
    joiner.add(first, NOW)
    joiner.add(third, NOW)
    assert joiner.expire(NOW + PATIENCE_MS - 1) == []
    (shown,) = joiner.expire(NOW + PATIENCE_MS)
    assert shown.text == "a" * 153 + GAP + "c" * 10
    assert shown.parts == 2
    assert joiner.add(second, NOW + PATIENCE_MS) == []


def test_unfinished_texts_are_bounded() -> None:
    joiner = Joiner()
    shown = [
        whole
        for n in range(10_010)
        for whole in joiner.add(part(str(n), "a", reference=1, total=2, index=1), NOW)
    ]
    assert [whole.number for whole in shown] == [str(n) for n in range(10)]
    assert joiner.unfinished == 10_000


def test_a_part_outside_its_own_count_is_shown_alone() -> None:
    assert Joiner().add(part("1", "odd", reference=1, total=2, index=3), NOW)[0].text == "odd"


@pytest.fixture
def phones(tmp_path: Path) -> Handsets:
    return Handsets(tmp_path, 5, ManualClock(NOW))


def stored(phones: Handsets, data: Path) -> list[HandsetText]:
    phones.close()
    with open_inbox(data) as inbox:
        return inbox.messages(newest_first=False)


def test_arrivals_and_typed_replies_are_kept_in_order(phones: Handsets, tmp_path: Path) -> None:
    phones.receive(part("13800138000", "【鸿雁】你好"), NOW)
    phones.typed("13800138000", "10690001", "TD", 1, NOW + 5)
    assert stored(phones, tmp_path) == [
        HandsetText(1, "in", "13800138000", "10690001", "【鸿雁】你好", 1, NOW),
        HandsetText(2, "out", "13800138000", "10690001", "TD", 1, NOW + 5),
    ]


def test_only_the_newest_texts_are_kept(phones: Handsets, tmp_path: Path) -> None:
    for n in range(20):
        phones.receive(part("13800138000", str(n)), NOW)
    assert [text.text for text in stored(phones, tmp_path)] == ["15", "16", "17", "18", "19"]


def test_texts_are_handed_over_in_batches(phones: Handsets) -> None:
    assert phones.tick(1.0) is None
    phones.receive(part("1", "a"), NOW)
    assert phones.tick(1.0) is not None
    phones.receive(part("1", "b"), NOW)
    assert phones.tick(1.05) is not None
    phones.close()
    assert phones._pending == phones._pending.__class__()


def test_the_inbox_filters_by_number_and_id(phones: Handsets, tmp_path: Path) -> None:
    for number, text in (("13800138000", "a"), ("13900139000", "b"), ("13800138000", "c")):
        phones.receive(part(number, text), NOW)
    phones.close()
    with open_inbox(tmp_path) as inbox:
        assert [text.text for text in inbox.messages("8613800138000")] == ["c", "a"]
        assert [text.text for text in inbox.messages(after_id=1, newest_first=False)] == ["b", "c"]
        assert [text.text for text in inbox.messages(limit=1)] == ["c"]
        phones_seen = [(phone.number, phone.texts, phone.last.text) for phone in inbox.numbers()]
        assert phones_seen == [("13800138000", 2, "c"), ("13900139000", 1, "b")]
        assert len(inbox.numbers(limit=1)) == 1


def test_the_inbox_is_read_while_the_simulator_writes(tmp_path: Path) -> None:
    phones = Handsets(tmp_path, 100, ManualClock(NOW))
    with open_inbox(tmp_path) as inbox:
        assert inbox.messages() == []
        phones.receive(part("1", "live"), NOW)
        phones._finish(phones._hand_over())
        assert [text.text for text in inbox.messages()] == ["live"]
        with pytest.raises(apsw.ReadOnlyError):
            inbox._db.execute("DELETE FROM texts")
    phones.close()


def test_a_simulator_that_comes_back_continues_the_same_phones(tmp_path: Path) -> None:
    for word in ("before", "after"):
        phones = Handsets(tmp_path, 100, ManualClock(NOW))
        phones.receive(part("1", word), NOW)
        phones.close()
    with open_inbox(tmp_path) as inbox:
        assert [(text.id, text.text) for text in inbox.messages()] == [(2, "after"), (1, "before")]


def test_where_no_sandbox_ran_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="never ran") as caught:
        open_inbox(tmp_path / "nowhere")
    assert caught.value.code == "sandbox.no_handsets"


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    database = apsw.Connection(str(tmp_path / "handsets.sqlite"))
    database.pragma("user_version", 99)
    database.close()
    for opened in (lambda: open_inbox(tmp_path), lambda: Handsets(tmp_path, 5, ManualClock(NOW))):
        with pytest.raises(Misconfigured, match="remove the file"):
            opened()
