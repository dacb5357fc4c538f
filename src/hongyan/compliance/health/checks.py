"""What makes each reason hold: one small pure function a row of `reasons`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

from hongyan.compliance.fields import read_period
from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.model import Tag
from hongyan.compliance.qualifications import missing_elements
from hongyan.compliance.registration.networks import NETWORKS
from hongyan.compliance.registration.reasons import REASONS as REGISTRATION_REASONS
from hongyan.compliance.registration.reasons import ReasonCode, Whose
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.rules.core import Fact, Finding, Severity, Words
from hongyan.compliance.rules.signatures.purpose import NAMES
from hongyan.compliance.signatures.judging import SOURCES
from hongyan.compliance.states import UNDER_REVIEW, State
from hongyan.compliance.uscc import is_uscc

Said: TypeAlias = Mapping[str, Fact]

SOURCE_RULES: Final = frozenset({"signature.source_app", "signature.source_closed"})
"""Findings of the rules that say that carriers take names of this source no longer; the rows have the days."""
NAME_RULES: Final = frozenset(
    f"signature.{name}"
    for name in (
        *("skips", "reordered", "not_on_licence", "place_omitted", "outer_place_omitted", "place_added"),
        *(
            "product_added",
            "identifying_words_cut",
            "word_cut",
            "nothing_identifies",
            "rank_omitted",
            "other_case",
        ),
        *("trademark_other_name", "trademark_other_owner", "identifies_nobody", "vague"),
    )
)
"""Findings of the rules that say that a name is not the company's, nor its trademark's."""
LONG_UNUSED_DAYS: Final = 170
"""Source: seed 001, signature unused for a long time."""
_NAME_REASONS: Final = frozenset(
    {ReasonCode.SIGNATURE_ERROR, ReasonCode.SIGNATURE_QUALIFICATION_ERROR, ReasonCode.SUBPORT_RECYCLE}
)
"""The last one is of a carrier's compliance campaign (registration.reasons)."""
_QUALIFICATION_REASONS: Final = frozenset(
    {ReasonCode.QUALIFICATION_ERROR, ReasonCode.SIGNATURE_QUALIFICATION_ERROR}
)
NOT_DONE: Final = frozenset(
    {
        RegistrationState.NOT_REGISTERED,
        RegistrationState.REGISTERING,
        RegistrationState.FAILED,
        RegistrationState.LAPSED,
    }
)
"""Source: seed 001: not filed, filing, filing failed, filing expired; awaiting verification is not abnormal."""
_QUALIFICATION_STATES: Final[Mapping[State, Words]] = {
    State.PENDING: Words("pending review", "待审核"),
    State.CHANGING: Words("being changed", "变更中"),
    State.IN_REVIEW: Words("in review", "审核中"),
    State.INCOMPLETE: Words("sent back for more material", "待补充材料"),
    State.REJECTED: Words("rejected", "审核不通过"),
    State.WITHDRAWN: Words("withdrawn", "已撤回"),
}
"""Source: seed 001, abnormal qualification status."""


_TURNS: Final = (Whose.TENANT, Whose.OPERATOR, Whose.CARRIER)
"""Of several who must act, the first: it is the tenant who reads it."""


def source_not_supported(facts: HealthFacts) -> Iterator[Said]:
    if _broken(facts, SOURCE_RULES) is not None:
        yield {"source": NAMES[SOURCES[facts.view.material.source]]}


