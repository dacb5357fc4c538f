"""Why a signature is "available - abnormal" or "unavailable": the sixteen and the four reasons of the seed, each a row with
what it means, who must act, and what cures it. Source: seed 001, reasons for abnormal and unavailable signature status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from hongyan.compliance.health import checks
from hongyan.compliance.health.facts import HealthFacts
from hongyan.compliance.registration.reasons import Whose
from hongyan.compliance.rules.core import Fact, Words


class Status(Enum):
    """What the reason makes of a signature."""

    ABNORMAL = "abnormal"
    UNAVAILABLE = "unavailable"


class Timing(Enum):
    """Whether a reason is noticed when it comes about, or the night after."""

    REAL_TIME = "real_time"
    NIGHTLY = "nightly"


class Cure(Enum):
    """The action that cures it, for buttons and links."""

    NEW_SIGNATURE = "new_signature"
    EDIT_SIGNATURE = "edit_signature"
    BIND_QUALIFICATION = "bind_qualification"
    EDIT_QUALIFICATION = "edit_qualification"
    EDIT_LETTER = "edit_letter"
    FOLLOW_REVIEW = "follow_review"
    REGISTER = "register"
    TEST_SEND = "test_send"
    LOOK_AT_RECORDS = "look_at_records"
    LIFT_FREEZE = "lift_freeze"
    ASK_OPERATOR = "ask_operator"


Said: TypeAlias = Mapping[str, Fact]
"""What the row's explanation names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReason:
    """One row. `check` gives the facts behind the reason for each time it holds, mostly once or never. `whose`: who must act;
    where that depends on the case, `turn` says it."""

    id: str
    status: Status
    timing: Timing
    words: Words
    explanation: Words
    whose: Whose
    cure: Cure
    what_to_do: Words
    check: Callable[[HealthFacts], Iterable[Said]]
    source: str
    turn: Callable[[HealthFacts], Whose] | None = None

    def whose_now(self, facts: HealthFacts) -> Whose:
        """Who must act for this signature."""
        return self.turn(facts) if self.turn else self.whose


_ABNORMAL: Final = "seed 001, reasons for “Available - Abnormal”: {}"
_UNAVAILABLE: Final = "seed 001, reasons for “Unavailable”: {}"
_A, _U = Status.ABNORMAL, Status.UNAVAILABLE
_NOW, _NIGHT = Timing.REAL_TIME, Timing.NIGHTLY
_W = Words

