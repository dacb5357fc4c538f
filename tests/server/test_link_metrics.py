"""Channels and links as Prometheus' own parser reads them."""

from __future__ import annotations

import link_samples
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from hongyan.carriers.faults import Fault
from hongyan.carriers.samples import ChannelSample, FaultSample, ListenerSample
from hongyan.server.metrics import Metrics


def shown(*channels: ChannelSample) -> dict[tuple[str, ...], float]:
    """(metric without its prefix, label values in the order of their names) -> value."""
    metrics = Metrics()
    metrics.channels(lambda: channels)
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            if sample.name.startswith(("hongyan_channel_", "hongyan_link_", "hongyan_listener_")):
                place = sample.name.removeprefix("hongyan_"), *(v for _, v in sorted(sample.labels.items()))
                assert place not in found, f"twice: {place}"
                found[place] = sample.value
    return found


def test_a_channel_is_named_with_number_and_protocol() -> None:
    assert shown(link_samples.channel())["channel_info", "mobile", "101", "CMPP 3.0"] == 1


def test_a_channel_that_cannot_run_says_why() -> None:
    fault = FaultSample(Fault("channel.cannot_listen", "0.0.0.0:8801: taken"), link_samples.SINCE_MS)
    found = shown(link_samples.channel(), link_samples.channel(id=102, name="unicom", fault=fault, up=False))
    faults = [place for place in found if place[0] == "channel_fault"]
    assert faults == [("channel_fault", "unicom", "0.0.0.0:8801: taken", "channel.cannot_listen")]
    assert (found["channel_up", "mobile"], found["channel_up", "unicom"]) == (1, 0)


def test_a_link_is_in_one_state() -> None:
    found = shown(link_samples.channel(link_samples.link(), link_samples.down(name="2")))
    states = {place[2:]: value for place, value in found.items() if place[0] == "link_state"}
    assert {place for place, value in states.items() if value} == {("1", "bound"), ("2", "down")}
    assert {state for _, state in states} == {"bound", "connecting", "down", "refused", "stopped"}


def test_why_a_link_is_not_bound_is_shown_while_it_is_so() -> None:
    found = shown(link_samples.channel(link_samples.link(), link_samples.down(name="2")))
    troubles = [place for place in found if place[0] == "link_trouble"]
    assert troubles == [("link_trouble", "mobile", "10.0.0.1:7890", "2", "nobody_listens")]
    assert found["link_since_timestamp_seconds", "mobile", "2"] == link_samples.SINCE_MS / 1000


def test_what_a_link_counts_is_shown_with_its_labels() -> None:
    busy = link_samples.link(
        in_flight=3,
        submitted=50,
        answers={"accepted": 40, "throttled": 5, "retry": 1, "refused": 1},
        refusals={"ESME_RTHROTTLED": 5, "other": 2},
        answered=47,
        answer_seconds=1.5,
        lost=2,
        late=1,
        pauses=4,
        ignored=6,
        connects=3,
        logins_refused=2,
        endings={"connection_lost": 2},
    )
    found = shown(link_samples.channel(busy))
    for name, value in {
        "window": 16,
        "window_used": 3,
        "submits_total": 50,
        "answer_seconds_count": 47,
        "answer_seconds_sum": 1.5,
        "lost_total": 2,
        "late_answers_total": 1,
        "pauses_total": 4,
        "ignored_pdus_total": 6,
        "connects_total": 3,
        "logins_refused_total": 2,
    }.items():
        assert found[f"link_{name}", "mobile", "1"] == value, name
    assert found["link_answers_total", "throttled", "mobile", "1"] == 5
    assert found["link_refusals_total", "mobile", "ESME_RTHROTTLED", "1"] == 5
    assert found["link_endings_total", "mobile", "1", "connection_lost"] == 2


def test_what_waits_and_what_comes_is_shown_by_channel() -> None:
    found = shown(
        link_samples.channel(
            waiting={"codes": 1, "notices": 2, "marketing": 3},
            kept=4,
            deliveries={"report": 5, "text": 6, "interim": 7},
            put_off=8,
            submits=False,
        )
    )
    assert [found["channel_waiting_parts", "mobile", lane] for lane in ("codes", "notices", "marketing")] == [
        1,
        2,
        3,
    ]
    assert [found["channel_deliveries_total", "mobile", kind] for kind in ("report", "text", "interim")] == [
        5,
        6,
        7,
    ]
    assert found["channel_kept_parts", "mobile"] == 4
    assert found["channel_deliveries_put_off_total", "mobile"] == 8
    assert found["channel_submits", "mobile"] == 0


def test_a_listener_shows_who_has_dialled_and_who_was_turned_away() -> None:
    listener = ListenerSample(open=5, bound=2, refused={"wrong_login": 3, "too_many": 1}, ignored=9)
    found = shown(link_samples.channel(listener=listener), link_samples.channel(id=102, name="telecom"))
    assert found["listener_connections", "mobile", "bound"] == 2
    assert found["listener_connections", "mobile", "waiting"] == 3
    assert found["listener_refused_total", "mobile", "wrong_login"] == 3
    assert found["listener_ignored_pdus_total", "mobile"] == 9
    assert not [place for place in found if place[0].startswith("listener_") and "telecom" in place]


def test_channels_with_one_name_are_told_apart_by_their_numbers() -> None:
    """HONGYAN_SMPP makes a channel `main`, and so may a record."""
    found = shown(
        link_samples.channel(id=1, name="main"),
        link_samples.channel(id=101, name="main"),
        link_samples.channel(id=102, name="unicom"),
    )
    assert {place[1] for place in found if place[0] == "channel_submits"} == {"main#1", "main#101", "unicom"}


@given(st.text(max_size=200))
def test_what_a_carrier_says_never_breaks_the_format(said: str) -> None:
    said = said.encode("utf-8", "replace").decode()
    found = shown(link_samples.channel(link_samples.down("login_refused", said, refusals={said: 1})))
    assert found["link_refusals_total", "mobile", said, "1"] == 1


def test_what_a_carrier_does_that_harms_nothing_is_told_by_what_it_is() -> None:
    found = shown(link_samples.channel(link_samples.link(oddities={"wrong_digest": 2})))
    assert found["link_oddities_total", "mobile", "1", "wrong_digest"] == 2