def no_qualification(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification is None:
        yield {}


def name_mismatch(facts: HealthFacts) -> Iterator[Said]:
    if (finding := _broken(facts, NAME_RULES)) is not None:
        yield {"finding": finding.message}


def carrier_check_failed(facts: HealthFacts) -> Iterator[Said]:
    yield from _networks(facts, _NAME_REASONS)


def qualification_incomplete(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification and (missing := missing_elements(facts.qualification.material)):
        yield {"missing": ", ".join(missing)}


def qualification_state(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification and (words := _QUALIFICATION_STATES.get(facts.qualification.standing.state)):
        yield {"state": words}


def one_person_many_enterprises(facts: HealthFacts) -> Iterator[Said]:
    if facts.enterprises > 1:
        yield {"count": facts.enterprises}


def qualification_inaccurate(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification is None:
        return
    code = facts.qualification.material.organization_code
    if code and not is_uscc(code):
        yield {"why": Words("the social credit code's check digit is wrong", "统一社会信用代码校验位不正确")}
        return
    for said in _networks(facts, _QUALIFICATION_REASONS):
        yield {
            "why": Words("{networks} did not take the qualification", "{networks}未通过资质信息校验").filled(
                said
            )
        }


def legal_id_expired(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification:
        yield from _over(facts.qualification.material.legal_person.validity, facts.today)


def admin_id_expired(facts: HealthFacts) -> Iterator[Said]:
    if facts.qualification:
        yield from _over(facts.qualification.material.admin.validity, facts.today)


def letter_expired(facts: HealthFacts) -> Iterator[Said]:
    if facts.letter is not None and facts.view.material.third_party:
        yield from _over(facts.letter.validity, facts.today)


def registration_incomplete(facts: HealthFacts) -> Iterator[Said]:
    undone = [each.network for each in facts.networks if each.state in NOT_DONE]
    if undone:
        yield {"networks": _named(undone)}


def arrivals_low(facts: HealthFacts) -> Iterator[Said]:
    yield from _low(facts, registered=True)


def arrivals_low_unregistered(facts: HealthFacts) -> Iterator[Said]:
    yield from _low(facts, registered=False)


def unused_long(facts: HealthFacts) -> Iterator[Said]:
    if min(facts.idle_days, facts.unchanged_days) >= LONG_UNUSED_DAYS:
        yield {"days": facts.idle_days}


def unused_recently(facts: HealthFacts) -> Iterator[Said]:
    if facts.recent_days <= min(facts.idle_days, facts.unchanged_days) < LONG_UNUSED_DAYS:
        yield {"days": facts.idle_days}


def never_approved(facts: HealthFacts) -> Iterator[Said]:
    standing = facts.view.standing
    if not standing.approved_revision and standing.state is State.REJECTED:
        yield {"reason": standing.reason}


def disabled(facts: HealthFacts) -> Iterator[Said]:
    yield from _frozen(facts, FrozenBy.PENALTY)


def frozen_by_platform(facts: HealthFacts) -> Iterator[Said]:
    yield from _frozen(facts, FrozenBy.PLATFORM)


def frozen_by_customer(facts: HealthFacts) -> Iterator[Said]:
    yield from _frozen(facts, FrozenBy.CUSTOMER)


def whose_registration(facts: HealthFacts) -> Whose:
    """Who must act for the networks that are not done."""
    undone = [each for each in facts.networks if each.state in NOT_DONE]
    whose = {REGISTRATION_REASONS[reason].whose for each in undone for reason in each.reasons}
    return next((each for each in _TURNS if each in whose), Whose.TENANT)


def whose_binding(facts: HealthFacts) -> Whose:
    """The platform's own signature has no qualification, and the operator files it elsewhere."""
    return Whose.OPERATOR if facts.view.tag is Tag.SYSTEM else Whose.TENANT


def whose_review(facts: HealthFacts) -> Whose:
    """Reviewers have what is under review; what they gave back is the tenant's."""
    under_review = facts.qualification is not None and facts.qualification.standing.state in UNDER_REVIEW
    return Whose.OPERATOR if under_review else Whose.TENANT


def _broken(facts: HealthFacts, rules: frozenset[str]) -> Finding | None:
    """The first of these rules that rejects the signature today."""
    hard = (each for each in facts.findings if each.severity is Severity.REJECT)
    return next((each for each in hard if each.rule in rules), None)


def _frozen(facts: HealthFacts, by: FrozenBy) -> Iterator[Said]:
    for freeze in facts.freezes:
        if freeze.kind is not FrozenKind.TEMPLATE and freeze.by is by:
            yield {"because": freeze.because}
            return


def _over(validity: str, today: date) -> Iterator[Said]:
    period = read_period(validity)
    if period and max(period) < today:
        yield {"until": max(period).isoformat()}


def _networks(facts: HealthFacts, reasons: frozenset[ReasonCode]) -> Iterator[Said]:
    found = [each.network for each in facts.networks if reasons & set(each.reasons)]
    if found:
        yield {"networks": _named(found)}


def _low(facts: HealthFacts, *, registered: bool) -> Iterator[Said]:
    undone = {each.network for each in facts.networks if each.state in NOT_DONE}
    low = [each for each in facts.arrivals if each.low and (each.network not in undone) is registered]
    if low:
        yield {"arrivals": Words(*(_told(low, language) for language in ("en", "zh")))}


def _told(low: Iterable[Arrivals], language: str) -> str:
    return ", ".join(
        f"{NETWORKS[each.network].words.words(language)} {each.delivered}/{each.sent}"  # type: ignore[index]
        for each in low
    )


def _named(networks: Iterable[str]) -> Words:
    rows = [NETWORKS[network].words for network in networks]  # type: ignore[index]
    return Words(", ".join(row.en for row in rows), "、".join(row.zh for row in rows))
