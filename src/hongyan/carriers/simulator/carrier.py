"""The simulated carrier: takes parts, decides their fate, reports them, carries replies back.

Speaks no protocol and opens no socket: the protocol fronts call `bind`, `submit`, `acknowledge`, `again` and
`unbind`, a ticker calls `tick`. The time comes from the clock it was given, so tests need no sleeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hongyan.carriers.simulator.counters import Counters
from hongyan.carriers.simulator.fate import Fates
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.mailbox import Link, Mailbox
from hongyan.carriers.simulator.parts import Answer, Delivery, Outgoing, Part, ReplyPart, Wants
from hongyan.carriers.simulator.scenario import DELIVERED, Scenario, SubmitError
from hongyan.carriers.simulator.seen import Seen
from hongyan.carriers.simulator.wheel import TimerWheel
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.text import split

_MAX_ACCOUNTS = 1_000
_MAX_ROUTES = 100_000
_MAX_HOMELESS = 1_000


class Phones(Protocol):
    """Where delivered parts and typed replies are shown."""

    def receive(self, part: Part, now_ms: Millis) -> None:
        """A part arrives at its phone."""
        ...

    def typed(self, number: str, to: str, text: str, parts: int, now_ms: Millis) -> None:
        """The phone's owner answers."""
        ...


class Account:
    """A customer of the carrier (system_id): one mailbox, any number of links."""

    def __init__(self, name: str, mailbox: Mailbox) -> None:
        self.name = name
        self.mailbox = mailbox
        self._second = 0
        self._in_second = 0

    def exceeds(self, per_second: int, now: float) -> bool:
        """Count one submit; True when it is one too many in this second."""
        second = int(now)
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        return self._in_second > per_second


@dataclass(slots=True, eq=False)
class Binding:
    """One bound link."""

    link: Link
    account: Account
    receives: bool
    submits: int = 0


class Carrier:
    """One simulated carrier. `phones` and `ledger` are optional witnesses."""

    def __init__(
        self, scenario: Scenario, clock: Clock, *, phones: Phones | None = None, ledger: Ledger | None = None
    ) -> None:
        self.counters = Counters()
        self.paused = False
        self._clock = clock
        self._phones = phones
        self._ledger = ledger
        self._accounts: dict[str, Account] = {}
        self._bindings: dict[Link, Binding] = {}
        self._routes: dict[str, Account] = {}
        self._homeless: deque[ReplyPart] = deque(maxlen=_MAX_HOMELESS)
        self._last_bound: Account | None = None
        self._tries, self._refused_tries = Seen(), Seen()
        self._destinations = Seen()
        self._travelling: TimerWheel[tuple[Mailbox, Delivery]] = TimerWheel()
        self._calls: TimerWheel[Callable[[], None]] = TimerWheel()
        self._touched: set[Mailbox] = set()
        self._run = f"{clock.now_ms():X}"  # ids stay unique over restarts of the simulator
        self._next_id = 0
        self._reference = clock.now_ms() // 1000
        self.scenario = scenario
        self.play(scenario)

    def play(self, scenario: Scenario) -> None:
        """Behave by `scenario` from now on. Fates already decided stay as they are."""
        self.scenario = scenario
        self._answers, self._receipts, self._links = scenario.answers, scenario.receipts, scenario.links
        self._fates = Fates(scenario)
        for account in self._accounts.values():
            account.mailbox.keep = scenario.receipts.keep

    # Links

    def bind(self, link: Link, name: str, *, receives: bool) -> Binding | None:
        """Take a link of customer `name`; None when there are too many."""
        account = self._accounts.get(name)
        links = sum(1 for binding in self._bindings.values() if binding.account is account)
        if links >= self._links.max_links or (account is None and len(self._accounts) >= _MAX_ACCOUNTS):
            self.counters.binds_refused += 1
            return None
        if account is None:
            account = self._accounts[name] = Account(name, Mailbox(self.counters, self._receipts.keep))
        binding = self._bindings[link] = Binding(link, account, receives)
        self.counters.binds += 1
        self.counters.links += 1
        self._last_bound = account
        if receives:
            account.mailbox.attach(link)
        while self._homeless:
            account.mailbox.put(self._homeless.popleft())
        if self.paused:
            link.stall(True)
        return binding

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

    def submit(self, binding: Binding, part: Part) -> Answer:
        """One part from a link: what to answer."""
        counters = self.counters
        counters.submits += 1
        now = self._clock.monotonic()
        account = binding.account
        if self._answers.throttle_per_second and account.exceeds(self._answers.throttle_per_second, now):
            answer = self._refuse("throttled", 0.0)
        elif self._answers.queue_limit and counters.pending >= self._answers.queue_limit:
            answer = self._refuse("queue_full", 0.0)
        else:
            answer = self._judge(account, part, now)
        binding.submits += 1
        self._disturb(binding)
        return answer

    def _judge(self, account: Account, part: Part, now: float) -> Answer:
        key = hash((part.number, part.source, part.index, part.total, part.body))
        tries = self._tries.note(key)
        fate = self._fates.decide(part, tries)
        if fate.error is not None:
            self._refused_tries.note(key)
            return self._refuse(fate.error, fate.hold)
        counters = self.counters
        counters.accepted += 1
        counters.pending += 1
        if tries and tries > self._refused_tries.count(key):
            counters.duplicates += 1
        self._destinations.note(hash(part.number))
        if part.source not in self._routes:
            self._learn_route(part.source, account)
        self._next_id += 1
        message_id = f"{self._run}{self._next_id:08X}"
        now_ms = self._clock.now_ms()
        if self._ledger is not None:
            self._ledger.note(message_id, part, now_ms)
        delivery = Delivery(message_id, part, fate.code, now_ms, 0, fate.copies, fate.lost)
        if fate.early:
            counters.receipts_early += 1
            self._arrive(account.mailbox, delivery, now, now_ms)
            account.mailbox.pump()
        else:
            self._travelling.add(now + fate.delay, (account.mailbox, delivery))
        return Answer(None, message_id, fate.hold)

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

    def _report(self, mailbox: Mailbox, delivery: Delivery) -> None:
        self.counters.receipts_due += 1
        self._put(mailbox, delivery)

    def _put(self, mailbox: Mailbox, outgoing: Outgoing) -> None:
        mailbox.put(outgoing)
        self._touched.add(mailbox)

    # Replies

    def reply(self, number: str, to: str, text: str) -> bool:
        """A phone's owner sends `text` to an access number. True when a link can take it now.

        Raises Refused("text.lone_surrogate").
        """
        self._reference = (self._reference + 1) % 256
        parts = [ReplyPart(number, to, segment) for segment in split(text, self._reference)]
        self.counters.replies += 1
        self.counters.reply_parts += len(parts)
        if self._phones is not None:
            self._phones.typed(number, to, text, len(parts), self._clock.now_ms())
        account = self._route(to)
        if account is None:
            self._homeless.extend(parts)
            return False
        for part in parts:
            account.mailbox.put(part)
        account.mailbox.pump()
        return any(binding.receives and binding.account is account for binding in self._bindings.values())

    def _learn_route(self, source: str, account: Account) -> None:
        if len(self._routes) >= _MAX_ROUTES:
            del self._routes[next(iter(self._routes))]
        self._routes[source] = account

    def _route(self, to: str) -> Account | None:
        """Whose access number this is: longest prefix that somebody sent from, else who bound last."""
        for length in range(len(to), 0, -1):
            account = self._routes.get(to[:length])
            if account is not None:
                return account
        return self._last_bound

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
