"""What is approved without a person: policies, each a row of conditions that all hold, and the sample that a person looks at
afterwards. An operator names the policies that are in force (HONGYAN_REVIEW_POLICIES); by default none is. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.fields import same_company
from hongyan.compliance.model import Kind, SignatureView, SignSource, TemplateType, TemplateView
from hongyan.compliance.review.judging import Subject
from hongyan.compliance.rules import Chance, Outcome, Words
from hongyan.identity import AccountKind
from hongyan.kernel.errors import Misconfigured

_MARKET: Final = "market.md 1.2, auto-approve safe cases: all rules pass, name = full licence name, papers valid; sample audit"


@dataclass(frozen=True, slots=True)
class Condition:
    """`words`: what holds, for people."""

    words: Words
    holds: Callable[[Subject], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One row. Of what it approves, one in `sample_every` is looked at by a person afterwards."""

    id: str
    kind: Kind
    conditions: tuple[Condition, ...]
    sample_every: int
    source: str = _MARKET

    @property
    def reviewer(self) -> str:
        """As records name it."""
        return f"policy:{self.id}"

    def covers(self, subject: Subject) -> bool:
        return subject.order.kind is self.kind and all(each.holds(subject) for each in self.conditions)

    def samples(self, order_id: int) -> bool:
        """Whether an order is one of the sample: nobody can choose, and everybody can check."""
        digest = hashlib.blake2b(str(order_id).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.sample_every == 0


def _is_licence_name(subject: Subject) -> bool:
    company = subject.qualification.material.company_name if subject.qualification else ""
    return isinstance(subject.view, SignatureView) and same_company(company, subject.view.name)


def _is_own_enterprise_name(subject: Subject) -> bool:
    view = subject.view
    return (
        isinstance(view, SignatureView)
        and view.material.source is SignSource.ENTERPRISE
        and not view.material.third_party
    )


def _has_licence(subject: Subject) -> bool:
    return subject.qualification is not None and bool(subject.qualification.material.licenses)


def _is_code_template(subject: Subject) -> bool:
    return isinstance(subject.view, TemplateView) and subject.view.material.category is TemplateType.CODE


def _leads_nowhere(subject: Subject) -> bool:
    return isinstance(subject.view, TemplateView) and not subject.view.material.traffic_driving


RULES_PASS: Final = Condition(
    Words("no rule rejects or asks", "规则全部通过"), lambda each: each.report.verdict is Outcome.PASS
)
CHANCE_HIGH: Final = Condition(
    Words("the chance is high", "通过可能性高"), lambda each: each.report.chance is Chance.HIGH
)
NOT_RISKY: Final = Condition(Words("no risky industry", "不属于高风险行业"), lambda each: not each.risks)
ENTERPRISE: Final = Condition(
    Words("the account is a verified enterprise's", "账号为企业认证"),
    lambda each: each.account.kind is not AccountKind.INDIVIDUAL,
)
QUALIFIED: Final = Condition(
    Words("its qualification is approved as it stands", "关联资质已通过且无待审变更"),
    lambda each: (
        each.qualification is not None
        and each.qualification.standing.approved_revision == each.qualification.standing.revision
    ),
)
HAS_LICENCE: Final = Condition(Words("the licence was uploaded", "已上传营业执照"), _has_licence)
FIRST_TIME: Final = Condition(
    Words("nothing of it was rejected before", "此前未被驳回"), lambda each: each.order.revision == 1
)
LICENCE_NAME: Final = Condition(
    Words("the name is the licence's in full", "名称为执照全称"), _is_licence_name
)
OWN_NAME: Final = Condition(
    Words("own use, enterprise name", "自用，来源为企业名称"), _is_own_enterprise_name
)
CODE: Final = Condition(Words("a verification code", "验证码模板"), _is_code_template)
LEADS_NOWHERE: Final = Condition(Words("no link and no number is declared", "无引流信息"), _leads_nowhere)

POLICIES: Final = (
    Policy(
        id="licence-name",
        kind=Kind.SIGNATURE,
        conditions=(
            *(RULES_PASS, CHANCE_HIGH, LICENCE_NAME, OWN_NAME, QUALIFIED, HAS_LICENCE, ENTERPRISE),
            *(FIRST_TIME, NOT_RISKY),
        ),
        sample_every=10,
    ),
    Policy(
        id="plain-code",
        kind=Kind.TEMPLATE,
        conditions=(RULES_PASS, CHANCE_HIGH, CODE, LEADS_NOWHERE, QUALIFIED, FIRST_TIME, NOT_RISKY),
        sample_every=20,
    ),
)


def policies_named(names: Iterable[str]) -> tuple[Policy, ...]:
    """Those that an operator has named. Raises Misconfigured."""
    by_id, names = {policy.id: policy for policy in POLICIES}, list(names)
    unknown = [name for name in names if name not in by_id]
    if unknown:
        known = ", ".join(by_id)
        raise Misconfigured(
            "settings.review_policies",
            en=f"HONGYAN_REVIEW_POLICIES names {', '.join(unknown)}; there are {known}",
            zh=f"HONGYAN_REVIEW_POLICIES 中的 {'、'.join(unknown)} 不存在；可选：{known}",
        )
    return tuple(by_id[name] for name in names)
