"""One simulated carrier: takes parts, decides their fate, reports them, carries replies back.

Speaks no protocol and opens no socket: the protocol fronts call `bind`, `submit`, `acknowledge`, `again` and
`unbind`, a ticker calls `tick`. The time comes from the clock it was given, so tests need no sleeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Protocol

from hongyan.carriers.simulator.accounts import MOST_ACCOUNTS, Account, Binding, Routes
from hongyan.carriers.simulator.counters import Counters
from hongyan.carriers.simulator.fate import Fate, Fates
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.mailbox import Link, Mailbox
from hongyan.carriers.simulator.message_ids import MessageIds, RunIds
from hongyan.carriers.simulator.networks import ABROAD, NETWORKS, NetworkName
from hongyan.carriers.simulator.parts import Answer, Delivery, Outgoing, Part, ReplyPart, Wants
from hongyan.carriers.simulator.scenario import DELIVERED, WAITING, Listener, Scenario, SubmitError
from hongyan.carriers.simulator.seen import Seen
from hongyan.carriers.simulator.wheel import TimerWheel
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import Refused
from hongyan.kernel.text import Segment, split

_MOST_HOMELESS = 1_000
_MOST_PENDING = 2_000_000
"""Parts on their way to phones, whatever the scenario allows."""


class Phones(Protocol):
    """Where delivered parts and typed replies are shown."""

    def receive(self, part: Part, now_ms: Millis) -> None:
        """A part arrives at its phone."""
        ...

    def typed(self, number: str, to: str, text: str, parts: int, now_ms: Millis) -> None:
        """The phone's owner answers."""
        ...


