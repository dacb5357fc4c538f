"""What becomes of one part: decided by a keyed hash of the part itself, never by the order of arrival.

The key is the scenario's seed; hashed are destination, source, place in the long message, payload, and how often the
same part was seen before. The concatenation reference is left out, for senders choose it at random. So a run with the same
seed and the same parts ends the same, on however many links and in whatever order they travel. (Rules by signature need
the part that shows it before the others: `signatures.py`.)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from fnmatch import translate
from hashlib import blake2b
from struct import Struct

import msgspec

from hongyan.carriers.simulator.magic import MAGIC
from hongyan.carriers.simulator.networks import ABROAD, NetworkName
from hongyan.carriers.simulator.numbering import Numbering
from hongyan.carriers.simulator.parts import Part, text_of
from hongyan.carriers.simulator.scenario import DELIVERED, Delay, Rule, Scenario, SubmitError
from hongyan.carriers.simulator.signatures import Signatures

_DRAWS = Struct("<9I")
_MORE_DRAWS = Struct("<4I")
_ONE = 1 << 32


class Fate(msgspec.Struct, frozen=True, gc=False):
    """The decision. `error`: the submit is refused and nothing else counts. Times in seconds.

    `hold`: until the submit is answered. `delay`: from the submit to the receipt. `early`: the receipt goes before
    the answer. `lost`: the phone gets the text, the sender no receipt. `copies`: how often the receipt is sent.
    `mute`: the submit is never answered. `vanish`: accepted, and neither phone nor sender hear of it again. `waiting`: a
    receipt that only says so goes before the final one. `reply`: what the phone's owner answers, "" for nothing.
    """

    error: SubmitError | None
    hold: float
    code: str
    delay: float
    early: bool
    lost: bool
    copies: int
    mute: bool = False
    vanish: bool = False
    waiting: bool = False
    reply: str = ""


class Fates:
    """Decides by one scenario, for the network `name`."""

    def __init__(self, scenario: Scenario, name: NetworkName = ABROAD) -> None:
        self._answers = scenario.answers
        self._replies = scenario.replies
        self._is_stranger = Numbering(scenario).stranger_to(name)
        self._signatures = (
            Signatures() if any(rule.signature is not None for rule in scenario.rules) else None
        )
        self._receipts = scenario.receipts
        self._hash = blake2b(key=scenario.seed.to_bytes(16, "big", signed=True), digest_size=_DRAWS.size)
        self._hold = _sampler(scenario.answers.delay)
        self._delay = _sampler(scenario.receipts.delay)
        self._reply_delay = _sampler(scenario.replies.delay)
        self._rules = tuple((_matcher(rule), rule) for rule in scenario.rules)
        self._magic = MAGIC if scenario.magic_numbers else {}
        rates = (
            scenario.answers.error_rate,
            scenario.receipts.failure_rate,
            scenario.receipts.loss_rate,
            scenario.receipts.duplicate_rate,
            scenario.receipts.early_rate,
            1 - scenario.receipts.reorder_rate,
        )
        self._bounds = tuple(int(rate * _ONE) for rate in rates)
        rarer = (scenario.answers.loss_rate, scenario.receipts.waiting_rate, scenario.replies.rate)
        self._rarer_bounds = tuple(int(rate * _ONE) for rate in rarer)
        self._has_rarer = any(rarer)

    def decide(self, part: Part, occurrence: int) -> Fate:
        """The fate of `part`, seen `occurrence` times before."""
        answers, receipts = self._answers, self._receipts
        error_below, failure_below, lost_below, doubled_below, early_below, held_from = self._bounds
        mark = f"{part.number}\0{part.source}\0{part.index}/{part.total}\0{occurrence}\0".encode()
        digest = self._hash.copy()
        digest.update(mark + part.body)
        draws = _DRAWS.unpack(digest.digest())
        error, which_error, hold, failure, which_failure, delay, lost, doubled, order = draws

        rule = self._rule(part, occurrence)
        error_codes, failure_codes = answers.error_codes, receipts.failure_codes
        if rule is not None:
            error_below = _below(rule.error_rate, rule.error_codes, error_below)
            failure_below = _below(rule.failure_rate, rule.failure_codes, failure_below)
            error_codes = rule.error_codes or error_codes
            failure_codes = rule.failure_codes or failure_codes
        hold_seconds = self._hold(hold / _ONE)
        refused = rule.submit_error if rule else None
        if refused is None and self._is_stranger is not None and self._is_stranger(part.number):
            refused = "not_mine"
        if refused is None and error < error_below:
            refused = error_codes[which_error % len(error_codes)]
        if refused is not None:
            return Fate(refused, hold_seconds, "", 0.0, early=False, lost=False, copies=0)

        code = DELIVERED
        if failure < failure_below:
            code = failure_codes[which_failure % len(failure_codes)]
        seconds = self._delay(delay / _ONE)
        is_lost = lost < lost_below
        copies = 2 if doubled < doubled_below else 1
        early = order < early_below
        if not early and order >= held_from:
            seconds += receipts.reorder_by
        if rule:
            code = rule.receipt_code or code
            seconds = seconds if rule.receipt_delay is None else rule.receipt_delay
            is_lost = is_lost or rule.lose_receipt
            copies = 2 if rule.duplicate_receipt else copies
            early = early or rule.early_receipt
        if early:
            seconds, hold_seconds = 0.0, hold_seconds + receipts.early_by
        mute, waiting, reply = self._rarer(digest) if self._has_rarer else (False, False, "")
        vanish = False
        if rule:
            mute = mute or rule.lose_answer
            vanish = rule.vanish
            waiting = waiting or rule.waiting_receipt
            reply = rule.reply or reply
        return Fate(
            None,
            hold_seconds,
            code,
            seconds,
            early,
            is_lost,
            copies,
            mute,
            vanish,
            waiting and not early,
            reply,
        )

    def _rarer(self, digest: blake2b) -> tuple[bool, bool, str]:
        """What most scenarios do not ask for, from a second hash: the first one stays what it always was."""
        mute_below, waiting_below, reply_below = self._rarer_bounds
        more = blake2b(digest.digest(), digest_size=_MORE_DRAWS.size)
        mute, waiting, replies, which = _MORE_DRAWS.unpack(more.digest())
        texts = self._replies.texts
        return (
            mute < mute_below,
            waiting < waiting_below,
            texts[which % len(texts)] if replies < reply_below else "",
        )

    def reply_delay(self, part: Part) -> float:
        """Seconds from the arrival of a part until the phone's owner has answered it."""
        digest = self._hash.copy()
        digest.update(f"{part.number}\0{part.source}".encode() + part.body)
        return self._reply_delay(_DRAWS.unpack(digest.digest())[0] / _ONE)

    def _rule(self, part: Part, occurrence: int) -> Rule | None:
        signature = "" if self._signatures is None else self._signatures.of(part)
        for matches, rule in self._rules:
            if matches(part, signature) and not 0 < rule.first_times <= occurrence:
                return rule
        rule_of_number = self._magic.get(part.number)
        if rule_of_number and 0 < rule_of_number.first_times <= occurrence:
            return None
        return rule_of_number


