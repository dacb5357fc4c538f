"""Rates from two looks at a server: what happened between them, also when counts begin anew."""

from __future__ import annotations

import json
from typing import Any

import link_samples
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.samples import ChannelSample, LinkSample, ListenerSample
from hongyan.cli.link.looks import ChannelLook, LinkLook, facts, look
from hongyan.cli.link.scrape import Scrape, values_in
from hongyan.server.link_metrics import families

NOW_MS = link_samples.SINCE_MS + 90_000


def scraped(*channels: ChannelSample, seconds: float = 0.0, pid: int = 1) -> Scrape:
    """A look at a server with these channels."""
    return Scrape("http://127.0.0.1:8480", pid, NOW_MS, seconds, values_in(families(channels)))


def answered(accepted: int = 0, throttled: int = 0, *, seconds: float = 0.0, **counts: Any) -> LinkSample:
    """A link that has submitted as much as was answered."""
    answers = {"accepted": accepted, "throttled": throttled, "retry": 0, "refused": 0}
    total = accepted + throttled
    refusals = {"ESME_RTHROTTLED": throttled} if throttled else {}
    usual = {"submitted": total, "answers": answers, "answered": total, "refusals": refusals}
    return link_samples.link(**{**usual, "answer_seconds": seconds, **counts})


def only_channel(now: Scrape, before: Scrape | None) -> ChannelLook:
    (channel,) = look(now, before).channels
    return channel


def only_link(now: LinkSample, before: LinkSample | None, *, seconds: float = 2.0, pid: int = 1) -> LinkLook:
    then = scraped(link_samples.channel(before)) if before is not None else scraped()
    (link,) = only_channel(scraped(link_samples.channel(now), seconds=seconds, pid=pid), then).links
    return link


# -- one look ---------------------------------------------------------------------------------------------


def test_one_look_shows_how_it_is_and_no_rates() -> None:
    links = (link_samples.link(in_flight=3), link_samples.down(name="2"), link_samples.link(name="10"))
    waiting = {"codes": 1, "notices": 2, "marketing": 3}
    seen = only_channel(scraped(link_samples.channel(*links, waiting=waiting, kept=4, submits=False)), None)
    assert (seen.id, seen.name, seen.protocol, seen.submits) == (101, "mobile", "CMPP 3.0", False)
    assert (dict(seen.waiting), seen.kept, seen.arrivals, seen.listener) == (waiting, 4, None, None)
    first, second, tenth = seen.links
    assert (first.state, first.window, first.used, first.flow) == ("bound", 16, 3, None)
    assert (second.state, second.reason, second.detail) == ("down", "nobody_listens", "10.0.0.1:7890")
    assert (second.since_ms, tenth.name) == (link_samples.SINCE_MS, "10")


def test_channels_come_by_their_numbers() -> None:
    channels = [
        link_samples.channel(id=number, name=name) for number, name in ((9, "a"), (100, "c"), (10, "b"))
    ]
    assert [channel.name for channel in look(scraped(*channels)).channels] == ["a", "b", "c"]


def test_a_server_without_channels_is_an_empty_look() -> None:
    assert look(scraped()).channels == ()


# -- two looks --------------------------------------------------------------------------------------------


def test_rates_are_what_was_gained_by_the_time_it_took() -> None:
    flow = only_link(answered(50, seconds=3.0), answered(30, seconds=2.0), seconds=4.0).flow
    assert flow is not None
    assert (flow.submits, flow.answers) == (5.0, 5.0)
    assert flow.answer_ms == pytest.approx(50.0)
    assert (dict(flow.errors), flow.lost) == ({}, 0)


def test_an_interval_without_answers_has_no_answer_time() -> None:
    flow = only_link(answered(30, seconds=2.0), answered(30, seconds=2.0)).flow
    assert flow is not None
    assert (flow.submits, flow.answers, flow.answer_ms) == (0.0, 0.0, None)


def test_errors_are_those_of_the_interval_the_most_frequent_first() -> None:
    before = answered(refusals={"MI:0013": 7, "ESME_RTHROTTLED": 100}, lost=2)
    now = answered(refusals={"MI:0013": 8, "ESME_RTHROTTLED": 100, "MK:0001": 1, "DB:0008": 5}, lost=5)
    flow = only_link(now, before).flow
    assert flow is not None
    assert [*flow.errors.items()] == [("DB:0008", 5), ("MI:0013", 1), ("MK:0001", 1)]
    assert flow.lost == 3