REASONS: Final[tuple[HealthReason, ...]] = (
    HealthReason(
        id="source_not_supported",
        status=_A,
        timing=_NOW,
        words=_W("abnormal signature source", "签名来源异常"),
        explanation=_W(
            "carriers take names of enterprises and registered trademarks only; this one's source is “{source}”",
            "运营商仅支持企事业单位名和已注册商标名；该签名的来源为“{source}”",
        ),
        whose=Whose.TENANT,
        cure=Cure.NEW_SIGNATURE,
        what_to_do=_W(
            "apply for a signature with the company's name or a registered trademark, then stop using this one",
            "请以企事业单位名或已注册商标名重新申请签名，并停用该签名",
        ),
        check=checks.source_not_supported,
        source=_ABNORMAL.format("abnormal signature source"),
    ),
    HealthReason(
        id="no_qualification",
        status=_A,
        timing=_NOW,
        words=_W("not associated with a qualification", "签名未关联资质"),
        explanation=_W(
            "without a qualification carriers register nothing", "未关联实名资质，无法向运营商报备"
        ),
        whose=Whose.TENANT,
        cure=Cure.BIND_QUALIFICATION,
        what_to_do=_W(
            "edit the signature and bind an approved enterprise qualification",
            "请编辑签名，关联审核通过的企业资质",
        ),
        check=checks.no_qualification,
        turn=checks.whose_binding,
        source=_ABNORMAL.format("signature not associated with a qualification"),
    ),
    HealthReason(
        id="name_mismatch",
        status=_A,
        timing=_NOW,
        words=_W("the name does not match the qualification", "签名名称与资质不匹配"),
        explanation=_W("{finding}", "{finding}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_SIGNATURE,
        what_to_do=_W(
            "bind the qualification of the company that the name belongs to, or apply for a name that today's rules take",
            "请关联与签名名称相符的企业资质，或按现行规则重新申请签名",
        ),
        check=checks.name_mismatch,
        source=_ABNORMAL.format("signature name does not match qualification"),
    ),
    HealthReason(
        id="carrier_check_failed",
        status=_A,
        timing=_NOW,
        words=_W("carrier compliance check failed", "运营商签名合规校验不通过"),
        explanation=_W("{networks} finds the name not compliant", "{networks}认定该签名不合规"),
        whose=Whose.TENANT,
        cure=Cure.NEW_SIGNATURE,
        what_to_do=_W(
            "apply for a signature that fits the carriers' rules, or bind another approved qualification",
            "请申请符合运营商要求的签名，或换绑其他审核通过的资质",
        ),
        check=checks.carrier_check_failed,
        source=_ABNORMAL.format("carrier compliance check for signature failed"),
    ),
    HealthReason(
        id="qualification_incomplete",
        status=_A,
        timing=_NOW,
        words=_W("incomplete qualification", "关联资质信息不全"),
        explanation=_W("of the six elements are missing: {missing}", "资质六要素缺少：{missing}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_QUALIFICATION,
        what_to_do=_W("complete the qualification", "请补全资质信息"),
        check=checks.qualification_incomplete,
        source=_ABNORMAL.format("incomplete information in associated qualification"),
    ),
    HealthReason(
        id="qualification_state",
        status=_A,
        timing=_NOW,
        words=_W("abnormal qualification status", "关联资质状态异常"),
        explanation=_W("the qualification is {state}", "关联资质当前{state}"),
        whose=Whose.TENANT,
        cure=Cure.FOLLOW_REVIEW,
        what_to_do=_W(
            "wait for the review, or submit the qualification again if it was rejected or withdrawn",
            "请等待审核；如已被驳回或撤回，请重新提交资质",
        ),
        check=checks.qualification_state,
        turn=checks.whose_review,
        source=_ABNORMAL.format("abnormal qualification status"),
    ),
    HealthReason(
        id="one_person_many_enterprises",
        status=_A,
        timing=_NOW,
        words=_W("one person, many enterprises", "一人多企"),
        explanation=_W(
            "the qualification's administrator stands for {count} enterprises",
            "资质管理员关联了 {count} 家企业",
        ),
        whose=Whose.TENANT,
        cure=Cure.EDIT_QUALIFICATION,
        what_to_do=_W(
            "name an administrator who works for this enterprise alone", "请更换仅服务于本企业的管理员"
        ),
        check=checks.one_person_many_enterprises,
        source=_ABNORMAL.format("one person, multiple enterprises"),
    ),
    HealthReason(
        id="qualification_inaccurate",
        status=_A,
        timing=_NOW,
        words=_W("inaccurate qualification", "关联资质信息有误"),
        explanation=_W("{why}", "{why}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_QUALIFICATION,
        what_to_do=_W(
            "correct the qualification by the business licence, or bind another one",
            "请按营业执照更正资质信息，或换绑其他资质",
        ),
        check=checks.qualification_inaccurate,
        source=_ABNORMAL.format("inaccurate qualification information"),
    ),
    HealthReason(
        id="legal_id_expired",
        status=_A,
        timing=_NIGHT,
        words=_W("the legal representative's ID has expired", "资质法人证件已过期"),
        explanation=_W("it was valid until {until}", "有效期至 {until}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_QUALIFICATION,
        what_to_do=_W("upload the new ID card", "请上传新的法人证件"),
        check=checks.legal_id_expired,
        source=_ABNORMAL.format("expired legal representative ID for qualification"),
    ),
    HealthReason(
        id="admin_id_expired",
        status=_A,
        timing=_NIGHT,
        words=_W("the administrator's ID has expired", "资质管理员证件已过期"),
        explanation=_W("it was valid until {until}", "有效期至 {until}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_QUALIFICATION,
        what_to_do=_W("upload the new ID card", "请上传新的管理员证件"),
        check=checks.admin_id_expired,
        source=_ABNORMAL.format("expired administrator ID for qualification"),
    ),
    HealthReason(
        id="letter_expired",
        status=_A,
        timing=_NIGHT,
        words=_W("the letter of authorization has expired", "签名授权委托书已过期"),
        explanation=_W("it was valid until {until}", "有效期至 {until}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_LETTER,
        what_to_do=_W(
            "have a new letter signed and bind it to the signature", "请重新取得授权委托书并关联到该签名"
        ),
        check=checks.letter_expired,
        source=_ABNORMAL.format("expired signature power of attorney"),
    ),
    HealthReason(
        id="registration_incomplete",
        status=_A,
        timing=_NOW,
        words=_W("abnormal real-name registration", "签名实名制报备异常"),
        explanation=_W("not finished: {networks}", "尚未完成：{networks}"),
        whose=Whose.TENANT,
        cure=Cure.REGISTER,
        what_to_do=_W(
            "look at the registration of each carrier and do what it advises",
            "请查看各运营商的报备状态，按建议处理",
        ),
        check=checks.registration_incomplete,
        turn=checks.whose_registration,
        source=_ABNORMAL.format("abnormal real-name verification filing for signature"),
    ),
    HealthReason(
        id="arrivals_low",
        status=_A,
        timing=_NIGHT,
        words=_W("abnormal sending", "签名发送异常"),
        explanation=_W("too little arrives: {arrivals}", "发送成功率偏低：{arrivals}"),
        whose=Whose.TENANT,
        cure=Cure.LOOK_AT_RECORDS,
        what_to_do=_W(
            "look at the sending records for the carriers' codes and their causes",
            "请查看发送记录，按错误码排查失败原因",
        ),
        check=checks.arrivals_low,
        source=_ABNORMAL.format("abnormal signature sending"),
    ),
    HealthReason(
        id="arrivals_low_unregistered",
        status=_A,
        timing=_NIGHT,
        words=_W("abnormal sending of an unregistered signature", "未报备签名发送异常"),
        explanation=_W(
            "too little arrives where it is not registered: {arrivals}",
            "未完成报备的运营商发送成功率偏低：{arrivals}",
        ),
        whose=Whose.TENANT,
        cure=Cure.REGISTER,
        what_to_do=_W("finish the registration with these carriers", "请完成在这些运营商的报备"),
        check=checks.arrivals_low_unregistered,
        source=_ABNORMAL.format("abnormal sending for unfiled signature"),
    ),
    HealthReason(
        id="unused_long",
        status=_A,
        timing=_NIGHT,
        words=_W("unused for a long time", "签名长期未使用"),
        explanation=_W(
            "not sent for {days} days; after six months its registrations lapse",
            "已 {days} 天未发送；超过 6 个月报备将失效",
        ),
        whose=Whose.TENANT,
        cure=Cure.TEST_SEND,
        what_to_do=_W(
            "send a message to each carrier, or delete the signature if nobody needs it",
            "请向各运营商发送短信；如不再使用，请删除该签名",
        ),
        check=checks.unused_long,
        source=_ABNORMAL.format("signature unused for a long time"),
    ),
    HealthReason(
        id="unused_recently",
        status=_A,
        timing=_NIGHT,
        words=_W("not used recently", "签名近期未使用"),
        explanation=_W("not sent for {days} days", "已 {days} 天未发送"),
        whose=Whose.TENANT,
        cure=Cure.TEST_SEND,
        what_to_do=_W("send with it now and then if it is needed", "如仍需使用，请保持发送"),
        check=checks.unused_recently,
        source=_ABNORMAL.format("signature not used recently"),
    ),
    HealthReason(
        id="never_approved",
        status=_U,
        timing=_NOW,
        words=_W("approval rejected", "审核不通过"),
        explanation=_W("it was rejected and never approved: {reason}", "从未审核通过：{reason}"),
        whose=Whose.TENANT,
        cure=Cure.EDIT_SIGNATURE,
        what_to_do=_W("correct what the reason names, and submit again", "请按驳回原因修改后重新提交"),
        check=checks.never_approved,
        source=_UNAVAILABLE.format("approval rejected"),
    ),
    HealthReason(
        id="disabled",
        status=_U,
        timing=_NOW,
        words=_W("disabled", "已停用"),
        explanation=_W("disabled as a penalty: {because}", "因安全处罚停用：{because}"),
        whose=Whose.OPERATOR,
        cure=Cure.ASK_OPERATOR,
        what_to_do=_W("ask the operator", "请联系平台处理"),
        check=checks.disabled,
        source=_UNAVAILABLE.format("disabled"),
    ),
    HealthReason(
        id="frozen_by_platform",
        status=_U,
        timing=_NOW,
        words=_W("frozen by the platform", "冻结（平台）"),
        explanation=_W("frozen: {because}", "冻结原因：{because}"),
        whose=Whose.OPERATOR,
        cure=Cure.ASK_OPERATOR,
        what_to_do=_W("put right what the reason names, and ask the operator", "请按原因整改后联系平台"),
        check=checks.frozen_by_platform,
        source=_UNAVAILABLE.format("frozen - by platform"),
    ),
    HealthReason(
        id="frozen_by_customer",
        status=_U,
        timing=_NOW,
        words=_W("frozen by the customer", "冻结（客户）"),
        explanation=_W("frozen: {because}", "冻结原因：{because}"),
        whose=Whose.TENANT,
        cure=Cure.LIFT_FREEZE,
        what_to_do=_W("lift the freeze when it shall send again", "需要继续发送时请解冻"),
        check=checks.frozen_by_customer,
        source=_UNAVAILABLE.format("frozen - by customer"),
    ),
)
REASON: Final[Mapping[str, HealthReason]] = {row.id: row for row in REASONS}
