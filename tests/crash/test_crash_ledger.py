from __future__ import annotations

import json
from pathlib import Path

from crash_ledger import Seen, StoredMessage, Verdict, compare, read_answers, read_ledger


def stored(
    number: str, *, segments: int = 1, uncertain: int = 0, state: str = "delivered"
) -> tuple[str, StoredMessage]:
    return number, StoredMessage(number, segments, state, uncertain)


def verdict(accepted: str, seen: list[Seen], *messages: tuple[str, StoredMessage]) -> Verdict:
    return compare(accepted.split(), seen, dict(messages))


def test_three_accounts_that_agree_keep_the_promises() -> None:
    found = verdict("a b", [Seen("a", 1, 1), Seen("b", 1, 1)], stored("a"), stored("b"))

    assert found.kept
    assert (found.accepted, found.duplicates, found.uncertain) == (2, 0, 0)


def test_an_accepted_message_that_is_not_stored_is_named() -> None:
    found = verdict("a b", [Seen("a", 1, 1), Seen("b", 1, 1)], stored("a"))

    assert (found.unstored, found.unknown, found.kept) == ({"b"}, {"b"}, False)


def test_an_accepted_message_that_never_reached_the_carrier_is_named() -> None:
    found = verdict("a b", [Seen("a", 1, 1)], stored("a"), stored("b"))

    assert (found.lost, found.kept) == ({"b"}, False)


def test_a_message_without_all_its_parts_is_lost() -> None:
    found = verdict("a", [Seen("a", 1, 3), Seen("a", 3, 3)], stored("a", segments=3))

    assert found.lost == {"a"}


def test_the_rest_of_a_message_that_failed_by_a_part_is_not_lost() -> None:
    failed = stored("a", segments=2, state="failed")

    assert verdict("a", [Seen("a", 1, 2)], failed).kept
    assert verdict("", [Seen("a", 1, 2)], failed).kept
    assert verdict("a", [], failed).lost == {"a"}


def test_a_duplicate_is_allowed_when_it_was_counted_as_uncertain() -> None:
    twice = [Seen("a", 1, 1), Seen("a", 1, 1)]

    assert verdict("a", twice, stored("a", uncertain=1)).kept
    assert verdict("a", twice, stored("a")).uncounted == {"a"}
    assert verdict("a", [*twice, Seen("a", 1, 1)], stored("a", uncertain=1)).undercounted == {"a"}


def test_a_stored_message_whose_answer_was_never_sent_may_or_may_not_have_been_submitted() -> None:
    assert verdict("", [], stored("a")).kept
    assert verdict("", [Seen("a", 1, 1)], stored("a")).kept


def test_a_message_that_was_never_accepted_may_not_be_sent_by_halves() -> None:
    found = verdict("", [Seen("a", 2, 2)], stored("a", segments=2))

    assert (found.half_sent, found.lost, found.kept) == ({"a"}, set(), False)


def test_the_parts_at_the_carrier_make_up_the_stored_text() -> None:
    def arrived(*parts: Seen) -> Verdict:
        message = StoredMessage("a", 2, "delivered", 1, "one two")
        return compare(["a"], parts, {"a": message})

    first, second = Seen("a", 1, 2, 7, "one "), Seen("a", 2, 2, 7, "two")
    assert arrived(second, first).kept
    assert arrived(first, second, first).kept
    assert arrived(first, Seen("a", 2, 2, 8, "two")).garbled == {"a"}
    assert arrived(first, Seen("a", 2, 2, 7, "too")).garbled == {"a"}
    assert arrived(first, second, Seen("a", 1, 2, 8, "one ")).garbled == {"a"}


def test_the_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("13500000000\t1^0\n13600000000\t\n")
    lines = [
        {
            "id": "1",
            "ms": 1,
            "to": "13500000000",
            "sender": "106",
            "ref": 7,
            "part": 2,
            "parts": 2,
            "text": "x",
        }
    ]
    (tmp_path / "ledger").write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert read_answers(tmp_path / "answers") == {"13500000000", "13600000000"}
    assert read_ledger(tmp_path / "ledger") == [Seen("13500000000", 2, 2, 7, "x")]
