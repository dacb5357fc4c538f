"""Registrations and their steps as rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from hongyan.compliance.registration.model import Inference, Registration, RegistrationStep
from hongyan.compliance.registration.moving import Moved
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.identity import Statement

_decode_facts = msgspec.json.Decoder(dict[str, Any]).decode


def read_registration(row: tuple[Any, ...], *, sandbox: bool) -> Registration:
    """A row of `registrations`. Outside of the sandbox one that was filed with nobody is not registered."""
    registration_id, account_id, signature_id, sign_name, network, channel_id, access_number, *rest = row
    extension_code, state, reason, signature_revision, qualification_id, qualification_revision, *rest = rest
    registrar, simulated, started_ms, filed_ms, reference, answered_ms, since_ms, *rest = rest
    inferred, because, doubt, version = rest
    read = Registration(
        id=registration_id,
        account_id=account_id,
        signature_id=signature_id,
        sign_name=sign_name,
        network=network,
        channel_id=channel_id,
        access_number=access_number,
        extension_code=extension_code,
        state=RegistrationState(state),
        reason=ReasonCode(reason),
        signature_revision=signature_revision,
        qualification_id=qualification_id,
        qualification_revision=qualification_revision,
        registrar=registrar,
        simulated=bool(simulated),
        started_ms=started_ms,
        filed_ms=filed_ms,
        reference=reference,
        answered_ms=answered_ms,
        since_ms=since_ms,
        inferred=Inference(inferred),
        because=_decode_facts(because),
        doubt=bool(doubt),
        version=version,
    )
    return read if sandbox or not read.simulated else never_registered(read)


def never_registered(row: Registration) -> Registration:
    """The same place, as if nothing had been filed."""
    return replace(
        row,
        state=REGISTRATION.first,
        reason=ReasonCode.NON_REGISTER,
        started_ms=None,
        filed_ms=None,
        reference="",
        answered_ms=None,
        inferred=Inference.NOTHING,
        because={},
        doubt=False,
    )


def add(row: Registration) -> Statement:
    """A registration that is new."""
    values = (
        *(row.id, row.account_id, row.signature_id, row.network, row.sender, row.channel_id),
        *(row.access_number, row.extension_code, *_changing(row)),
    )
    return ("compliance.add_registration", values, 1)


def move(before: Registration, after: Registration) -> Statement:
    """Touches no row when it was changed since."""
    return (
        "compliance.move_registration",
        (before.id, before.version, after.channel_id, *_changing(after)),
        1,
    )


def step(step_id: int, moved: Moved) -> Statement:
    """The entry of the history."""
    actor, told, after = moved.actor, moved.told, moved.after
    values = (
        *(step_id, after.id, moved.at_ms, actor.name, actor.door, actor.address, moved.event.value),
        *(moved.before.state.value, after.state.value, after.reason.value, after.registrar),
        *(_json(told.sent), _json(told.came_back)),
    )
    return ("compliance.add_registration_step", values, 1)


def read_step(row: tuple[Any, ...]) -> RegistrationStep:
    """A row of `registration_steps`."""
    step_id, registration_id, at_ms, actor, door, address, event, before, after, *rest = row
    reason, registrar, sent, came_back = rest
    return RegistrationStep(
        id=step_id,
        registration_id=registration_id,
        at_ms=at_ms,
        actor=actor,
        door=door,
        address=address,
        event=RegistrationEvent(event),
        before=RegistrationState(before),
        after=RegistrationState(after),
        reason=ReasonCode(reason),
        registrar=registrar,
        sent=_decode_facts(sent),
        came_back=_decode_facts(came_back),
    )


def _changing(row: Registration) -> tuple[Any, ...]:
    return (
        *(row.state.value, row.reason.value, row.signature_revision, row.qualification_id),
        *(row.qualification_revision, row.registrar, int(row.simulated), row.started_ms, row.filed_ms),
        *(
            row.reference,
            row.answered_ms,
            row.since_ms,
            row.inferred.value,
            _json(row.because),
            int(row.doubt),
        ),
    )


def _json(facts: object) -> str:
    return msgspec.json.encode(facts).decode()
