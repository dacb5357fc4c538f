"""Of templates and their tags."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final = {
    "template.unknown": ("there is no such template in this account", "该账号下没有此模板"),
    "template.name_missing": ("the template needs a name", "模板名称不能为空"),
    "template.name_too_long": ("a template's name takes at most 30 characters", "模板名称最多 30 个字符"),
    "template.content_malformed": (
        "the text takes 1 to 500 characters of simplified Chinese, English and usual punctuation, and no 【】: the signature is"
        " put in front when it is sent; `hongyan check template` shows what is wrong",
        "模板内容须为 1-500 个字符，使用简体中文、英文与常用标点，且不能包含【】：发送时系统会自动加上签名；"
        "可用 hongyan check template 查看问题所在",
    ),
    "template.variable_malformed": (
        "a variable is written ${name}: a letter first, then letters, digits, underscores; there is text between two of them",
        "变量应写作 ${name}，以字母开头，由字母、数字、下划线组成；变量之间须有文字",
    ),
    "template.code_needs_one_variable": (
        "a verification-code template has exactly one variable",
        "验证码模板须有且仅有一个变量",
    ),
    "template.rules_mismatch": (
        "each variable of the text needs one known attribute, and there must be no others",
        "模板中的每个变量都须有一个正确的变量属性，且不能多余",
    ),
    "template.signature_missing": (
        "a template needs the signature that it will be sent with",
        "模板须关联签名",
    ),
    "template.signature_unknown": ("the related signature does not exist", "关联的签名不存在"),
    "template.signature_not_approved": ("the related signature must be approved", "关联的签名须审核通过"),
    "template.consent_missing": (
        "a marketing template needs papers that prove the recipients' consent",
        "推广短信模板须上传用户同意接收的证明材料",
    ),
    "template.international_type": (
        "an international template needs its type: 0 notice, 1 marketing, 2 verification code",
        "国际/港澳台模板须指定类型：0 通知，1 推广，2 验证码",
    ),
    "template.remark_too_long": ("the remark takes at most 500 characters", "申请说明最多 500 个字符"),
    "template.in_review": (
        "a template under review cannot be deleted; withdraw it first",
        "审核中的模板暂时无法删除",
    ),
    "template.not_editable": (
        "only rejected or withdrawn templates can be changed",
        "仅审核失败或已撤回的模板可以修改",
    ),
    "tag.malformed": (
        "a tag's key takes 1 to 128 characters and does not begin with aliyun or acs:, its value at most 128; neither holds"
        " http:// or https://",
        "标签键须为 1-128 个字符，不能以 aliyun 或 acs: 开头；标签值最多 128 个字符；均不能包含 http:// 或 https://",
    ),
    "tag.too_many": ("a template takes at most 20 tags", "一个模板最多绑定 20 个标签"),
    "tag.domestic_only": ("only domestic templates take tags", "仅国内文本短信模板支持标签"),
    "template.too_many_today": (
        "the account has applied for as many templates today as it may; come back tomorrow",
        "一个自然日中申请模板数量超过限制，请明日再试",
    ),
}
