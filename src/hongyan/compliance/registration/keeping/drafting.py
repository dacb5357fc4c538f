"""Which places fall silent, and what would be sent to keep each: nothing is stored here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hongyan.compliance.model import Template
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.evidence.trials import SignatureOf, TemplateOf, Trials
from hongyan.compliance.registration.idleness import WARNED_AFTER
from hongyan.compliance.registration.keeping.model import AFTER_DAYS, Arrangement, Draft, KeepItem, Why
from hongyan.compliance.registration.keeping.spreading import Spread
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.views import RegistrationViews
from hongyan.kernel.clock import DAY_MS, Clock, Millis, beijing
from hongyan.kernel.errors import Refused
from hongyan.kernel.money import Amount

Cost = Callable[[Template, str, Mapping[str, str]], tuple[int, Amount]]
"""(template, signature's name, values) -> segments, and what they cost. Raises Refused over values that do not fit."""
NetworkOf = Callable[[str], Awaitable[tuple[str, str | None]]]
_LAPSING: Final = tuple(
    state for state in RegistrationState if REGISTRATION.allows(state, RegistrationEvent.IDLE)
)


class Arranged:
    """Which arrangement holds for which signature."""

    def __init__(self, arrangements: Iterable[Arrangement]) -> None:
        self._by_key = {(each.account_id, each.sign_name): each for each in arrangements}

    def of(self, row: Registration) -> Arrangement | None:
        """Its own, or its tenant's."""
        by_key, account_id = self._by_key, row.account_id
        return by_key.get((account_id, row.sign_name)) or by_key.get((account_id, ""))


@dataclass(frozen=True, slots=True)
class Phones:
    """The tenant's phones by network; the operator's, where it has none and they may be used."""

    own: Mapping[str, Sequence[str]]
    canaries: Mapping[str, Sequence[str]]

    def at(self, network: str) -> Sequence[str]:
        return self.own.get(network) or self.canaries.get(network, ())


class Drafting:
    """`clock`: the business clock. `canaries`: the operator's phones."""

    def __init__(
        self,
        clock: Clock,
        registrations: Registrations,
        views: RegistrationViews,
        trials: Trials,
        *,
        signature: SignatureOf,
        template: TemplateOf,
        network_of: NetworkOf,
        cost: Cost,
        canaries: Sequence[str],
    ) -> None:
        self._clock = clock
        self._registrations = registrations
        self._views = views
        self._trials = trials
        self._signature = signature
        self._template = template
        self._network_of = network_of
        self._cost = cost
        self._canaries = tuple(canaries)

    async def silent(
        self, account_id: int, sign_name: str, arranged: Arranged, after_days: int | None
    ) -> list[Draft]:
        """Places that are silent for as long as the first warning, or long enough for a message: by `after_days`, else by
        what is arranged. What lapses first comes first."""
        wanted = RegistrationFilter(account_id=account_id, sign_name=sign_name)
        rows = [
            row for state in _LAPSING async for row in self._registrations.all(replace(wanted, state=state))
        ]
        silences = await self._views.silences(rows)
        found = []
        for row in rows:
            silence, arrangement = silences[row.id], arranged.of(row)
            usual = AFTER_DAYS if arrangement is None else arrangement.after_days
            after = usual if after_days is None else after_days
            if silence.here_days >= min(after, WARNED_AFTER[0]) and not silence.lapsed:
                due_on = beijing(silence.here_ms + after * DAY_MS).date()
                found.append(Draft(registration=row, silence=silence, due_on=due_on))
        return sorted(found, key=_urgency)

    async def with_messages(
        self,
        drafts: Iterable[Draft],
        planned: Sequence[KeepItem],
        arranged: Arranged,
        *,
        a_day: int,
        canary: bool,
    ) -> list[Draft]:
        """With who gets which message when, or why nobody does."""
        spread = Spread(self._clock.now_ms(), ((item.number, item.due_ms) for item in planned), a_day)
        waiting = {(item.signature_id, item.network, item.sender) for item in planned}
        ways = {(item.signature_id, item.network, item.extension_code) for item in planned}
        canaries = await self._by_network(self._canaries if canary else ())
        phones: dict[tuple[str, ...], Phones] = {}
        found = []
        for draft in drafts:
            row = draft.registration
            way = row.signature_id, row.network, row.extension_code
            if (row.signature_id, row.network, row.sender) in waiting:
                found.append(replace(draft, why=Why.PLANNED))
                continue
            if beijing(self._clock.now_ms()).date() < draft.due_on:
                found.append(replace(draft, why=Why.NOT_DUE))
                continue
            if way in ways:
                found.append(replace(draft, why=Why.SAME_WAY))
                continue
            arrangement = arranged.of(row)
            if arrangement is None:
                found.append(replace(draft, why=Why.UNARRANGED))
                continue
            if arrangement.phones not in phones:
                phones[arrangement.phones] = Phones(await self._by_network(arrangement.phones), canaries)
            priced = await self._priced(draft, arrangement)
            if priced.why is None:
                priced = self._placed(draft, priced, phones[arrangement.phones].at(row.network), spread)
            if priced.why is None:
                ways.add(way)
            found.append(priced)
        return found

    async def _priced(self, draft: Draft, arranged: Arrangement) -> Draft:
        row = draft.registration
        if row.sender not in await self._senders(row):
            return replace(draft, why=Why.NO_CHANNEL)
        try:
            params = await self._trials.values(row.account_id, arranged.template_code, arranged.params)
            template = await self._template(row.account_id, arranged.template_code)
            assert template is not None
            segments, price = self._cost(template, row.sign_name, params)
        except Refused as why:
            return replace(draft, why=Why.UNFIT, refused=why.code)
        signature = await self._signature(row.account_id, row.sign_name)
        if signature is None or not signature.usable:
            return replace(draft, why=Why.UNFIT, refused="registration.trial_signature")
        return replace(draft, template_code=template.code, params=params, segments=segments, price=price)

    def _placed(self, draft: Draft, priced: Draft, phones: Sequence[str], spread: Spread) -> Draft:
        if not phones:
            return replace(draft, why=Why.NO_PHONE)
        found = spread.place(phones, draft.silence.last_good_day)
        if found is None:
            return replace(draft, why=Why.TOO_LATE)
        number, due_ms = found
        return replace(priced, number=number, due_ms=due_ms)

    async def _senders(self, row: Registration) -> set[str]:
        return {
            place.sender
            for place in await self._registrations.places(row.account_id, row.sign_name)
            if row.network in place.networks
        }

    async def _by_network(self, phones: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for phone in phones:
            number, network = await self._network_of(phone)
            if network is not None:
                found.setdefault(network, []).append(number)
        return found


def _urgency(draft: Draft) -> tuple[Millis, Millis, int]:
    return draft.silence.last_ms, draft.silence.here_ms, draft.registration.id
