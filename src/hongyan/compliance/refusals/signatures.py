"""Of signatures."""

from __future__ import annotations

from typing import Final

SIGNATURES: Final = {
    "signature.unknown": ("there is no such signature in this account", "该账号下没有此签名"),
    "signature.name_missing": ("the signature needs a name", "签名名称不能为空"),
    "signature.name_malformed": (
        "a signature takes 2 to 12 Chinese characters, letters and digits, no spaces or symbols, not only digits",
        "签名须为 2-12 个中文、英文字母或数字，不支持空格和特殊符号，不支持纯数字",
    ),
    "signature.name_taken": (
        "there is a signature of this name already; change that one instead",
        "该签名已存在，不能重复申请",
    ),
    "signature.qualification_unknown": (
        "there is no such qualification in this account; apply for one first",
        "该账号下没有此资质，请先申请资质",
    ),
    "signature.qualification_not_approved": (
        "the qualification must be approved before a signature can use it",
        "资质须审核通过后才能用于签名",
    ),
    "signature.purpose_mismatch": (
        "own or third-party use must be the same as the qualification's, and own use needs the account's own company",
        "签名的自用/他用须与资质一致，且自用须为账号实名认证的企业",
    ),
    "signature.letter_missing": (
        "third-party use needs a letter of authorization with the qualification's social credit code",
        "他用签名须绑定与资质统一社会信用代码一致的授权委托书",
    ),
    "signature.letter_of_another": (
        "the letter's authorizer and his social credit code must be those of the qualification",
        "授权委托书的授权方及其统一社会信用代码须与资质一致",
    ),
    "signature.letter_for_another": (
        "the letter's authorized party must be who this account is verified as",
        "授权委托书的被授权方须与账号实名认证主体一致",
    ),
    "signature.letter_not_valid": (
        "the letter of authorization is not valid today; add a new one",
        "授权委托书当前不在有效期内，请添加新的授权委托书",
    ),
    "signature.letter_not_passed": (
        "the letter of authorization has not passed a review yet; apply for a signature with it first",
        "授权委托书尚未审核通过，请先使用该授权委托书申请签名",
    ),
    "signature.not_in_letter": (
        "the letter of authorization does not name this signature",
        "签名不在授权委托书的授权签名范围内",
    ),
    "signature.not_approved": (
        "only a signature that is approved, with no change under review, can take another qualification",
        "仅审核通过且没有变更在审核中的签名可以更换资质",
    ),
    "signature.qualification_incomplete": (
        "elements of the qualification are missing; complete it first",
        "资质要素不完整，请先补全资质",
    ),
    "signature.letter_unknown": (
        "there is no such letter of authorization in this account",
        "该账号下没有此授权委托书",
    ),
    "signature.trademark_unknown": ("there is no such trademark in this account", "该账号下没有此商标"),
    "signature.app_record_unknown": (
        "there is no such app record in this account",
        "该账号下没有此 APP 备案",
    ),
    "signature.scene_missing": (
        "a signature of this source needs a link to what it names",
        "该签名来源须填写应用场景链接",
    ),
    "signature.scene_malformed": (
        "the link must begin with http:// or https://",
        "应用场景须为 http 或 https 链接",
    ),
    "signature.remark_too_long": ("the remark takes at most 500 characters", "申请说明最多 500 个字符"),
    "signature.in_review": (
        "a signature under review cannot be deleted; withdraw it first",
        "审核中的签名暂时无法删除",
    ),
    "signature.not_editable": ("a signature under review cannot be changed", "审核中的签名暂时无法修改"),
    "signature.locked": (
        "a signature that is being registered with the carriers cannot be changed until they have answered",
        "签名报备中，暂不可编辑，请等待运营商反馈结果",
    ),
    "signature.qualification_refused": (
        "a carrier has refused this qualification for the signature; correct the qualification or bind another one, then the"
        " signature is registered again",
        "运营商未通过该签名当前资质的报备；请修改资质或换绑其他资质，之后将重新报备",
    ),
    "signature.too_many": (
        "the account has as many signatures as it may have; delete one that is not used",
        "账号下的签名数量已达上限，请删除不再使用的签名",
    ),
    "signature.too_many_today": (
        "the account has applied for as many signatures today as it may; come back tomorrow",
        "一个自然日中申请签名数量超过限制，请明日再试",
    ),
}