def _below(rate: float | None, codes: tuple[object, ...], usual: int) -> int:
    """The bound of a rule's rate; codes without one are for every part."""
    if rate is not None:
        return int(rate * _ONE)
    return _ONE if codes else usual


def _sampler(delay: Delay) -> Callable[[float], float]:
    """From a share (0..1) of all parts to seconds: straight lines between the percentiles."""
    points = delay.points()
    if len(points) == 2:
        low, span = delay.min, delay.max - delay.min
        return lambda share: low + share * span
    shares = [share for share, _ in points]

    def sample(share: float) -> float:
        right = max(1, bisect_left(shares, share))
        (share_low, wait_low), (share_high, wait_high) = points[right - 1], points[right]
        return wait_low + (share - share_low) / (share_high - share_low) * (wait_high - wait_low)

    return sample


def _matcher(rule: Rule) -> Callable[[Part, str], bool]:
    """One test for all the patterns that a rule gives."""
    number = re.compile(translate(rule.number)).match if rule.number is not None else None
    sender = re.compile(translate(rule.sender)).match if rule.sender is not None else None
    name = re.compile(translate(rule.signature)).match if rule.signature is not None else None
    content = re.compile(rule.content).search if rule.content is not None else None

    def matches(part: Part, signature: str) -> bool:
        return (
            (number is None or number(part.number) is not None)
            and (sender is None or sender(part.source) is not None)
            and (name is None or name(signature) is not None)
            and (content is None or content(text_of(part)) is not None)
        )

    return matches
