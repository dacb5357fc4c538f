"""What arrives, counted in memory and kept on every engine: added up, by the hour of acceptance, dropped when old."""

from __future__ import annotations

from dataclasses import replace

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance.model import Signature, SignType, Template, TemplateType
from hongyan.compliance.registration.evidence.alerts import OPEN_MS, Alerts
from hongyan.compliance.registration.evidence.counting import HOUR_MS, EvidenceCounts
from hongyan.compliance.registration.evidence.ledger import KEEP_MS, Ledger, Place
from hongyan.compliance.registration.evidence.statistics import Spike, Tally
from hongyan.compliance.registration.evidence.trials import Trial, Trials, TrialState, TrialWish
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused
from hongyan.storage.port import ENDED_DELIVERED, ENDED_FAILED, ENDED_SILENT, ENDED_UNSENT, Ending

SENDER = "106900001288"
PLACE: Place = (11, "unicom", SENDER)


class Traffic:
    """Counts of one node, and what it stores."""

    def __init__(self, books: Books, make: Samples) -> None:
        self.make = make
        self.counts = EvidenceCounts()
        self.ledger = Ledger(books.store, make.clock, self.counts, registered)

    def send(self, outcome: int | None, code: str = "", *, place: Place = PLACE, category: int = 0) -> Ending:
        """A message; None: nothing is heard of it."""
        signature_id, network, sender = place
        self.counts.sent(signature_id, network, sender, category, self.make.now_ms)
        ending = Ending(self.make.ids.next(), outcome or 0, code, signature_id, network, category, sender)
        if outcome is not None:
            self.counts.ended(ending)
        return ending

    async def seen(self, place: Place = PLACE) -> tuple[Tally, dict[str, int]]:
        seen = await self.ledger.seen(place, 0, self.make.now_ms + HOUR_MS)
        return seen.tally, seen.codes


def registered(_signature_id: int, _network: str, sender: str) -> str:
    return SENDER if sender.startswith(SENDER) else sender


