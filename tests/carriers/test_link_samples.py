"""What a link says of itself: how it is now, why it is not bound, what it has counted."""

from __future__ import annotations

import pytest
from link_world import LinkWorld

from hongyan.carriers import endings
from hongyan.carriers import link as link_module
from hongyan.carriers.counts import MOST_NAMES, OTHER_NAME, LinkCounts
from hongyan.carriers.endings import ENDINGS, because, ending_of
from hongyan.carriers.samples import LinkSample
from hongyan.messaging.dispatch import AnswerKind
from hongyan.protocols.session.events import BrokenReason
from hongyan.protocols.smpp.status import RTHROTTLED

RINVDSTADR, RINVPASWD = 0x0B, 0x0E


def sample(world: LinkWorld) -> LinkSample:
    return world.link.sample("1")


# -- how it is --------------------------------------------------------------------------------------------


async def test_a_bound_link_shows_its_window_and_what_is_in_it(world: LinkWorld) -> None:
    carrier = await world.start(window=4)
    now_ms = world.road.clock.now_ms()
    for n in range(3):
        await world.road.send_one(f"1380000000{n}")
    await carrier.next_submits(3)
    seen = sample(world)
    assert (seen.state, seen.reason, seen.detail, seen.since_ms) == ("bound", "", "", now_ms)
    assert (seen.window, seen.in_flight, seen.submitted) == (4, 3, 3)


async def test_a_link_that_cannot_connect_says_why_and_since_when(world: LinkWorld) -> None:
    world.carrier.stop_listening()
    world.run()
    begun_ms = world.road.clock.now_ms()
    await world.until(lambda: sample(world).reason, "an attempt has failed")
    seen = sample(world)
    assert (seen.reason, seen.detail) == ("nobody_listens", f"127.0.0.1:{world.carrier.port}")
    assert seen.state in ("down", "connecting")
    assert (seen.window, seen.in_flight, seen.connects) == (0, 0, 0)
    world.road.clock.advance(60)
    await world.until(lambda: sample(world).endings["nobody_listens"] >= 3, "further attempts")
    assert sample(world).since_ms == begun_ms, "an attempt that fails is no new time"


