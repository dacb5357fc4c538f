"""What many sender numbers come to: per network, and as the vendor's old single result. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import Millis

_S = RegistrationState

BEST_FIRST: Final = (_S.SUCCESS, _S.AWAITING, _S.REGISTERING, _S.FAILED, _S.LAPSED, _S.NOT_REGISTERED)
"""One sender number is enough for success, and for awaiting verification (seed 003, D7). Below that, what may still
become one goes before what will not, and what somebody has to act on before what nobody has begun (ours: the seeds do
not say)."""


@dataclass(frozen=True, slots=True)
class NetworkStanding:
    """One network. `reasons`: those of the numbers in this state, each once. `answered_ms`: the carrier's newest answer.
    `senders`: how many of them began. `rows`: those in this state."""

    network: Network
    state: RegistrationState
    reasons: tuple[ReasonCode, ...]
    answered_ms: Millis | None
    senders: int
    rows: tuple[Registration, ...] = ()

    @property
    def unfiled(self) -> bool:
        """Nothing of it was filed yet."""
        return bool(self.rows) and all(row.unfiled for row in self.rows)


@dataclass(frozen=True, slots=True)
class SignatureStanding:
    """`register_result`: the vendor's summary: 1 success, 2 lapsed, 0 failed, -1 none."""

    networks: tuple[NetworkStanding, ...]
    register_result: int


def rolled_up(
    registrations: Iterable[Registration],
    networks: Sequence[Network],
    otherwise: ReasonCode,
    *,
    past: Iterable[Registration] = (),
) -> SignatureStanding:
    """Per network, in their order, by what began under the numbers that it has. `otherwise`: why a network that has no
    registration has none.

    `past`: of numbers that it has no more. They speak where nothing began under a number that it has, and only when they have
    lapsed: a code that was taken back ends what the carrier has said (seed 003, report lapsed; D9). Whatever else they are,
    nothing can be sent from them.
    """
    began, lapsed = _by_network(registrations, networks), _by_network(past, networks)
    standings = tuple(
        _one(
            network,
            began[network] or [row for row in lapsed[network] if row.state is _S.LAPSED],
            otherwise,
        )
        for network in networks
    )
    return SignatureStanding(standings, register_result(standing.state for standing in standings))


def _by_network(
    registrations: Iterable[Registration], networks: Sequence[Network]
) -> dict[Network, list[Registration]]:
    found: dict[Network, list[Registration]] = {network: [] for network in networks}
    for each in registrations:
        if each.network in found:
            found[each.network].append(each)
    return found


def _one(network: Network, rows: Sequence[Registration], otherwise: ReasonCode) -> NetworkStanding:
    if not rows:
        return NetworkStanding(network, _S.NOT_REGISTERED, (otherwise,), None, 0)
    state = min((row.state for row in rows), key=BEST_FIRST.index)
    reasons = dict.fromkeys(row.reason for row in rows if row.state is state)
    answers = [row.answered_ms for row in rows if row.answered_ms is not None]
    best = tuple(row for row in rows if row.state is state)
    return NetworkStanding(network, state, tuple(reasons), max(answers, default=None), len(rows), best)


_PENDING: Final = frozenset({_S.REGISTERING, _S.AWAITING})
_RESULT: Final[Mapping[str, int]] = {"success": 1, "lapsed": 2, "failed": 0, "none": -1}
"""Source: GetSmsSign.RegisterResult; which one it is of several carriers: issue 5, item 1."""


def register_result(states: Iterable[RegistrationState]) -> int:
    """One number for all networks: success if any has it, lapsed if all are, failed if some are and none is pending."""
    found = set(states)
    if _S.SUCCESS in found:
        return _RESULT["success"]
    if found == {_S.LAPSED}:
        return _RESULT["lapsed"]
    if _S.FAILED in found and not found & _PENDING:
        return _RESULT["failed"]
    return _RESULT["none"]
