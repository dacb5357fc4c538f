"""Fates repeat from run to run and keep to the rates that the scenario asks for."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.simulator import signatures as signatures_module
from hongyan.carriers.simulator.fate import Fate, Fates
from hongyan.carriers.simulator.magic import MAGIC
from hongyan.carriers.simulator.parts import Charset, Part, Wants, national
from hongyan.carriers.simulator.scenario import DELIVERED, Scenario, convert_scenario
from hongyan.carriers.simulator.seen import Seen
from hongyan.carriers.simulator.signatures import Signatures, signature_in
from hongyan.carriers.simulator.wheel import TimerWheel

ROUGH = {
    "answers": {"error_rate": 0.2, "error_codes": ["rejected", 0x45], "delay": {"max": 0.5}},
    "receipts": {
        "failure_rate": 0.2,
        "loss_rate": 0.1,
        "duplicate_rate": 0.1,
        "reorder_rate": 0.1,
        "early_rate": 0.1,
    },
}


def part(number: str = "13800138000", body: bytes = b"hello", **changes: object) -> Part:
    plain = Part(
        source="10690001",
        destination=number,
        number=number,
        charset=Charset.GSM7,
        body=body,
        reference=0,
        total=1,
        index=1,
        wants=Wants.ALWAYS,
    )
    return msgspec.structs.replace(plain, **changes)


def run(scenario: Scenario, parts: list[Part]) -> Counter[tuple[Part, Fate]]:
    """Every part with its fate, as a carrier would decide them in this order."""
    fates, seen = Fates(scenario), Seen()
    return Counter(
        (one, fates.decide(one, seen.note(hash((one.number, one.source, one.index, one.total, one.body)))))
        for one in parts
    )


parts_lists = st.lists(
    st.builds(
        part,
        number=st.sampled_from(["13800138000", "13900000000", "19900000013", "447700900123"]),
        body=st.binary(max_size=3),
        total=st.just(3),
        index=st.integers(1, 3),
    ),
    max_size=30,
)


@given(parts=parts_lists, order=st.randoms(use_true_random=False), seed=st.integers(-5, 5))
def test_the_order_of_arrival_does_not_matter(parts: list[Part], order: random.Random, seed: int) -> None:
    scenario = convert_scenario({"seed": seed, **ROUGH})
    shuffled = list(parts)
    order.shuffle(shuffled)
    assert run(scenario, parts) == run(scenario, shuffled)


@given(body=st.binary(max_size=140), first=st.integers(0, 255), second=st.integers(0, 65535))
def test_the_concatenation_reference_does_not_matter(body: bytes, first: int, second: int) -> None:
    fates = Fates(convert_scenario(ROUGH))
    one = fates.decide(part(body=body, reference=first, total=2), 0)
    assert one == fates.decide(part(body=body, reference=second, total=2), 0)


def test_seed_number_sender_place_text_and_occurrence_all_matter() -> None:
    base = part()
    others = [
        part(number="13800138001"),
        part(source="10690002"),
        part(total=2),
        part(total=2, index=2),
        part(body=b"hullo"),
    ]
    fates = Fates(Scenario())
    delays = {fates.decide(one, 0).delay for one in (base, *others)}
    delays.add(fates.decide(base, 1).delay)
    delays.add(Fates(Scenario(seed=2)).decide(base, 0).delay)
    assert len(delays) == 8


def test_rates_are_kept() -> None:
    fates = Fates(convert_scenario(ROUGH))
    decided = [fates.decide(part(body=str(n).encode()), 0) for n in range(5_000)]
    accepted = [fate for fate in decided if fate.error is None]
    assert 0.18 < 1 - len(accepted) / len(decided) < 0.22
    assert {fate.error for fate in decided} == {None, "rejected", 0x45}
    share = len(accepted)
    assert 0.18 < sum(fate.code != DELIVERED for fate in accepted) / share < 0.22
    assert 0.08 < sum(fate.lost for fate in accepted) / share < 0.12
    assert 0.08 < sum(fate.copies == 2 for fate in accepted) / share < 0.12
    assert 0.08 < sum(fate.early for fate in accepted) / share < 0.12
    assert 0.08 < sum(fate.delay > 3 for fate in accepted) / share < 0.12


def test_a_well_behaved_carrier_delivers_everything_within_a_second() -> None:
    fates = Fates(Scenario())
    for n in range(500):
        fate = fates.decide(part(body=str(n).encode()), 0)
        assert fate.error is None
        assert fate.code == DELIVERED
        assert 0.3 <= fate.delay <= 1.0
        assert (fate.hold, fate.early, fate.lost, fate.copies) == (0.0, False, False, 1)


def test_delays_follow_the_percentiles() -> None:
    delay = {"min": 1, "p50": 2, "p90": 10, "p99": 20, "max": 30}
    fates = Fates(convert_scenario({"receipts": {"delay": delay}}))
    waits = sorted(fates.decide(part(body=str(n).encode()), 0).delay for n in range(4_000))
    assert waits[0] >= 1
    assert waits[-1] <= 30
    assert 1.9 < waits[2_000] < 2.5
    assert 8.5 < waits[3_600] < 11.5


def test_the_first_rule_that_matches_decides() -> None:
    fates = Fates(
        convert_scenario(
            {
                "rules": [
                    {"number": "*0000", "receipt_code": "UNDELIV"},
                    {"sender": "1068*", "submit_error": "bad_source"},
                    {"number": "138*", "content": "loan|贷款", "receipt_code": "REJECTD", "receipt_delay": 9},
                    {"number": "*", "lose_receipt": True},
                ]
            }
        )
    )
    loan = part(body="贷款".encode("utf-16-be"), charset=Charset.UCS2)
    assert fates.decide(part("13900000000"), 0).code == "UNDELIV"
    assert fates.decide(part(source="10680001"), 0).error == "bad_source"
    assert fates.decide(loan, 0).code == "REJECTD"
    assert fates.decide(loan, 0).delay == 9
    assert fates.decide(part(), 0).lost


def test_a_rule_for_the_first_times_lets_a_retry_pass() -> None:
    fates = Fates(
        convert_scenario({"rules": [{"number": "*", "submit_error": "throttled", "first_times": 2}]})
    )
    assert [fates.decide(part(), n).error for n in range(3)] == ["throttled", "throttled", None]


def test_magic_numbers_have_the_fate_of_the_table() -> None:
    fates = Fates(Scenario())
    for number, row in MAGIC.items():
        fate = fates.decide(part(number), 0)
        assert fate.error == row.submit_error
        if row.submit_error is None:
            assert fate.code == (row.receipt_code or DELIVERED)
            assert (fate.lost, fate.early) == (row.lose_receipt, row.early_receipt)
            assert fate.copies == 1 + row.duplicate_receipt
        if row.first_times:
            assert fates.decide(part(number), row.first_times).error is None


def test_magic_can_be_switched_off() -> None:
    fates = Fates(Scenario(magic_numbers=False))
    assert all(fates.decide(part(number), 0).code == DELIVERED for number in MAGIC)


def test_numbers_are_compared_as_their_owners_write_them() -> None:
    forms = ["13800138000", "8613800138000", "+8613800138000", "008613800138000"]
    assert {national(form) for form in forms} == {"13800138000"}
    assert national("+447700900123") == "447700900123"


@given(st.lists(st.tuples(st.floats(0, 5), st.integers())), st.lists(st.floats(0, 6), max_size=8))
def test_nothing_leaves_the_wheel_before_its_time_and_nothing_stays(
    things: list[tuple[float, int]], looks: list[float]
) -> None:
    wheel: TimerWheel[tuple[float, int]] = TimerWheel(0.01)
    for at, thing in things:
        wheel.add(at, (at, thing))
    left: list[tuple[float, int]] = []
    for now in [*sorted(looks), 7.0]:
        due = wheel.pop_due(now)
        assert all(at <= now for at, _ in due)
        left += due
        next_at = wheel.next_at()
        assert next_at is None or next_at > now - 0.0001
    assert sorted(left) == sorted(things)
    assert wheel.next_at() is None


def test_the_memory_of_what_was_seen_is_bounded() -> None:
    seen = Seen(capacity=10)
    assert [seen.note(1), seen.note(1), seen.count(1)] == [0, 1, 2]
    for key in range(100, 110):
        seen.note(key)
    assert seen.note(1) == 2
    for key in range(200, 230):
        seen.note(key)
    assert seen.note(1) == 0


# -- signatures, what is rare, strangers -------------------------------------------------------------------


def words(text: str, **changes: object) -> Part:
    return part(body=text.encode("utf-16-be"), charset=Charset.UCS2, **changes)


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("【鸿雁】你好", "鸿雁"),
        (" 【鸿雁】你好", "鸿雁"),
        ("你好【鸿雁】", "鸿雁"),
        ("【一】你好【二】", "一"),
        ("你好【鸿雁】退订回T", ""),
        ("【】你好", ""),
        ("【【鸿雁】你好", ""),
        ("【鸿雁", ""),
        ("", ""),
    ],
)
def test_the_signature_of_a_text(text: str, signature: str) -> None:
    assert signature_in(text) == signature


def test_all_parts_of_a_long_text_have_the_signature_of_the_one_that_shows_it() -> None:
    known = Signatures()
    long = {"reference": 9, "total": 3}
    assert known.of(words("【鸿雁】一", index=1, **long)) == "鸿雁"
    assert known.of(words("【别人】二", index=2, **long)) == "鸿雁"
    assert known.of(words("三", index=3, **long)) == "鸿雁"
    assert known.of(words("二", index=2, reference=8, total=3)) == ""
    assert known.of(words("三【尾】", index=3, reference=8, total=3)) == "尾"
    assert known.of(words("二", index=2, reference=8, total=3)) == "尾"


def test_signatures_of_long_texts_are_forgotten_some_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures_module, "_MOST_OPEN", 2)
    known = Signatures()
    for reference in range(3):
        known.of(words("【鸿雁】一", reference=reference, total=2))
    assert [known.of(words("二", reference=n, total=2, index=2)) for n in range(3)] == ["", "鸿雁", "鸿雁"]


def test_rules_by_signature_make_exceptions_for_the_registered() -> None:
    rules = [
        {"signature": "鸿雁"},
        {"signature": "", "submit_error": "rejected"},
        {"signature": "*", "vanish": True},
    ]
    fates = Fates(convert_scenario({"rules": rules}))
    assert not fates.decide(words("【鸿雁】你好"), 0).vanish
    assert fates.decide(words("你好"), 0).error == "rejected"
    assert fates.decide(words("【别人】你好"), 0).vanish


EACH_WAY = pytest.mark.parametrize(
    ("pattern", "hit", "miss"),
    [
        ({"signature": "鸿雁*"}, words("【鸿雁贷款】你好"), words("【别人】你好")),
        ({"content": "贷款|loan"}, words("【别人】贷款"), words("【别人】你好")),
        ({"number": "*0000"}, part("13800130000"), part("13800138000")),
    ],
    ids=["signature", "content", "number"],
)


@EACH_WAY
def test_error_codes_of_a_rule_are_for_what_it_matches(
    pattern: dict[str, str], hit: Part, miss: Part
) -> None:
    codes = ["rejected", "throttled", 0x45]
    fates = Fates(convert_scenario({"rules": [{**pattern, "error_codes": codes}]}))
    drawn = Counter(fates.decide(hit, occurrence).error for occurrence in range(600))
    assert drawn.keys() == {*codes}
    assert min(drawn.values()) > 120, "drawn evenly"
    assert all(fates.decide(miss, occurrence).error is None for occurrence in range(100))


@EACH_WAY
def test_rates_of_a_rule_go_before_the_general_ones(pattern: dict[str, str], hit: Part, miss: Part) -> None:
    rule = {**pattern, "error_rate": 0.3, "failure_rate": 0.5, "failure_codes": ["MK:0001", "DB:0141"]}
    general = {"answers": {"error_rate": 0.05}, "receipts": {"failure_rate": 0.0}}
    fates = Fates(convert_scenario({**general, "rules": [rule]}))
    of_hit = [fates.decide(hit, occurrence) for occurrence in range(2_000)]
    of_miss = [fates.decide(miss, occurrence) for occurrence in range(2_000)]
    assert 0.25 < sum(fate.error is not None for fate in of_hit) / 2_000 < 0.35
    assert 0.03 < sum(fate.error is not None for fate in of_miss) / 2_000 < 0.07
    told = Counter(fate.code for fate in of_hit if fate.error is None)
    assert told.keys() == {"DELIVRD", "MK:0001", "DB:0141"}
    assert 0.4 < told["DELIVRD"] / told.total() < 0.6
    assert {fate.code for fate in of_miss if fate.error is None} == {"DELIVRD"}


def test_a_rule_that_never_refuses_makes_an_exception_of_what_it_matches() -> None:
    answers = {"error_rate": 1.0}
    fates = Fates(convert_scenario({"answers": answers, "rules": [{"signature": "鸿雁", "error_rate": 0}]}))
    assert fates.decide(words("【鸿雁】你好"), 0).error is None
    assert fates.decide(words("【别人】你好"), 0).error == "rejected"


def test_all_parts_of_a_long_text_are_refused_by_its_signature() -> None:
    fates = Fates(convert_scenario({"rules": [{"signature": "鸿雁", "submit_error": "rejected"}]}))
    parts = [words("【鸿雁】一", total=2), words("二", total=2, index=2)]
    assert [fates.decide(one, 0).error for one in parts] == ["rejected", "rejected"]


def test_rare_things_happen_as_often_as_asked_and_change_nothing_else() -> None:
    rare = {
        "answers": {**ROUGH["answers"], "loss_rate": 0.1},
        "receipts": {**ROUGH["receipts"], "waiting_rate": 0.2},
        "replies": {"rate": 0.3, "texts": ["TD", "退订", "T"]},
    }
    plain, fates = Fates(convert_scenario(ROUGH)), Fates(convert_scenario(rare))
    accepted = []
    for n in range(5_000):
        one = part(body=str(n).encode())
        before, after = plain.decide(one, 0), fates.decide(one, 0)
        assert (before.error, before.hold, before.code, before.delay) == (
            after.error, after.hold, after.code, after.delay,
        )  # fmt: skip
        if after.error is None:
            accepted.append(after)
    share = len(accepted)
    assert 0.08 < sum(fate.mute for fate in accepted) / share < 0.12
    assert 0.15 < sum(fate.waiting for fate in accepted) / share < 0.22  # early ones are never waited for
    assert 0.27 < sum(bool(fate.reply) for fate in accepted) / share < 0.33
    assert {fate.reply for fate in accepted} == {"", "TD", "退订", "T"}


def test_owners_answer_within_the_delay_asked_for() -> None:
    fates = Fates(convert_scenario({"replies": {"delay": {"min": 2, "max": 4}}}))
    waits = [fates.reply_delay(part(body=str(n).encode())) for n in range(200)]
    assert min(waits) >= 2
    assert max(waits) <= 4
    assert len(set(waits)) > 100


def test_strangers_are_refused_before_rates_and_after_rules() -> None:
    scenario = convert_scenario(
        {
            "numbers": {"ported": {"13800138000": "telecom", "13800138001": "telecom"}},
            "rules": [{"number": "13800138001", "submit_error": "rejected"}],
        }
    )
    mobile, telecom = Fates(scenario, "mobile"), Fates(scenario, "telecom")
    assert mobile.decide(part("13800138000"), 0).error == "not_mine"
    assert mobile.decide(part("13800138001"), 0).error == "rejected"
    assert mobile.decide(part("18900138000"), 0).error is None
    assert telecom.decide(part("13800138000"), 0).error is None
    assert Fates(scenario).decide(part("13800138000"), 0).error is None
