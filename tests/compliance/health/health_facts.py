"""A healthy signature, and what may change about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from compliance_material import QUALIFICATION

from hongyan.compliance import (
    Kind,
    LetterMaterial,
    ProofRevisions,
    Qualification,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    Standing,
    State,
    Tag,
    TrademarkMaterial,
)
from hongyan.compliance.freezes import Freeze, FrozenBy, FrozenKind
from hongyan.compliance.health.facts import HealthFacts
from hongyan.compliance.registration.idleness import Silence, silence_of
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.roll_up import NetworkStanding
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import BEIJING, DAY_MS

TODAY = date(2026, 11, 21)
NAME = "杭州云雁"
FREEZE = Freeze(FrozenKind.SIGNATURE, 1, NAME, FrozenBy.PLATFORM, "投诉过多", 1_700_000_000_000, "cli:test")
LETTER = LetterMaterial(
    "杭州云雁科技有限公司",
    "91330100MA2B0C1D2X",
    "北京代理有限公司",
    "2025-01-01~2027-01-01",
    "1/l.png",
    (NAME,),
)
REGISTERED = Registration(
    *(1, 1, 7, NAME, "mobile", 101, "10690001", "", RegistrationState.SUCCESS, ReasonCode.DETECT_SUCCESS),
    *(1, 5, 1, "pack", False, 0, 0, "", 0, 0),
)
TRADEMARK = TrademarkMaterial("云雁", "杭州云雁科技有限公司", "12345678", "2020-12-14~2030-12-13", "1/t.png")


def standing(kind: Kind, state: State = State.APPROVED, approved: int = 1, reason: str = "") -> Standing:
    return Standing(kind, 7, 1, NAME, state, 3, 1, approved, 20_000, 1_700_000_000_000, None, reason)


def network(
    name: Network, state: RegistrationState = RegistrationState.SUCCESS, *reasons: ReasonCode
) -> NetworkStanding:
    return NetworkStanding(name, state, reasons, None, 1)


def qualified(
    *,
    state: State = State.APPROVED,
    legal_until: str = "2099-12-31",
    admin_until: str = "2099-12-31",
    admin_number: str | None = None,
) -> Qualification:
    material = QUALIFICATION
    admin = replace(
        material.admin,
        validity=f"2016-01-01~{admin_until}",
        id_number=material.admin.id_number if admin_number is None else admin_number,
    )
    legal = replace(material.legal_person, validity=f"2016-01-01~{legal_until}")
    return Qualification(
        standing(Kind.QUALIFICATION, state), 1, "云雁资质", replace(material, admin=admin, legal_person=legal)
    )


def silent(days: int) -> Silence:
    """Of a registration that was last used so many days before today."""
    at_ms = int(datetime.combine(TODAY, time(12), BEIJING).timestamp() * 1000)
    row = replace(REGISTERED, since_ms=at_ms - days * DAY_MS)
    found = silence_of(row, {}, at_ms)
    assert found is not None
    return found


def facts(**changes: Any) -> HealthFacts:
    """Of one that is registered everywhere, and sends."""
    material = SignatureMaterial(
        SignType.GENERAL, SignSource.ENTERPRISE, third_party=False, qualification_id=5
    )
    view = SignatureView(
        standing(Kind.SIGNATURE), 1, NAME, Tag.TENANT, material, ProofRevisions(), letter_passed=False
    )
    healthy = HealthFacts(
        today=TODAY,
        view=view,
        qualification=qualified(),
        findings=(),
        letter=None,
        trademark=None,
        enterprises=1,
        networks=(network("mobile"), network("unicom"), network("telecom")),
        arrivals=(),
        idle_days=0,
        unchanged_days=0,
        recent_days=30,
        silence=silent(0),
        freezes=(),
    )
    return replace(healthy, **changes)


def seen_as(
    found: HealthFacts,
    *,
    state: State = State.APPROVED,
    approved: int = 1,
    reason: str = "",
    **material: Any,
) -> HealthFacts:
    """With another material, or elsewhere in its review."""
    view = found.view
    return replace(
        found,
        view=replace(
            view,
            standing=standing(Kind.SIGNATURE, state, approved, reason),
            material=replace(view.material, **material),
        ),
    )
