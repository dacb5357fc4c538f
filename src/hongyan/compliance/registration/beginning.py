"""What an approval, or somebody's wish, begins: for each number and network a registration that is filed next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.model import Place, Registration
from hongyan.compliance.registration.moving import NOTHING_TOLD, Moved, Told, moved
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.subject import Subject
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis
from hongyan.kernel.errors import Refused

Wanted = tuple[Place, Network]
"""A number on a network."""


@dataclass(frozen=True, slots=True)
class RegistrarChoice:
    """Who files from now on. `simulated`: files with nobody. `at_once`: whether he accepts a registration the moment that
    it begins, and it counts as verified: the sandbox's, so that its user can send."""

    name: str
    simulated: bool = False
    at_once: Callable[[Registration], bool] = lambda _registration: False


PACK: Final = RegistrarChoice("pack")
"""A person takes the filings to the carrier."""
_E, _S = RegistrationEvent, RegistrationState
_AT_ONCE: Final = (_E.FILED, _E.ACCEPTED, _E.VERIFIED)
_NOT_STARTED_BECAUSE: Final[Mapping[RegistrationState, str]] = {
    _S.REGISTERING: "registration.running",
    _S.AWAITING: "registration.done",
    _S.SUCCESS: "registration.done",
    _S.FAILED: "registration.edit_first",
}
"""Why somebody cannot start one, by where it stands."""


def not_started(state: RegistrationState) -> Refused | None:
    """The refusal for a start in this state; None where it can be started."""
    code = _NOT_STARTED_BECAUSE.get(state)
    return None if code is None else refusal(code)


def wanted_places(
    places: Iterable[Place], networks: Sequence[Network] = (), senders: Sequence[str] = ()
) -> list[Wanted]:
    """Every network of every place; only the ones that are asked for, if any are."""
    return [
        (place, network)
        for place in places
        for network in place.networks
        if (not networks or network in networks) and (not senders or place.sender in senders)
    ]


def new_registration(
    registration_id: int, subject: Subject, place: Place, network: Network, now_ms: Millis
) -> Registration:
    """A place where nothing was filed yet."""
    return Registration(
        id=registration_id,
        account_id=subject.account_id,
        signature_id=subject.signature_id,
        sign_name=subject.sign_name,
        network=network,
        channel_id=place.channel_id,
        access_number=place.access_number,
        extension_code=place.extension_code,
        state=REGISTRATION.first,
        reason=ReasonCode.NON_REGISTER,
        signature_revision=subject.revision,
        qualification_id=subject.qualification_id,
        qualification_revision=subject.qualification_revision,
        registrar="",
        simulated=False,
        started_ms=None,
        filed_ms=None,
        reference="",
        answered_ms=None,
        since_ms=now_ms,
        version=0,
    )


def begun(
    row: Registration,
    event: RegistrationEvent,
    subject: Subject,
    choice: RegistrarChoice,
    actor: Actor,
    now_ms: Millis,
    *,
    shared_with: Sequence[str] = (),
) -> list[Moved]:
    """The steps of a beginning. `shared_with`: other signatures under this number, which nobody files. Raises
    IllegalTransition."""
    told = Told(registrar=choice.name, simulated=choice.simulated, sent=_sent(row, subject))
    filed = replace(
        row,
        signature_revision=subject.revision,
        qualification_id=subject.qualification_id,
        qualification_revision=subject.qualification_revision,
    )
    steps = [moved(filed, event, actor, now_ms, told)]
    if shared_with:
        reason = Told(
            reason=ReasonCode.ONE_CODE_MULTIPLE_SIGN,
            came_back={"found": "before filing", "also": [*shared_with]},
        )
        return [*steps, moved(steps[-1].after, _E.NOT_TAKEN, PLATFORM, now_ms, reason)]
    if choice.at_once(steps[0].after):
        for each in _AT_ONCE:
            steps.append(moved(steps[-1].after, each, Actor(choice.name), now_ms, NOTHING_TOLD))
    return steps


PLATFORM: Final = Actor("platform")
"""Who does what nobody asked for."""


def _sent(row: Registration, subject: Subject) -> dict[str, object]:
    return {
        "sender": row.sender,
        "signature_revision": subject.revision,
        "qualification_id": subject.qualification_id,
        "qualification_revision": subject.qualification_revision,
    }