def test_links_that_were_made_anew_count_from_zero() -> None:
    """A change of the channel makes them log in anew; their counts fall."""
    flow = only_link(answered(4, 2, seconds=0.6), answered(1000, 1, seconds=500.0)).flow
    assert flow is not None
    assert (flow.submits, flow.answers, dict(flow.errors)) == (3.0, 3.0, {"ESME_RTHROTTLED": 2})
    assert flow.answer_ms == pytest.approx(100.0)


def test_one_count_that_has_fallen_is_enough_to_see_it() -> None:
    """Some have overtaken what they were: taken one by one they would be wrong."""
    flow = only_link(answered(40, seconds=1.0), answered(30, seconds=2.0)).flow
    assert flow is not None
    assert flow.submits == 20.0
    assert flow.answer_ms == pytest.approx(25.0)


def test_another_server_process_counts_from_zero_whatever_it_shows() -> None:
    flow = only_link(answered(40, seconds=4.0), answered(30, seconds=2.0), pid=2).flow
    assert flow is not None
    assert flow.submits == 20.0
    assert flow.answer_ms == pytest.approx(100.0)


def test_a_channel_that_is_new_counts_from_zero() -> None:
    flow = only_link(answered(6), None, seconds=3.0).flow
    assert flow is not None
    assert flow.submits == 2.0


def test_a_channel_that_is_gone_is_not_shown() -> None:
    assert look(scraped(seconds=1.0), scraped(link_samples.channel())).channels == ()


def test_what_a_channel_brought_and_whom_its_listener_turned_away() -> None:
    before = link_samples.channel(
        deliveries={"report": 10, "text": 1, "interim": 0},
        listener=ListenerSample(1, 1, {"wrong_login": 4}, 0),
    )
    now = link_samples.channel(
        deliveries={"report": 18, "text": 2, "interim": 5},
        listener=ListenerSample(3, 2, {"wrong_login": 6, "too_many": 3}, 0),
    )
    seen = only_channel(scraped(now, seconds=4.0), scraped(before))
    assert seen.arrivals == {"report": 2.0, "text": 0.25}
    assert seen.listener is not None
    assert (seen.listener.bound, seen.listener.waiting) == (2, 1)
    assert [*seen.listener.refused.items()] == [("too_many", 3), ("wrong_login", 2)]


counts = st.integers(0, 10**9)


@given(
    before=counts,
    now=counts,
    errors_before=counts,
    errors_now=counts,
    seconds=st.floats(0, 1e6),
    pid=st.integers(1, 2),
)
def test_no_rate_is_ever_negative(
    before: int, now: int, errors_before: int, errors_now: int, seconds: float, pid: int
) -> None:
    flow = only_link(
        answered(now, errors_now, seconds=now / 7),
        answered(before, errors_before, seconds=before / 7),
        seconds=seconds,
        pid=pid,
    ).flow
    assert flow is not None
    assert min(flow.submits, flow.answers, flow.answer_ms or 0, flow.lost, *flow.errors.values()) >= 0


# -- for machines -----------------------------------------------------------------------------------------


def told(now: Scrape, before: Scrape | None = None) -> Any:
    return json.loads(msgspec.json.encode(facts(look(now, before))))


def test_machines_are_told_everything_once_with_rates() -> None:
    before = link_samples.channel(answered(10))
    now = link_samples.channel(answered(14, 2, seconds=0.6, in_flight=3), kept=1)
    assert told(scraped(now, seconds=2.0), scraped(before)) == {
        "at": "2026-05-29T04:28:10.000+08:00",
        "running": True,
        "url": "http://127.0.0.1:8480",
        "seconds": 2.0,
        "channels": [
            {
                "id": 101,
                "channel": "mobile",
                "protocol": "CMPP 3.0",
                "submits": True,
                "up": True,
                "waiting": {"codes": 0, "notices": 0, "marketing": 0},
                "kept": 1,
                "reports_per_s": 0.0,
                "texts_per_s": 0.0,
                "links": [
                    {
                        "link": "1",
                        "state": "bound",
                        "since": "2026-05-29T04:26:40+08:00",
                        "reason": None,
                        "detail": None,
                        "window": 16,
                        "used": 3,
                        "submits_per_s": 3.0,
                        "answers_per_s": 3.0,
                        "answer_ms": 100.0,
                        "errors": {"ESME_RTHROTTLED": 2},
                        "lost": 0,
                    }
                ],
                "listener": None,
                "fault": None,
            }
        ],
    }


def test_without_a_look_before_there_are_no_rates_at_all() -> None:
    once = told(scraped(link_samples.channel(listener=ListenerSample(1, 0, {}, 0))))
    assert "seconds" not in once
    (channel,) = once["channels"]
    assert channel["listener"] == {"bound": 0, "waiting": 1, "refused": {}}
    assert not [name for name in (*channel, *channel["links"][0]) if name.endswith("_per_s")]
