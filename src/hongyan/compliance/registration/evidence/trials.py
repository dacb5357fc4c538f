"""Test sends that verify registrations: asked for, scheduled, bounded; sent by a job through the one door of sending.

They are ordinary messages of the tenant, charged as such, to phones that the tenant names (its own and its team's, seed 003);
the operator's canary phones may be added. Each goes at most once: a crash in the middle leaves one that is called sent.
Whoever asked for them may cancel those that wait.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import structlog

from hongyan.compliance.model import Signature, Template
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.evidence.states import TRIAL, TrialEvent, TrialState
from hongyan.compliance.registration.routing.policy import SMALL_CATEGORIES
from hongyan.identity import Actor, Audit, Conflict, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import HongyanError, Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.states import IllegalTransition
from hongyan.storage.port import Store, one

log = structlog.get_logger(__name__)

MOST_AT_ONCE: Final = 60
"""Of one wish: "请使用少量测试即可" (seed 003)."""
LONGEST_MS: Final = 7 * DAY_MS
"""Of one wish, from its first message to its last: a registration is judged within two days."""
MOST_TO_A_NUMBER: Final = 5
"""Of one signature within 24 hours: vendors allow ten codes a day to one number."""
MOST_OF_A_SIGNATURE: Final = 120
"""Within 24 hours, and of what is scheduled behind them."""
ROUND_SECONDS: Final = 5.0
SENT_A_ROUND: Final = 20
_SAMPLE_CODE: Final = "123456"
"""For the variables of a code's template that nobody gave a value."""
_CODE: Final = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One test message. `network`: of the number, when it was asked for. `refusal`: the code, when sending was refused."""

    id: int
    account_id: int
    signature_id: int
    sign_name: str
    network: str
    number: str
    template_code: str
    params: dict[str, str]
    extension_code: str
    due_ms: Millis
    state: TrialState
    message_id: int | None
    refusal: str
    asked_by: str
    version: int

    @property
    def position(self) -> tuple[int]:
        """In a list of them."""
        return (self.id,)

    def facts(self) -> dict[str, Any]:
        """For machines; stable names."""
        return {
            "id": self.id,
            "account_id": self.account_id,
            "sign_name": self.sign_name,
            "network": self.network,
            "number": self.number,
            "template_code": self.template_code,
            "due_ms": self.due_ms,
            "state": self.state.value,
            "message_id": self.message_id,
            "refusal": self.refusal,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialWish:
    """`times`: messages to each phone, `every_ms` apart."""

    account_id: int
    sign_name: str
    template_code: str
    phones: Sequence[str]
    params: Mapping[str, str]
    times: int = 1
    every_ms: Millis = 0
    extension_code: str = ""


NetworkOf = Callable[[str], Awaitable[tuple[str, str | None]]]
"""A number as it is written -> as it is stored, and its carrier. Raises Refused("number.malformed")."""
SignatureOf = Callable[[int, str], Awaitable[Signature | None]]
TemplateOf = Callable[[int, str], Awaitable[Template | None]]
Send = Callable[[Trial], Awaitable[int]]
"""Through the door of sending; the message's id. Raises Refused."""


