"""Registrations for machines: what the command line and the REST door say alike. Stable names."""

from __future__ import annotations

from typing import Any

from hongyan.compliance.registration.deadlines import Wait
from hongyan.compliance.registration.idleness import Silence
from hongyan.compliance.registration.model import RegistrationStep
from hongyan.compliance.registration.networks import NETWORKS
from hongyan.compliance.registration.roll_up import NetworkStanding, SignatureStanding
from hongyan.compliance.registration.states import VENDOR_STATUS
from hongyan.compliance.registration.views import RegistrationView
from hongyan.compliance.registration.waiting import waited
from hongyan.kernel.clock import moment


def registration_facts(view: RegistrationView) -> dict[str, Any]:
    """`id` 0: a place where nothing began yet."""
    row = view.registration
    step = view.next_step
    return {
        "id": row.id,
        "account_id": row.account_id,
        "signature_id": row.signature_id,
        "signature": row.sign_name,
        "network": row.network,
        "sender": row.sender,
        "access_number": row.access_number,
        "extension_code": row.extension_code,
        "channel_id": row.channel_id,
        "state": row.state.value,
        "vendor_status": VENDOR_STATUS[row.state],
        "reason": row.reason.value,
        "words": view.words.facts(),
        "advice": step.advice.facts(),
        "cure": step.cure.value,
        "whose": step.whose.value,
        "signature_revision": row.signature_revision,
        "qualification_id": row.qualification_id,
        "qualification_revision": row.qualification_revision,
        "registrar": row.registrar,
        "simulated": row.simulated,
        "started": moment(row.started_ms),
        "filed": moment(row.filed_ms),
        "reference": row.reference,
        "answered": moment(row.answered_ms),
        "since": moment(row.since_ms) if row.id else None,
        "inferred": row.inferred.value,
        "because": row.because,
        "doubt": row.doubt,
        "wait": None if view.wait is None else _wait(view.wait),
        "silence": None if view.silence is None else _silence(view.silence),
        "past": view.past,
        "deleted": view.deleted,
    }


def step_facts(step: RegistrationStep) -> dict[str, Any]:
    """One entry of the history."""
    return {
        "at": moment(step.at_ms),
        "actor": step.actor,
        "door": step.door,
        "address": step.address,
        "event": step.event.value,
        "before": step.before.value,
        "after": step.after.value,
        "reason": step.reason.value,
        "registrar": step.registrar,
        "sent": step.sent,
        "came_back": step.came_back,
    }


def standing_facts(standing: SignatureStanding) -> dict[str, Any]:
    """What it all comes to."""
    return {
        "register_result": standing.register_result,
        "networks": [_network(each) for each in standing.networks],
    }


def _network(standing: NetworkStanding) -> dict[str, Any]:
    return {
        "network": standing.network,
        "name": NETWORKS[standing.network].words.facts(),
        "state": standing.state.value,
        "vendor_status": VENDOR_STATUS[standing.state],
        "reasons": [reason.value for reason in standing.reasons],
        "answered": moment(standing.answered_ms),
        "senders": standing.senders,
    }


def _wait(wait: Wait) -> dict[str, Any]:
    expected = wait.expected
    return {
        "elapsed": wait.elapsed,
        "least": expected.least,
        "usual": expected.usual,
        "most": expected.most,
        "samples": expected.samples,
        "heard": expected.heard,
        "source": expected.source,
        "overdue_after": wait.overdue_after.isoformat(),
        "overdue": wait.overdue,
        "times_out": wait.times_out.isoformat() if wait.times_out else None,
        "calendar_final": wait.calendar_final,
        "words": waited(wait).facts(),
    }


def _silence(silence: Silence) -> dict[str, Any]:
    return {
        "days": silence.days,
        "here_days": silence.here_days,
        "lapses_on": silence.lapses_on.isoformat(),
        "warning": silence.warning,
    }
