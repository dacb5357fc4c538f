"""Why a registration stands where it stands: the vendor's fifteen codes, with what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hongyan.compliance.registration.states import RegistrationEvent, RegistrationState
from hongyan.compliance.rules.core import Words


class ReasonCode(Enum):
    """Source: GetSmsSign, RegisterStatusReasons.ReasonCode."""

    UNBINDING_QUA = "UNBINDING_QUA"
    BINDING_INCOMPLETE_QUA = "BINDING_INCOMPLETE_QUA"
    NON_REGISTER = "NON_REGISTER"
    REGISTERING = "REGISTERING"
    DETECTING = "DETECTING"
    DETECT_SUCCESS = "DETECT_SUCCESS"
    QUALIFICATION_ERROR = "QUALIFICATION_ERROR"
    SIGNATURE_ERROR = "SIGNATURE_ERROR"
    SIGNATURE_QUALIFICATION_ERROR = "SIGNATURE_QUALIFICATION_ERROR"
    ONE_CODE_MULTIPLE_SIGN = "ONE_CODE_MULTIPLE_SIGN"
    OTHERS_ERROR = "OTHERS_ERROR"
    REGISTER_TIMEOUT = "REGISTER_TIMEOUT"
    NO_SEND_RECORD = "NO_SEND_RECORD"
    EXT_CODE_RECYCLE = "EXT_CODE_RECYCLE"
    SUBPORT_RECYCLE = "SUBPORT_RECYCLE"


class Cure(Enum):
    """The next step that helps, for buttons and machines."""

    NONE = "none"
    BIND_QUALIFICATION = "bind_qualification"
    COMPLETE_QUALIFICATION = "complete_qualification"
    START = "start"
    FILE = "file"
    WAIT = "wait"
    TEST_SEND = "test_send"
    EDIT_QUALIFICATION = "edit_qualification"
    EDIT_SIGNATURE = "edit_signature"
    CHANGE_QUALIFICATION = "change_qualification"
    CHANGE_CODE = "change_code"


QUALIFICATION_CURES: Final = frozenset({Cure.EDIT_QUALIFICATION, Cure.CHANGE_QUALIFICATION})
"""What helps where a carrier has refused the qualification."""


class Whose(Enum):
    """Who takes it."""

    NOBODY = "nobody"
    TENANT = "tenant"
    OPERATOR = "operator"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """`words`: what it says. `advice`: what to do. `source`: of the code and of the advice."""

    code: ReasonCode
    state: RegistrationState
    words: Words
    advice: Words
    cure: Cure
    whose: Whose
    source: str


_S, _R = RegistrationState, ReasonCode
_SDK = "vendor: GetSmsSign.ReasonCode; advice: seed 003, "

REASONS: Final[Mapping[ReasonCode, ReasonRow]] = {
    row.code: row
    for row in (
        ReasonRow(
            _R.UNBINDING_QUA,
            _S.NOT_REGISTERED,
            Words("no qualification is bound to the signature", "签名未关联资质"),
            Words(
                "edit the signature and bind an approved enterprise qualification; registration then starts by itself",
                "请编辑签名并绑定审核通过的企业资质，绑定后将自动触发报备",
            ),
            Cure.BIND_QUALIFICATION,
            Whose.TENANT,
            _SDK + "not registered",
        ),
        ReasonRow(
            _R.BINDING_INCOMPLETE_QUA,
            _S.NOT_REGISTERED,
            Words(
                "the bound qualification is incomplete, or carriers do not take it",
                "关联资质信息不全，或不可用于报备",
            ),
            Words(
                "complete the qualification or bind another one; own-use signatures of individually verified accounts"
                " cannot be registered: use a third-party qualification or verify the account as an enterprise",
                "请完善资质信息或更换已审核通过的资质；个人认证用户的自用资质无法报备，请申请他用资质或升级为企业认证",
            ),
            Cure.COMPLETE_QUALIFICATION,
            Whose.TENANT,
            _SDK + "step 1 and not registered",
        ),
        ReasonRow(
            _R.NON_REGISTER,
            _S.NOT_REGISTERED,
            Words("registration has not been started", "未发起报备"),
            Words(
                "start the registration with this carrier; if the qualification is not right any more, change it first",
                "请向该运营商发起报备；如关联资质不准确，请先修改或更换资质",
            ),
            Cure.START,
            Whose.TENANT,
            _SDK + "not registered",
        ),
        ReasonRow(
            _R.REGISTERING,
            _S.REGISTERING,
            Words("the carrier has not answered yet", "签名报备中"),
            Words(
                "wait; 5 to 7 working days on average, 7 to 10 with some carriers, and no carrier promises it; send in"
                " small numbers until then. The signature can neither be edited nor registered again meanwhile",
                "请等待；平均需要 5-7 个工作日，部分运营商需要 7-10 个工作日，运营商不承诺时效；期间请少量多次发送，"
                "不可编辑签名，不可重新触发报备",
            ),
            Cure.WAIT,
            Whose.CARRIER,
            _SDK + "registering",
        ),
        ReasonRow(
            _R.DETECTING,
            _S.AWAITING,
            Words(
                "the carrier has accepted; deliveries do not show it yet", "已报备待验证：未发起探测或探测中"
            ),
            Words(
                "send a few codes or notices to your own or your team's phones on this network; deliveries are judged"
                " within 24 to 48 hours. If they fail and the error speaks of registration, check the qualification"
                " (correct it, or bind another one) and the name (apply for another signature)",
                "请使用本人或团队成员在该运营商的手机号少量发送验证码或通知短信，24-48 小时内自动判定；如报错与报备有关，"
                "请确认资质与签名：资质不准确请修改或换绑，签名不合规请更换签名",
            ),
            Cure.TEST_SEND,
            Whose.TENANT,
            _SDK + "awaiting verification",
        ),
        ReasonRow(
            _R.DETECT_SUCCESS,
            _S.SUCCESS,
            Words("registered, and messages arrive as expected", "报备成功"),
            Words(
                "nothing to do; an edit of the signature or of its qualification registers it again",
                "无需处理，请保持关注；编辑签名或关联资质后需要重新报备",
            ),
            Cure.NONE,
            Whose.NOBODY,
            _SDK + "success",
        ),
        ReasonRow(
            _R.QUALIFICATION_ERROR,
            _S.FAILED,
            Words("the carrier finds the qualification wrong", "资质原因：关联资质信息有误"),
            Words(
                "correct what is missing or out of date in the qualification, or bind another approved one (apply for one"
                " if there is none); when the edit is approved, registration starts by itself",
                "请补全缺失字段、更新过期证照等资质信息，或换绑已审核通过的其他资质（无可用资质请先新增）；"
                "审核通过后将自动触发报备",
            ),
            Cure.EDIT_QUALIFICATION,
            Whose.TENANT,
            _SDK + "failed: qualification",
        ),
        ReasonRow(
            _R.SIGNATURE_ERROR,
            _S.FAILED,
            Words("the name breaks the carrier's rules", "签名原因：签名不符合运营商实名规范"),
            Words(
                "edit the signature, or apply for a new one that keeps the carriers' rules; the enterprise's name is what"
                " they take best",
                "请编辑签名换绑其他资质，或重新申请符合运营商要求的签名；推荐使用企事业单位名",
            ),
            Cure.EDIT_SIGNATURE,
            Whose.TENANT,
            _SDK + "failed: name",
        ),
        ReasonRow(
            _R.SIGNATURE_QUALIFICATION_ERROR,
            _S.FAILED,
            Words("the signature does not belong to the qualification's enterprise", "签名与资质关系不符"),
            Words(
                "bind the qualification of the enterprise whose name or trademark the signature is, with its letter of"
                " authorization for third-party use",
                "请换绑与签名主体一致的资质；他用签名请同时提供授权委托书",
            ),
            Cure.CHANGE_QUALIFICATION,
            Whose.TENANT,
            _SDK + "failed: name",
        ),
        ReasonRow(
            _R.ONE_CODE_MULTIPLE_SIGN,
            _S.FAILED,
            Words(
                "one extension code would belong to several signatures", "扩展码原因：一个扩展码对应多个签名"
            ),
            Words(
                "give the signature an extension code of its own; it is registered under the new number",
                "请为签名分配独立的扩展码，之后将以新的号码报备",
            ),
            Cure.CHANGE_CODE,
            Whose.OPERATOR,
            "vendor: GetSmsSign.ReasonCode; issue 5, item 2: one code belongs to one signature",
        ),
        ReasonRow(
            _R.OTHERS_ERROR,
            _S.FAILED,
            Words("the carrier refuses for another reason", "其他原因"),
            Words(
                "read the carrier's words in the history; correct the signature or its qualification and submit it again",
                "请在报备记录中查看运营商的说明，修改签名或资质后重新提交",
            ),
            Cure.EDIT_SIGNATURE,
            Whose.TENANT,
            _SDK + "failed: other",
        ),
        ReasonRow(
            _R.REGISTER_TIMEOUT,
            _S.FAILED,
            Words("the carrier has not answered in time", "报备超时"),
            Words(
                "compare the name with the carriers' rules, and apply for another signature if it breaks them; names of"
                " enterprises are registered fastest, trademarks and apps slowest. If it keeps them, send in small"
                " numbers and watch deliveries; to register again edit the signature or its qualification",
                "请检查签名是否符合运营商要求：不满足请停用并申请新签名，建议使用企事业单位名；符合可少量多次发送验证效果；"
                "如需重新报备，请编辑签名或关联资质",
            ),
            Cure.EDIT_SIGNATURE,
            Whose.TENANT,
            _SDK + "failed: time-out",
        ),
        ReasonRow(
            _R.NO_SEND_RECORD,
            _S.LAPSED,
            Words("nothing was sent for more than 6 months", "签名超过 6 个月无发送记录"),
            Words(
                "check signature and qualification and register again before you send; if they do not fit any more, bind"
                " another qualification first; delete the signature if it is not needed any more (for ever)",
                "请确认签名及资质符合要求，重新发起报备后再发送；不符合请先编辑签名换绑其他资质；如不再使用可删除签名，"
                "删除后无法恢复",
            ),
            Cure.START,
            Whose.TENANT,
            _SDK + "lapsed: idle",
        ),
        ReasonRow(
            _R.EXT_CODE_RECYCLE,
            _S.LAPSED,
            Words("the extension code was taken back", "扩展码收回"),
            Words(
                "check signature and qualification and register again, under the code that it has now; if they do not fit,"
                " bind another qualification first",
                "请检查签名及资质信息，符合要求后以现有扩展码重新发起报备；不符合请先编辑签名换绑其他资质",
            ),
            Cure.START,
            Whose.TENANT,
            _SDK + "lapsed: code",
        ),
        ReasonRow(
            _R.SUBPORT_RECYCLE,
            _S.LAPSED,
            Words("the carrier's compliance campaign has closed the number", "子端口被运营商治理"),
            Words(
                "check signature and qualification against the carriers' rules; register again if they keep them,"
                " otherwise edit the signature first",
                "请检查签名及资质是否符合要求：符合可重新发起报备，不符合请先编辑签名，审核通过后将重新报备",
            ),
            Cure.START,
            Whose.TENANT,
            _SDK + "lapsed: campaign",
        ),
    )
}

REASON_AFTER: Final[Mapping[RegistrationEvent, ReasonCode]] = {
    RegistrationEvent.START: _R.REGISTERING,
    RegistrationEvent.RESTART: _R.REGISTERING,
    RegistrationEvent.ACCEPTED: _R.DETECTING,
    RegistrationEvent.NOT_TAKEN: _R.OTHERS_ERROR,
    RegistrationEvent.REFUSED: _R.OTHERS_ERROR,
    RegistrationEvent.TIMED_OUT: _R.REGISTER_TIMEOUT,
    RegistrationEvent.IMPORTED: _R.DETECTING,
    RegistrationEvent.VERIFIED: _R.DETECT_SUCCESS,
    RegistrationEvent.IDLE: _R.NO_SEND_RECORD,
    RegistrationEvent.CODE_TAKEN_BACK: _R.EXT_CODE_RECYCLE,
    RegistrationEvent.CAMPAIGN: _R.SUBPORT_RECYCLE,
    RegistrationEvent.END: _R.NON_REGISTER,
}
"""The reason after an event that names none. What is not here leaves the reason as it is."""


def reasons_of(state: RegistrationState) -> tuple[ReasonCode, ...]:
    """Those that a registration in this state may have."""
    return tuple(row.code for row in REASONS.values() if row.state is state)