class Carrier:
    """The carrier of one network. `ids`: how it names messages; `cut`: how it cuts a phone's text into short messages
    (the text, a reference). `phones` and `ledger` are optional witnesses, which networks share."""

    def __init__(
        self,
        scenario: Scenario,
        clock: Clock,
        *,
        name: NetworkName = ABROAD,
        ids: MessageIds | None = None,
        cut: Callable[[str, int], list[Segment]] = split,
        phones: Phones | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self.name = name
        self.counters = Counters()
        self.paused = False
        self.called: dict[str, Account] = {}
        """Customers with a listener, by name."""
        self.bound_at = 0.0
        """When somebody last bound (monotonic seconds)."""
        self._clock = clock
        self._ids = ids or RunIds(clock.now_ms())
        self._cut_text = cut
        self._phones = phones
        self._ledger = ledger
        self._accounts: dict[str, Account] = {}
        self._bindings: dict[Link, Binding] = {}
        self._routes = Routes()
        self._homeless: deque[ReplyPart] = deque(maxlen=_MOST_HOMELESS)
        self._last_bound: Account | None = None
        self._tries, self._refused_tries = Seen(), Seen()
        self._destinations = Seen()
        self._travelling: TimerWheel[tuple[Mailbox, Delivery]] = TimerWheel()
        self._calls: TimerWheel[Callable[[], object]] = TimerWheel()
        self._touched: set[Mailbox] = set()
        self._reference = clock.now_ms() // 1000
        self.play(scenario)

    def play(self, scenario: Scenario) -> None:
        """Behave by `scenario` from now on. Fates already decided stay as they are, and so do listeners that it does
        not name. Raises Refused("simulator.too_many_customers")."""
        self.scenario = scenario = scenario.of(self.name)
        self._answers, self._receipts, self._links = scenario.answers, scenario.receipts, scenario.links
        self._fates = Fates(scenario, self.name)
        for account in self._accounts.values():
            account.mailbox.keep = scenario.receipts.keep
        if NETWORKS[self.name].dials:
            for listener in scenario.listeners:
                self.call_at(listener)

    # Links

    def bind(self, link: Link, name: str, *, receives: bool) -> Binding | None:
        """Take a link of customer `name`; None when there are too many."""
        account = self._account(name)
        links = sum(1 for binding in self._bindings.values() if binding.account is account)
        if account is None or links >= self._links.max_links:
            self.counters.binds_refused += 1
            return None
        binding = self._bindings[link] = Binding(link, account, receives)
        self.counters.binds += 1
        self.counters.links += 1
        self._last_bound = account
        self.bound_at = self._clock.monotonic()
        if receives:
            account.mailbox.attach(link)
        while self._homeless:
            account.mailbox.put(self._homeless.popleft())
        if self.paused:
            link.stall(True)
        return binding

    def _account(self, name: str) -> Account | None:
        """The customer of a name, new when there is room."""
        account = self._accounts.get(name)
        if account is None and len(self._accounts) < MOST_ACCOUNTS:
            account = self._accounts[name] = Account(name, Mailbox(self.counters, self._receipts.keep))
        return account

    def call_at(self, listener: Listener) -> None:
        """From now on a customer takes calls there. Raises Refused("simulator.too_many_customers")."""
        account = self._account(listener.account)
        if account is None:
            raise Refused(
                "simulator.too_many_customers",
                en=f"the simulated carrier has {MOST_ACCOUNTS} customers already",
                zh=f"模拟运营商已有 {MOST_ACCOUNTS} 个客户",
                most=MOST_ACCOUNTS,
            )
        account.listener = listener
        self.called[account.name] = account

    def unbind(self, binding: Binding, unacknowledged: list[Outgoing]) -> None:
        """The link is gone. What it had not acknowledged is sent again, on any link of the same customer."""
        del self._bindings[binding.link]
        self.counters.links -= 1
        self.counters.in_flight -= len(unacknowledged)
        if binding.receives:
            binding.account.mailbox.detach(binding.link, unacknowledged)
            self._touched.add(binding.account.mailbox)

    def drop_links(self) -> int:
        """Cut every link without a word; answers how many."""
        links = list(self._bindings)
        for link in links:
            self._cut(link)
        return len(links)

    def pause(self, paused: bool) -> None:
        """While paused nothing is read, answered, delivered or reported."""
        self.paused = paused
        for link in self._bindings:
            link.stall(paused)

    # Submits

    def submit(self, binding: Binding, *parts: Part, message_id: str = "") -> Answer:
        """One submit from a link: what to answer. Several parts are the same text to several numbers: all are taken or
        none. `message_id`: of a protocol whose submits name themselves."""
        counters = self.counters
        counters.submits += len(parts)
        now = self._clock.monotonic()
        account = binding.account
        answers = self._answers
        if answers.throttle_per_second and account.exceeds(answers.throttle_per_second, now, len(parts)):
            answer = self._refuse("throttled", 0.0)
        elif counters.pending >= (answers.queue_limit or _MOST_PENDING):
            answer = self._refuse("queue_full", 0.0)
        else:
            answer = self._judge(account, parts, now, message_id)
        binding.submits += 1
        self._disturb(binding)
        return answer

    def refuse(self, binding: Binding, error: SubmitError) -> Answer:
        """One submit that no carrier would look at: what to answer."""
        self.counters.submits += 1
        binding.submits += 1
        self._disturb(binding)
        return self._refuse(error, 0.0)

    def _judge(self, account: Account, parts: tuple[Part, ...], now: float, message_id: str) -> Answer:
        judged: list[tuple[Part, Fate, int, int]] = []
        for part in parts:
            key = hash((part.number, part.source, part.index, part.total, part.body))
            tries = self._tries.note(key)
            fate = self._fates.decide(part, tries)
            judged.append((part, fate, key, tries))
            if fate.error is not None:
                for _, _, each, _ in judged:
                    self._refused_tries.note(each)
                return self._refuse(fate.error, fate.hold)
        now_ms = self._clock.now_ms()
        if message_id or len(parts) == 1:
            ids = [message_id or self._ids.take(now_ms)] * len(parts)
        else:
            ids = self._ids.take_group(len(parts), now_ms)
        hold, mute = 0.0, False
        for (part, fate, key, tries), each_id in zip(judged, ids, strict=True):
            if tries and tries > self._refused_tries.count(key):
                self.counters.duplicates += 1
            self._accept(account, part, fate, each_id, now, now_ms)
            hold, mute = max(hold, fate.hold), mute or fate.mute
        return Answer(None, ids[0], hold, mute)

    def _accept(
        self, account: Account, part: Part, fate: Fate, message_id: str, now: float, now_ms: Millis
    ) -> None:
        counters = self.counters
        counters.accepted += 1
        self._destinations.note(hash(part.number))
        self._routes.learn(part.source, account)
        if self._ledger is not None:
            self._ledger.note(message_id, part, now_ms, self.name)
        if fate.mute:
            counters.answers_lost += 1
        if fate.vanish:
            counters.vanished += 1
            return
        counters.pending += 1
        mailbox = account.mailbox
        reply = fate.reply if part.index == part.total else ""
        delivery = Delivery(message_id, part, fate.code, now_ms, 0, fate.copies, fate.lost, reply)
        if fate.early:
            counters.receipts_early += 1
            self._arrive(mailbox, delivery, now, now_ms)
            mailbox.pump()
        else:
            self._travelling.add(now + fate.delay, (mailbox, delivery))
            if fate.waiting:
                self._calls.add(now + fate.delay / 2, lambda: self._report_waiting(mailbox, delivery))

    def _refuse(self, error: SubmitError, hold: float) -> Answer:
        self.counters.refuse(error)
        return Answer(error, "", hold)

    def _disturb(self, binding: Binding) -> None:
        links, link = self._links, binding.link
        if links.drop_after_submits and binding.submits % links.drop_after_submits == 0:
            self._cut(link)
        elif links.stall_after_submits and binding.submits % links.stall_after_submits == 0:
            link.stall(True)
            self.later(links.stall_seconds, lambda: link.stall(self.paused))

    def _cut(self, link: Link) -> None:
        self.counters.links_dropped += 1
        link.cut()

    # Receipts

    def acknowledge(self, outgoing: Outgoing, *, taken: bool) -> None:
        """A link answered a delivery: taken, or refused for good."""
        self.counters.in_flight -= 1
        if isinstance(outgoing, ReplyPart):
            self.counters.reply_parts_acknowledged += 1
        elif taken:
            self.counters.receipts_acknowledged += 1
        else:
            self.counters.receipts_refused += 1

    def again(self, binding: Binding, outgoing: Outgoing) -> None:
        """A link could not take a delivery now: send it again after `receipts.retry_after`."""
        self.counters.in_flight -= 1
        self.later(self._receipts.retry_after, lambda: self._put(binding.account.mailbox, outgoing))

    def unsendable(self) -> None:
        """A delivery does not fit the protocol of the link that took it."""
        self.counters.receipts_dropped += 1

    def sent(self, receipts: int, replies: int) -> None:
        """A link wrote deliveries."""
        self.counters.receipts_sent += receipts
        self.counters.in_flight += receipts + replies

    def _arrive(self, mailbox: Mailbox, delivery: Delivery, now: float, now_ms: Millis) -> None:
        """The part reaches its phone, or fails; its receipt is due."""
        counters, part = self.counters, delivery.part
        counters.pending -= 1
        delivered = delivery.code == DELIVERED
        if delivered:
            counters.delivered += 1
            if self._phones is not None:
                self._phones.receive(part, now_ms)
            if delivery.reply:
                self._calls.add(
                    now + self._fates.reply_delay(part),
                    lambda: self.reply(part.number, part.source, delivery.reply),
                )
        else:
            counters.failed += 1
        if part.wants == Wants.NONE or (delivered and part.wants == Wants.FAILURE):
            return
        if delivery.lost:
            counters.receipts_lost += 1
            return
        delivery.done_ms = now_ms
        self._report(mailbox, delivery)
        for copy in range(1, delivery.copies):
            wait = self._receipts.duplicate_after * copy
            self._calls.add(now + wait, lambda: self._report(mailbox, delivery))

    def _report_waiting(self, mailbox: Mailbox, delivery: Delivery) -> None:
        if delivery.part.wants != Wants.ALWAYS:
            return
        self.counters.receipts_waiting += 1
        now_ms = self._clock.now_ms()
        note = Delivery(
            delivery.message_id, delivery.part, WAITING, delivery.submitted_ms, now_ms, copies=1, lost=False
        )
        self._report(mailbox, note)

    def _report(self, mailbox: Mailbox, delivery: Delivery) -> None:
        self.counters.receipts_due += 1
        self._put(mailbox, delivery)

    def _put(self, mailbox: Mailbox, outgoing: Outgoing) -> None:
        mailbox.put(outgoing)
        self._touched.add(mailbox)

    # Replies

    def reply(self, number: str, to: str, text: str) -> bool:
        """A phone's owner sends `text` to an access number. True when a link can take it now.

        It goes to whoever sent from the longest prefix of that number, else to who bound last, else it waits for
        somebody. Raises Refused("text.lone_surrogate").
        """
        self._reference = (self._reference + 1) % 256
        parts = [ReplyPart(number, to, segment) for segment in self._cut_text(text, self._reference)]
        if self.scenario.replies.shuffle:
            Random(f"{self.scenario.seed} {number} {text}").shuffle(parts)  # noqa: S311 (chaos that repeats)
        self.counters.replies += 1
        self.counters.reply_parts += len(parts)
        if self._phones is not None:
            self._phones.typed(number, to, text, len(parts), self._clock.now_ms())
        route = self._routes.find(to)
        account = self._last_bound if route is None else route[1]
        if account is None:
            self._homeless.extend(parts)
            return False
        for part in parts:
            self._put(account.mailbox, part)
        account.mailbox.pump()
        return any(binding.receives and binding.account is account for binding in self._bindings.values())

    def knows(self, to: str) -> int:
        """Digits of an access number by which one of our customers is known; 0 when nobody sent from it."""
        route = self._routes.find(to)
        return 0 if route is None else route[0]

    # Time

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after `seconds`, on a tick."""
        self._calls.add(self._clock.monotonic() + seconds, call)

    def tick(self, now: float) -> float | None:
        """Do what is due; see `Ticking`."""
        if self.paused:
            return None
        for call in self._calls.pop_due(now):
            call()
        due = self._travelling.pop_due(now)
        if due:
            now_ms = self._clock.now_ms()
            for mailbox, delivery in due:
                self._arrive(mailbox, delivery, now, now_ms)
        while self._touched:
            self._touched.pop().pump()
        times = [at for at in (self._calls.next_at(), self._travelling.next_at()) if at is not None]
        return min(times) - now if times else None

    def stats(self) -> Counters:
        """The counters, with what is derived brought up to date."""
        self.counters.distinct_parts = self._tries.distinct
        self.counters.distinct_destinations = self._destinations.distinct
        return self.counters