async def test_batches_add_up(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    for _ in range(2):
        traffic.send(ENDED_DELIVERED)
        traffic.send(ENDED_FAILED, "MK:0001")
        traffic.send(ENDED_SILENT)
        traffic.send(None)
        traffic.send(ENDED_UNSENT, "NO_CHANNEL")
        assert await traffic.ledger.flush() == {PLACE}

    assert await traffic.seen() == (Tally(2, 8), {"MK:0001": 2})
    assert await traffic.ledger.flush() == set()


async def test_two_nodes_count_into_the_same_hours(books: Books, make: Samples) -> None:
    here, there = Traffic(books, make), Traffic(books, make)
    for node in (here, there):
        node.send(ENDED_DELIVERED)
        await node.ledger.flush()

    assert await here.seen() == (Tally(2, 2), {})


async def test_a_network_has_the_traffic_of_all_signatures(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.send(ENDED_DELIVERED)
    for _ in range(3):
        traffic.send(ENDED_FAILED, "X", place=(12, "unicom", "1069"))
    traffic.send(ENDED_DELIVERED, place=(12, "mobile", "1069"))
    await traffic.ledger.flush()

    whole = await traffic.ledger.seen_by_network("unicom", 0, make.now_ms + HOUR_MS)
    own = await traffic.ledger.seen(PLACE, 0, make.now_ms + HOUR_MS)

    assert whole.tally == Tally(1, 4)
    assert whole.without(own).tally == Tally(0, 3)
    assert whole.without(own).codes == {"X": 3}


async def test_a_late_end_counts_in_the_hour_of_its_message(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    ending = traffic.send(None)
    hour = make.now_ms // HOUR_MS
    make.clock.advance(5 * 3_600)
    traffic.counts.ended(ending)
    await traffic.ledger.flush()

    seen = await traffic.ledger.seen(PLACE, hour * HOUR_MS, (hour + 1) * HOUR_MS)
    assert (seen.tally, seen.first_hour) == (Tally(1, 1), hour)
    assert (await traffic.ledger.seen(PLACE, (hour + 1) * HOUR_MS, make.now_ms + HOUR_MS)).tally == Tally(
        0, 0
    )


async def test_a_message_that_moved_counts_for_the_sender_that_had_it(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.counts.sent(11, "unicom", SENDER, 0, make.now_ms)
    traffic.counts.ended(
        Ending(make.ids.next(), ENDED_UNSENT, "NO_CHANNEL", 11, "unicom", 0, SENDER, moved_to="106977")
    )
    await traffic.ledger.flush()

    assert await traffic.seen() == (Tally(0, 0), {})
    assert await traffic.seen((11, "unicom", "106977")) == (Tally(0, 1), {})


async def test_digits_of_the_tenants_own_count_for_the_registered_sender(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.send(ENDED_DELIVERED, place=(11, "unicom", SENDER + "05"))
    await traffic.ledger.flush()

    assert await traffic.seen() == (Tally(1, 1), {})


async def test_marketing_and_messages_abroad_are_no_evidence(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.send(ENDED_DELIVERED, category=2)
    traffic.counts.sent(11, "", SENDER, 3, make.now_ms)
    await traffic.ledger.flush()

    assert await traffic.seen() == (Tally(0, 0), {})


async def test_the_last_use_is_remembered_and_never_goes_back(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.send(None)
    await traffic.ledger.flush()
    first = make.now_ms
    assert await traffic.ledger.last_uses(11) == {("unicom", SENDER): first}
    make.clock.advance(-60)
    traffic.send(None)
    await traffic.ledger.flush()
    assert await traffic.ledger.last_uses(11) == {("unicom", SENDER): first}


async def test_what_was_sent_today_is_known_after_a_restart(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    for _ in range(3):
        traffic.send(None)
    await traffic.ledger.flush()

    assert await Traffic(books, make).ledger.sent_today() == {(11, "unicom"): 3}
    make.clock.advance(86_400)
    assert await traffic.ledger.sent_today() == {}


async def test_what_is_old_is_dropped_hour_by_hour(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    traffic.send(ENDED_DELIVERED)
    await traffic.ledger.flush()
    await traffic.ledger.drop_old()
    assert await books.rows("SELECT count(*) FROM registration_evidence") == [(4,)]

    make.clock.advance(KEEP_MS / 1000 + 3_600)
    traffic.send(ENDED_DELIVERED)
    await traffic.ledger.flush()
    await traffic.ledger.drop_old()

    assert await books.rows("SELECT count(*) FROM registration_evidence") == [(4,)]


async def test_what_cannot_be_stored_is_counted_again(books: Books, make: Samples) -> None:
    traffic = Traffic(books, make)
    await books.rows("ALTER TABLE signature_use RENAME TO gone")
    traffic.send(ENDED_DELIVERED)
    assert await traffic.ledger.flush() == set()
    await books.rows("ALTER TABLE gone RENAME TO signature_use")

    assert await traffic.ledger.flush() == {PLACE}
    assert await traffic.seen() == (Tally(1, 1), {})


# -- alerts and test sends ---------------------------------------------------------------------------------


async def test_an_alert_is_raised_once_by_whichever_node_and_anew_when_it_was_over(
    books: Books, make: Samples
) -> None:
    here, there = Alerts(books.store), Alerts(books.store)
    piled = Spike("UNDELIV", 8, 9, 0.01, 0.21)
    start = make.now_ms
    assert await here.see(PLACE, piled, "UNKNOWN", start)
    assert not await there.see(PLACE, piled, "UNKNOWN", start + 1)
    (alert,) = await here.open(11, start + 1)
    assert (alert.code, alert.raised_ms, alert.seen_ms, alert.facts["times"]) == (
        "UNDELIV",
        start,
        start + 1,
        8,
    )
    assert await here.open(12, start + 1) == []
    later = start + OPEN_MS + 2
    assert await here.open(0, later) == []
    assert await there.see(PLACE, piled, "UNKNOWN", later)


async def test_a_test_send_is_claimed_once(books: Books, make: Samples) -> None:
    sent: list[Trial] = []

    async def signature(account_id: int, name: str) -> Signature | None:
        return Signature(11, account_id, name, True, SignType.GENERAL)

    async def template(account_id: int, code: str) -> Template | None:
        return Template(1, account_id, code, TemplateType.CODE, True, ("a", "code", "b"), ("code",), {})

    async def network_of(written: str) -> tuple[str, str | None]:
        return f"86{written}", "unicom"

    async def send(trial: Trial) -> int:
        sent.append(trial)
        return make.ids.next()

    def node() -> Trials:
        return Trials(
            *(books.store, make.clock, make.ids),
            signature=signature,
            template=template,
            network_of=network_of,
            send=send,
        )

    wish = TrialWish(
        account_id=7, sign_name="鸿雁", template_code="SMS_1", phones=("13012345678",), params={}, times=2
    )
    await node().ask(wish, actor=Actor("test"))
    assert await node().send_due() == 2
    assert await node().send_due() == 0
    assert len(sent) == 2
    found = await node().page(7)
    assert {(trial.state, trial.message_id is not None) for trial in found} == {(TrialState.SENT, True)}
    with pytest.raises(Refused, match="5 test messages"):
        await node().ask(replace(wish, times=4), actor=Actor("test"))
    (late,) = await node().ask(replace(wish, times=1), actor=Actor("test"))
    assert [trial.id for trial in await node().page(None, state=TrialState.WAITING)] == [late.id]
    assert (await node().cancel(late.id, actor=Actor("test"))).state is TrialState.CANCELLED
    assert await node().get(late.id, 7) == (await node().page(None, sign_name="鸿雁", limit=1))[0]
    assert await node().page(None, before=found[-1].id) == []
