"""What Prometheus reads, as its own parser reads it."""

from __future__ import annotations

import pytest
from link_samples import channel
from prometheus_client.parser import text_string_to_metric_families

from hongyan.messaging.dispatch import AnswerKind
from hongyan.server.metrics import Metrics
from hongyan.storage.port import (
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    RECEIPT_LATE,
    RECEIPT_MATCHED,
    Maintained,
    Matched,
)


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """(name, label values by label name …) -> value."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_a_new_process_has_counted_nothing() -> None:
    found = samples(Metrics())
    assert set(found.values()) == {0}
    assert {name for name, *_ in found} == {
        "hongyan_api_seconds_bucket",
        "hongyan_api_seconds_count",
        "hongyan_api_seconds_sum",
        "hongyan_parts_answered_total",
        "hongyan_receipts_total",
    }


def test_answers_are_counted_by_action_code_and_status() -> None:
    metrics = Metrics()
    for code, status in (
        ("OK", 200),
        ("OK", 200),
        ("isv.MOBILE_NUMBER_ILLEGAL", 200),
        ("InternalError", 500),
    ):
        metrics.answered("SendSms", code, status, 0.001)
    found = samples(metrics)
    assert found["hongyan_api_answers_total", "SendSms", "OK", "200"] == 2
    assert found["hongyan_api_answers_total", "SendSms", "isv.MOBILE_NUMBER_ILLEGAL", "200"] == 1
    assert found["hongyan_api_answers_total", "SendSms", "InternalError", "500"] == 1


@pytest.mark.parametrize(
    ("seconds", "first_bucket"),
    [(0.0, "0.001"), (0.001, "0.001"), (0.0011, "0.0025"), (5.0, "5.0"), (60.0, "+Inf")],
)
def test_a_time_is_in_its_bucket_and_in_all_above(seconds: float, first_bucket: str) -> None:
    metrics = Metrics()
    metrics.answered("SendSms", "OK", 200, seconds)
    buckets = {name[1]: value for name, value in samples(metrics).items() if name[0].endswith("_bucket")}
    assert list(buckets.values()) == sorted(buckets.values())
    assert min((bound for bound, count in buckets.items() if count), key=float) == first_bucket
    assert samples(metrics)["hongyan_api_seconds_count",] == 1
    assert samples(metrics)["hongyan_api_seconds_sum",] == pytest.approx(seconds)


def test_parts_and_receipts_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    for kind in AnswerKind:
        metrics.part_answered(kind)
    for verdict in (RECEIPT_MATCHED, RECEIPT_MATCHED, RECEIPT_EARLY, RECEIPT_DUPLICATE, RECEIPT_LATE):
        metrics.receipt_stored(Matched(verdict))
    found = samples(metrics)
    assert all(found["hongyan_parts_answered_total", kind.value] == 1 for kind in AnswerKind)
    receipts = {name[1]: count for name, count in found.items() if name[0] == "hongyan_receipts_total"}
    assert receipts == {"matched": 2, "early": 1, "duplicate": 1, "late": 1}


def test_gauges_and_counters_are_read_when_somebody_asks() -> None:
    metrics, level, total = Metrics(), [3.0], [10.0]
    metrics.gauge("hongyan_level", "how high", lambda: level[0])
    metrics.counter("hongyan_work", "how much", lambda: total[0])
    assert samples(metrics)["hongyan_level",] == 3
    level[0], total[0] = 1.5, 11
    found = samples(metrics)
    assert (found["hongyan_level",], found["hongyan_work_total",]) == (1.5, 11)


def test_codes_with_quotes_and_line_ends_stay_inside_their_labels() -> None:
    metrics = Metrics()
    metrics.answered('Send"Sms\\', "a\nb", 200, 0.001)
    assert samples(metrics)["hongyan_api_answers_total", 'Send"Sms\\', "a\nb", "200"] == 1


def test_early_receipts_are_told_by_channel_also_of_one_that_runs_no_more() -> None:
    metrics = Metrics()
    metrics.channels(lambda: [channel(id=7, name="mobile")])
    metrics.housekeeping(lambda: Maintained({7: 3, 8: 1}, {8: 90}))
    found = samples(metrics)
    assert found["hongyan_early_receipts", "mobile"] == 3
    assert found["hongyan_early_receipts", "8"] == 1
    assert found["hongyan_early_receipts_dropped_total", "8"] == 90