class Trials:
    """`clock`: the business clock. `canaries`: the operator's phones. Who asked and who cancelled is in the audit trail."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        *,
        signature: SignatureOf,
        template: TemplateOf,
        network_of: NetworkOf,
        send: Send,
        canaries: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._audit = Audit(clock, ids)
        self._signature = signature
        self._template = template
        self._network_of = network_of
        self._send = send
        self._canaries = tuple(canaries)
        self._asking = asyncio.Lock()
        """Two who ask at once count each other's."""

    async def ask(
        self, wish: TrialWish, *, canary: bool = False, actor: Actor, also: Sequence[Statement] = ()
    ) -> list[Trial]:
        """Schedule test messages. `canary`: also to the operator's phones. Raises Refused: `registration.trial_no_phone`,
        `.trial_phone`, `.trial_too_many`, `.trial_pace`, `.trial_number_full`, `.trial_signature_full`, `.trial_signature`,
        `.trial_template`, `.trial_category`, `.trial_params`, `number.malformed`."""
        async with self._asking:
            return await self._ask(wish, actor, also, canary=canary)

    async def _ask(
        self, wish: TrialWish, actor: Actor, also: Sequence[Statement], *, canary: bool
    ) -> list[Trial]:
        phones = [*wish.phones, *(self._canaries if canary else ())]
        if not phones:
            raise refusal("registration.trial_no_phone")
        if wish.times < 1 or len(phones) * wish.times > MOST_AT_ONCE:
            raise refusal("registration.trial_too_many", most=MOST_AT_ONCE)
        if not 0 <= wish.every_ms * max(wish.times - 1, 1) <= LONGEST_MS:
            raise refusal("registration.trial_pace")
        signature = await self._signature(wish.account_id, wish.sign_name)
        if signature is None or not signature.usable:
            raise refusal("registration.trial_signature")
        params = await self.values(wish.account_id, wish.template_code, wish.params)
        numbers = dict([await self._mainland(phone) for phone in phones])
        await self._check_numbers(signature.id, numbers, wish.times)
        now_ms = self._clock.now_ms()
        trials = [
            Trial(
                self._ids.next(),
                wish.account_id,
                signature.id,
                signature.name,
                network,
                number,
                wish.template_code,
                params,
                wish.extension_code,
                now_ms + turn * wish.every_ms,
                TrialState.WAITING,
                None,
                "",
                actor.name,
                1,
            )
            for turn in range(wish.times)
            for number, network in numbers.items()
        ]
        event = self._audit.event(
            *(wish.account_id, actor.name, "compliance.ask_test_sends", signature.name),
            template=wish.template_code,
            messages=len(trials),
            networks=sorted(set(numbers.values())),
        )
        added: list[Statement] = [("compliance.add_trial", _row(trial), 1) for trial in trials]
        await commit_change(self._store, [*also, *added, event])
        return trials

    async def page(
        self,
        account_id: int | None,
        *,
        sign_name: str = "",
        state: TrialState | None = None,
        before: int = 2**63 - 1,
        limit: int = 100,
    ) -> list[Trial]:
        """Of an account, None for all; the newest first, from before this id."""
        wanted = (sign_name, "" if state is None else state.value, before, limit)
        if account_id is None:
            rows = await self._store.read("compliance.trials", *wanted)
        else:
            rows = await self._store.read("compliance.trials_of", *wanted, account_id)
        return [_trial(row) for row in rows]

    async def get(self, trial_id: int, account_id: int | None = None) -> Trial:
        """`account_id`: whose it must be; None: anybody's. Raises Refused("registration.trial_unknown")."""
        row = one(await self._store.read("compliance.trial", trial_id))
        if row is None or (trial := _trial(row)).account_id != (account_id or trial.account_id):
            raise refusal("registration.trial_unknown", id=trial_id)
        return trial

    async def cancel(
        self,
        trial_id: int,
        *,
        account_id: int | None = None,
        actor: Actor,
        also: Sequence[Statement] = (),
    ) -> Trial:
        """One that waits; of a cancelled one nothing changes. `account_id`: as in `get`. Raises IllegalTransition,
        Refused("registration.trial_unknown")."""

        async def attempt() -> Trial:
            trial = await self.get(trial_id, account_id)
            after = replace(trial, state=TRIAL.after(trial.state, TrialEvent.CANCEL))
            statements = list(also)
            if after.state is not trial.state:
                event = self._audit.event(
                    *(trial.account_id, actor.name, "compliance.cancel_test_send", trial.sign_name),
                    test=trial.id,
                )
                statements += [_moved(trial, after), event]
            if statements:
                await commit_change(self._store, statements)
            return await self.get(trial_id)

        return await again_on_conflict(attempt)

    async def cancel_waiting(self, account_id: int, sign_name: str, *, actor: Actor) -> list[Trial]:
        """Every one of a signature that waits still."""
        waiting = await self.page(
            account_id, sign_name=sign_name, state=TrialState.WAITING, limit=2 * MOST_OF_A_SIGNATURE
        )
        cancelled = []
        for trial in waiting:
            try:
                cancelled.append(await self.cancel(trial.id, actor=actor))
            except IllegalTransition:  # it was sent in between
                continue
        return cancelled

    async def run(self) -> None:
        """Send what is due, for ever."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.send_due()
            except HongyanError as error:
                log.warning("test messages could not be sent now", why=error.code)

    async def send_due(self) -> int:
        """One bounded round. How many were sent."""
        rows = await self._store.read("compliance.due_trials", self._clock.now_ms(), SENT_A_ROUND)
        sent = 0
        for trial in map(_trial, rows):
            sent += await self._send_one(trial)
        return sent

    async def _send_one(self, trial: Trial) -> bool:
        """Claimed before it is sent, so that no second node and no restart sends it again."""
        claimed = replace(trial, state=TRIAL.after(trial.state, TrialEvent.SEND))
        try:
            await self._move(trial, claimed)
        except Conflict:  # another node has it, or it was cancelled
            return False
        try:
            message_id = await self._send(trial)
        except Refused as refused:
            await self._move(
                replace(claimed, version=trial.version + 1),
                replace(claimed, state=TRIAL.after(claimed.state, TrialEvent.REFUSE), refusal=refused.code),
            )
            return False
        await self._move(replace(claimed, version=trial.version + 1), replace(claimed, message_id=message_id))
        return True

    async def _move(self, before: Trial, after: Trial) -> None:
        await commit_change(self._store, [_moved(before, after)])

    async def values(self, account_id: int, template_code: str, given: Mapping[str, str]) -> dict[str, str]:
        """For every variable of a template that a test may be sent with. Raises Refused as `ask` does over templates."""
        template = await self._template(account_id, template_code)
        if template is None or not template.usable:
            raise refusal("registration.trial_template")
        if int(template.category) not in SMALL_CATEGORIES:
            raise refusal("registration.trial_category")
        params = dict(given)
        if int(template.category) == _CODE:
            params = dict.fromkeys(template.variables, _SAMPLE_CODE) | params
        absent = [name for name in template.variables if name not in params]
        if absent:
            raise refusal("registration.trial_params", names=absent)
        return params

    async def _mainland(self, phone: str) -> tuple[str, str]:
        number, network = await self._network_of(phone)
        if network is None:
            raise refusal("registration.trial_phone", number=phone)
        return number, network

    async def _check_numbers(self, signature_id: int, numbers: Mapping[str, str], times: int) -> None:
        since = self._clock.now_ms() - DAY_MS
        rows = await self._store.read("compliance.trial_counts", signature_id, since)
        known: Counter[str] = Counter(dict(rows))
        if any(known[number] + times > MOST_TO_A_NUMBER for number in numbers):
            raise refusal("registration.trial_number_full", most=MOST_TO_A_NUMBER)
        if known.total() + len(numbers) * times > MOST_OF_A_SIGNATURE:
            raise refusal("registration.trial_signature_full", most=MOST_OF_A_SIGNATURE)


def _moved(before: Trial, after: Trial) -> Statement:
    values = (before.id, before.version, after.state.value, after.message_id, after.refusal)
    return ("compliance.move_trial", values, 1)


def _row(trial: Trial) -> tuple[Any, ...]:
    return (
        *(trial.id, trial.account_id, trial.signature_id, trial.sign_name, trial.network, trial.number),
        *(
            trial.template_code,
            msgspec.json.encode(trial.params).decode(),
            trial.extension_code,
            trial.due_ms,
        ),
        *(trial.state.value, trial.asked_by),
    )


def _trial(row: tuple[Any, ...]) -> Trial:
    head, params, middle, state, rest = row[:7], row[7], row[8:10], row[10], row[11:]
    return Trial(*(*head, msgspec.json.decode(params), *middle, TrialState(state), *rest))
