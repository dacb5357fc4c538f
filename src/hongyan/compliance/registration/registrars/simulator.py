"""The registrar of the sandbox: answers as a scenario says, at once or after hours of the business clock, or never.

It keeps nothing: what it answers follows from the registration and from when it was filed, so that a restart answers the same.
Without a scenario everything is accepted at once and counts as verified, because simulated carriers deliver whatever they get.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import REASONS, ReasonCode
from hongyan.compliance.registration.registrars.port import Filed, Filing, FilingAnswer
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Misconfigured

_HOUR_MS: Final = 3_600_000


class Fate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What becomes of a filing. `after_hours`: of the business clock, from filing to answer. `verified`: whether what is
    accepted counts as verified too. `reason`, `words`: of a refusal."""

    answer: Literal["accepted", "refused", "silence"] = "accepted"
    after_hours: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 0
    verified: bool = True
    reason: ReasonCode = ReasonCode.OTHERS_ERROR
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""

    @property
    def at_once(self) -> bool:
        return self.answer == "accepted" and self.verified and not self.after_hours


class Rule(Fate, forbid_unknown_fields=True, frozen=True):
    """Holds for what it names; what it leaves out fits everything."""

    signature: str = ""
    network: Network | None = None
    sender: str = ""

    def fits(self, registration: Registration) -> bool:
        return (
            self.signature in ("", registration.sign_name)
            and self.network in (None, registration.network)
            and self.sender in ("", registration.sender)
        )


class RegistrarScenario(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`rules`: the first that fits counts, else `otherwise`."""

    otherwise: Fate = Fate()
    rules: tuple[Rule, ...] = ()

    def fate(self, registration: Registration) -> Fate:
        return next((rule for rule in self.rules if rule.fits(registration)), self.otherwise)


def read_scenario(path: Path) -> RegistrarScenario:
    """Raises Misconfigured("registration.scenario")."""
    try:
        scenario = msgspec.convert(tomllib.loads(path.read_text("utf-8")), RegistrarScenario)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _unfit(path, str(error)) from None
    for fate in (scenario.otherwise, *scenario.rules):
        if REASONS[fate.reason].state is not RegistrationState.FAILED:
            raise _unfit(path, f"{fate.reason.value} is no reason of a refusal")
    return scenario


class SimulatorRegistrar:
    """`clock`: the business clock."""

    name = "simulator"
    simulated = True
    by_hand = False

    def __init__(self, clock: Clock, scenario: RegistrarScenario | None = None) -> None:
        self._clock = clock
        self._scenario = scenario or RegistrarScenario()

    def at_once(self, registration: Registration) -> bool:
        """Whether it is accepted and verified the moment that it begins."""
        return self._scenario.fate(registration).at_once

    async def file(self, filings: Sequence[Filing]) -> Sequence[Filed]:
        """Takes everything."""
        return [Filed(each.registration_id, each.reference) for each in filings]

    async def answers(self, waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        """Those whose time has come."""
        found: list[FilingAnswer] = []
        now_ms = self._clock.now_ms()
        for registration in waiting:
            fate = self._scenario.fate(registration)
            filed_ms = registration.filed_ms
            if fate.answer == "silence" or filed_ms is None:
                continue
            at_ms = filed_ms + int(fate.after_hours * _HOUR_MS)
            if at_ms > now_ms:
                continue
            accepted = fate.answer == "accepted"
            found.append(
                FilingAnswer(
                    registration.id,
                    accepted,
                    None if accepted else fate.reason,
                    fate.words,
                    at_ms,
                    verified=accepted and fate.verified,
                )
            )
        return found


def _unfit(path: Path, why: str) -> Misconfigured:
    return Misconfigured(
        "registration.scenario",
        en=f"HONGYAN_REGISTRAR_SCENARIO, {path}, cannot be used: {why}",
        zh=f"HONGYAN_REGISTRAR_SCENARIO 指定的 {path} 不可用：{why}",
    )
