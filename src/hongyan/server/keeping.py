"""Wires what keeps registrations alive: test sends, phones and prices for a plan of few messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hongyan.billing import PriceBook
from hongyan.compliance import Compliance, Template, attribute_problem
from hongyan.compliance.registration.evidence.trials import Trials
from hongyan.compliance.registration.evidence.verification import Verification
from hongyan.compliance.registration.keeping import KeepAlive
from hongyan.compliance.registration.keeping.drafting import Drafting, NetworkOf
from hongyan.identity import Identity
from hongyan.kernel.clock import Clock
from hongyan.kernel.money import Amount
from hongyan.kernel.text import split
from hongyan.messaging.render import render, with_signature
from hongyan.storage.port import Store


def build_keep_alive(
    store: Store,
    clock: Clock,
    compliance: Compliance,
    verification: Verification,
    trials: Trials,
    identity: Identity,
    network_of: NetworkOf,
    canaries: Sequence[str],
) -> KeepAlive:
    """`canaries`: the operator's phones."""
    drafting = Drafting(
        *(clock, compliance.registrations, compliance.registration_views, trials),
        signature=compliance.signature,
        template=compliance.template,
        network_of=network_of,
        cost=_cost,
        canaries=canaries,
    )
    return KeepAlive(
        *(store, clock, compliance.registrations, trials, drafting, identity),
        network_of=network_of,
        last_uses=verification.ledger.last_uses,
    )


def _cost(template: Template, sign_name: str, params: Mapping[str, str]) -> tuple[int, Amount]:
    """Segments, and what they cost today, as sending would charge them. Raises Refused over values that do not fit."""
    category = int(template.category)
    segments = len(split(with_signature(sign_name, render(template, params, attribute_problem), category)))
    return segments, segments * PriceBook().per_segment("CN", category)