async def test_since_is_when_it_was_bound_or_ceased_to_be(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = await world.start()
    world.road.clock.advance(5)
    world.carrier.ignore_binds = True
    carrier.cut()
    await world.until(lambda: sample(world).state != "bound", "the link is down")
    lost_ms = world.road.clock.now_ms()
    seen = sample(world)
    assert (seen.reason, seen.since_ms) == ("connection_lost", lost_ms)
    assert dict(seen.endings) == {"connection_lost": 1}


async def test_a_login_that_is_hopeless_leaves_the_link_refused(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "AFTER_REFUSED_LOGIN", 0.001)
    world.carrier.refuse_binds = RINVPASWD
    world.run()
    await world.until(lambda: sample(world).state == "refused", "the link gives up")
    seen = sample(world)
    assert (seen.reason, seen.detail) == ("login_refused", "ESME_RINVPASWD")
    assert (seen.logins_refused, seen.connects) == (link_module.HOPELESS_TRIES, 0)
    assert dict(seen.endings) == {"login_refused": link_module.HOPELESS_TRIES}


async def test_a_stopped_link_says_so(world: LinkWorld) -> None:
    await world.start()
    assert await world.stopped()
    assert sample(world).state == "stopped"


# -- what it counts ---------------------------------------------------------------------------------------


async def test_answers_are_counted_by_kind_and_refusals_by_the_protocols_word(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    for n in range(2):
        await world.road.send_one(f"1380000000{n}")
    submit = await carrier.next_submit()
    world.road.clock.advance(0.5)
    carrier.accept(submit, "c-0")
    carrier.refuse(await carrier.next_submit(), RINVDSTADR)
    await world.until(lambda: sample(world).answered == 2, "both are answered")
    seen = sample(world)
    assert {kind: count for kind, count in seen.answers.items() if count} == {"accepted": 1, "refused": 1}
    assert dict(seen.refusals) == {"ESME_RINVDSTADR": 1}
    assert seen.answer_seconds == pytest.approx(0.5)
    assert (seen.pauses, seen.lost, seen.late, seen.ignored) == (0, 0, 0, 0)


async def test_throttling_is_counted_with_the_pauses_it_makes(world: LinkWorld) -> None:
    carrier = await world.start(window=2)
    for n in range(2):
        await world.road.send_one(f"1380000000{n}")
    with carrier.one_write():
        for submit in await carrier.next_submits(2):
            carrier.refuse(submit, RTHROTTLED)
    await world.until(lambda: sample(world).answers["throttled"] == 2, "both are thrown back")
    seen = sample(world)
    assert (seen.pauses, dict(seen.refusals)) == (1, {"ESME_RTHROTTLED": 2}), "one pause for both"


async def test_what_was_never_answered_is_counted_as_lost(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    carrier.cut()
    again = await world.bound()
    assert sample(world).lost == 1
    await again.next_submit()
    assert (sample(world).submitted, sample(world).connects) == (2, 2)


async def test_an_answer_that_comes_after_the_timeout_is_late(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    submit = await carrier.next_submit()
    await world.pass_time(lambda: sample(world).lost, "the answer is given up")
    carrier.accept(submit, "c-1")
    await world.until(lambda: sample(world).late == 1, "it comes after all")


async def test_pdus_that_fit_nowhere_are_counted(world: LinkWorld) -> None:
    carrier = await world.start()
    for n in range(3):
        carrier.write(bytes.fromhex(f"00000010 00000999 00000000 0000000{n}"))
    await world.until(lambda: sample(world).ignored == 3, "three are ignored")


def test_a_carrier_that_invents_words_without_end_is_bounded() -> None:
    counts = LinkCounts()
    for n in range(10 * MOST_NAMES):
        counts.refused(AnswerKind.REFUSED, f"word {n}")
    counts.refused(AnswerKind.REFUSED, "word 0")
    assert len(counts.refusals) == MOST_NAMES + 1
    assert (counts.refusals["word 0"], counts.refusals[OTHER_NAME]) == (2, 9 * MOST_NAMES)
    assert counts.answers()["refused"] == 10 * MOST_NAMES + 1


# -- why --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", BrokenReason.__args__)  # type: ignore[attr-defined]
def test_every_reason_of_a_session_has_words(code: str) -> None:
    assert code in ENDINGS


def test_every_reason_has_words_in_both_languages() -> None:
    for row in ENDINGS.values():
        assert row.en.isascii()
        assert any("\u4e00" <= character <= "\u9fff" for character in row.zh)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (TimeoutError(), "no_answer", ""),
        (ConnectionRefusedError(111, "Connection refused"), "nobody_listens", ""),
        (
            endings.socket.gaierror(-2, "Name or service not known"),
            "host_unknown",
            "Name or service not known",
        ),
        (endings.ssl.SSLError(1, "wrong version number"), "tls", "wrong version number"),
        (OSError(101, "Network is unreachable"), "unreachable", "Network is unreachable"),
        (OSError("Multiple exceptions: …"), "unreachable", "Multiple exceptions: …"),
        (UnicodeError("label too long"), "host_unknown", "label too long"),
        (OverflowError("port must be 0-65535."), "unreachable", "port must be 0-65535."),
    ],
)
def test_what_connecting_meets_has_a_code_of_its_own(fault: Exception, code: str, said: str) -> None:
    assert ending_of(fault) == (ENDINGS[code], said)


def test_why_is_told_with_what_the_peer_says() -> None:
    assert (
        because("login_refused", "ESME_RINVPASWD", "en") == "the carrier refuses the login (ESME_RINVPASWD)"
    )
    assert because("login_refused", "ESME_RINVPASWD", "zh") == "运营商拒绝登录（ESME_RINVPASWD）"
    assert because("of_a_newer_server", "", "zh") == "of_a_newer_server"
