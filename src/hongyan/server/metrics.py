"""What Prometheus sees. Counting on the way of a message is plain integer addition; the rest is read when scraped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hongyan.carriers.samples import ChannelSample
from hongyan.compliance.registration import Network, RegistrationState
from hongyan.messaging.dispatch import AnswerKind
from hongyan.server import link_metrics
from hongyan.storage.port import (
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    RECEIPT_LATE,
    RECEIPT_MATCHED,
    Maintained,
    Matched,
)

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_VERDICTS = {
    RECEIPT_MATCHED: "matched",
    RECEIPT_EARLY: "early",
    RECEIPT_DUPLICATE: "duplicate",
    RECEIPT_LATE: "late",
}


class Metrics(Collector):
    """One for each process. Register gauges as functions; they are called when somebody scrapes."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0
        self._parts: Counter[AnswerKind] = Counter()
        self._receipts: Counter[int] = Counter()
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._counters: dict[str, tuple[str, Callable[[], float]]] = {}
        self._channels: Callable[[], Sequence[ChannelSample]] = tuple
        self._maintained: Callable[[], Maintained] = Maintained
        self._registrations: Callable[[], Mapping[tuple[Network, RegistrationState], int]] = dict
        self._silent: Callable[[], Mapping[int, int]] = dict
        self._ailments: Callable[[], Mapping[str, int]] = dict
        self._ahead: Callable[[], Mapping[tuple[str, str], int]] = dict
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def gauge(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A value that is read when scraped."""
        self._gauges[name] = (words, read)

    def counter(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A total that somebody else counts."""
        self._counters[name] = (words, read)

    def channels(self, read: Callable[[], Sequence[ChannelSample]]) -> None:
        """Where the channels and their links are asked."""
        self._channels = read

    def housekeeping(self, read: Callable[[], Maintained]) -> None:
        """Where the last round of housekeeping is asked."""
        self._maintained = read

    def registrations(self, read: Callable[[], Mapping[tuple[Network, RegistrationState], int]]) -> None:
        """Where they are counted."""
        self._registrations = read

    def silent(self, read: Callable[[], Mapping[int, int]]) -> None:
        """Where registrations of which nothing is sent are counted, by days."""
        self._silent = read

    def ailments(
        self, read: Callable[[], Mapping[str, int]], ahead: Callable[[], Mapping[tuple[str, str], int]]
    ) -> None:
        """Where signatures are counted by what is wrong with them, and by what will be, and when."""
        self._ailments = read
        self._ahead = ahead

    def counted(self, action: str, code: str, status: int) -> None:
        """A door answered whose time says nothing of messages: of an upload it is the client's."""
        self._answers[action, code, status] += 1

    def answered(self, action: str, code: str, status: int, seconds: float) -> None:
        """An action of the vendor was answered."""
        self._answers[action, code, status] += 1
        self._seconds += seconds
        place = 0
        for bound in _BOUNDS:
            if seconds <= bound:
                break
            place += 1
        self._buckets[place] += 1

    def part_answered(self, kind: AnswerKind) -> None:
        """A carrier answered a submitted part."""
        self._parts[kind] += 1

    def receipt_stored(self, outcome: Matched) -> None:
        """A receipt was stored."""
        self._receipts[outcome.verdict] += 1

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        answers = CounterMetricFamily(
            "hongyan_api_answers",
            "answers of the vendor's actions, of uploads and of REST; action: the action or the route",
            labels=["action", "code", "status"],
        )
        for (action, code, status), count in self._answers.items():
            answers.add_metric([action, code, str(status)], count)
        yield answers
        buckets: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self._buckets, strict=True):
            total += count
            buckets.append((bound, total))
        seconds = HistogramMetricFamily(
            "hongyan_api_seconds", "time from request to answer of the vendor's actions"
        )
        seconds.add_metric([], buckets, self._seconds)
        yield seconds
        parts = CounterMetricFamily(
            "hongyan_parts_answered", "submitted parts by the carrier's answer", labels=["answer"]
        )
        for kind in AnswerKind:
            parts.add_metric([kind.value], self._parts[kind])
        yield parts
        receipts = CounterMetricFamily(
            "hongyan_receipts", "stored receipts by how they were matched", labels=["verdict"]
        )
        for verdict, word in _VERDICTS.items():
            receipts.add_metric([word], self._receipts[verdict])
        yield receipts
        channels = self._channels()
        yield from link_metrics.families(channels)
        early = GaugeMetricFamily(
            "hongyan_early_receipts", "receipts that wait for the answer to their submit", labels=["channel"]
        )
        dropped = CounterMetricFamily(
            "hongyan_early_receipts_dropped",
            "receipts that were given up because too many waited for an answer",
            labels=["channel"],
        )
        names, kept = link_metrics.names(channels), self._maintained()
        for family, counts in ((early, kept.early), (dropped, kept.dropped)):
            for channel_id, count in counts.items():
                family.add_metric([names.get(channel_id, str(channel_id))], count)
            yield family
        registrations = GaugeMetricFamily(
            "hongyan_registrations", "registrations of signatures with carriers", labels=["network", "state"]
        )
        for (network, state), count in self._registrations().items():
            registrations.add_metric([network, state.value], count)
        yield registrations
        silent = GaugeMetricFamily(
            "hongyan_registrations_silent",
            "registrations of signatures that were not sent for so many days, and lapse after six months",
            labels=["days"],
        )
        for days, count in self._silent().items():
            silent.add_metric([str(days)], count)
        yield silent
        ailments = GaugeMetricFamily(
            "hongyan_signature_reasons",
            "signatures by what is wrong with them, as it was noticed",
            labels=["reason"],
        )
        for reason, count in self._ailments().items():
            ailments.add_metric([reason], count)
        yield ailments
        ahead = GaugeMetricFamily(
            "hongyan_signature_reasons_ahead",
            "signatures by what rules to come find wrong with them, and from when: a day, or accept",
            labels=["day", "reason"],
        )
        for (day, reason), count in self._ahead().items():
            ahead.add_metric([day or "accept", reason], count)
        yield ahead
        for name, (words, read) in self._gauges.items():
            yield GaugeMetricFamily(name, words, value=read())
        for name, (words, read) in self._counters.items():
            yield CounterMetricFamily(name, words, value=read())
