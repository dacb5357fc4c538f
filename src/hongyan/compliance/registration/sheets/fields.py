"""What a column of a carrier's filing sheet can be filled from: every field of a filing by its name, with its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from hongyan.compliance.model import SignSource
from hongyan.compliance.registration.networks import NETWORKS
from hongyan.compliance.registration.registrars.port import Filing, PaperRole
from hongyan.compliance.rules.core import Words

Places = Mapping[PaperRole, tuple[str, ...]]
"""Where the papers of a filing lie in its pack."""


class FieldRow(NamedTuple):
    """One field. `value`: "" when there is nothing to say. `said_in`: table and key of the file of HONGYAN_FILING that say it."""

    words: Words
    value: Callable[[Filing, Places], str]
    said_in: tuple[str, str] | None


SOURCES: Final = {
    SignSource.ENTERPRISE: "企事业单位名",
    SignSource.WEBSITE: "工信部备案网站",
    SignSource.APP: "已上线APP",
    SignSource.ACCOUNT_OR_MINI_PROGRAM: "公众号或小程序",
    SignSource.SHOP: "电商平台店铺名",
    SignSource.TRADEMARK: "商标名",
}
"""As sheets write them; a layout may say it otherwise."""
_ID_TYPES: Final = {"identityCard": "居民身份证", "passport": "护照"}
"""As sheets write them; others go as they are. Source: SubmitSmsQualification, kinds of IDs."""


def _papers(*roles: PaperRole) -> Callable[[Filing, Places], str]:
    return lambda _filing, places: "; ".join(place for role in roles for place in places.get(role, ()))


_SAID_IN: Final[Mapping[str, tuple[str, str]]] = {
    "operator_name": ("operator", "name"),
    "operator_code": ("operator", "organization_code"),
    "code_holder_name": ("code_holder", "name"),
    "code_holder_code": ("code_holder", "organization_code"),
}
_R = PaperRole
FIELDS: Final[Mapping[str, FieldRow]] = {
    name: FieldRow(Words(en, zh), value, _SAID_IN.get(name))
    for name, zh, en, value in (
        ("reference", "报备编号", "our reference", lambda f, _: f.reference),
        ("network", "运营商", "carrier", lambda f, _: NETWORKS[f.network].words.zh),
        ("channel", "通道", "channel", lambda f, _: f.channel),
        ("access_number", "接入号", "access number", lambda f, _: f.access_number),
        ("extension_code", "扩展码", "extension code", lambda f, _: f.extension_code),
        ("sender", "完整号码", "access number and extension code", lambda f, _: f.sender),
        ("sign_name", "签名", "signature", lambda f, _: f.sign_name),
        ("sign_in_brackets", "带括号的签名", "signature in brackets", lambda f, _: f"【{f.sign_name}】"),
        ("sign_source", "签名来源", "where the name comes from", lambda f, _: SOURCES[f.signature.source]),
        (
            "sign_use",
            "签名用途",
            "own or third-party use",
            lambda f, _: "他用" if f.signature.third_party else "自用",
        ),
        ("apply_scene", "使用场景", "where it is used", lambda f, _: f.signature.apply_scene),
        ("company_name", "企业名称", "enterprise", lambda f, _: f.qualification.company_name),
        (
            *("organization_code", "统一社会信用代码", "social credit code"),
            lambda f, _: f.qualification.organization_code,
        ),
        (
            "license_validity",
            "证照有效期",
            "validity of the licence",
            lambda f, _: f.qualification.license_validity,
        ),
        ("legal_name", "法人姓名", "legal representative", lambda f, _: f.qualification.legal_person.name),
        (
            *("legal_id_type", "法人证件类型", "kind of the legal representative's ID"),
            lambda f, _: _id_type(f.qualification.legal_person.id_type),
        ),
        (
            "legal_id",
            "法人证件号",
            "legal representative's ID",
            lambda f, _: f.qualification.legal_person.id_number,
        ),
        (
            *("legal_validity", "法人证件有效期", "validity of the legal representative's ID"),
            lambda f, _: f.qualification.legal_person.validity,
        ),
        ("admin_name", "经办人姓名", "administrator", lambda f, _: f.qualification.admin.name),
        (
            *("admin_id_type", "经办人证件类型", "kind of the administrator's ID"),
            lambda f, _: _id_type(f.qualification.admin.id_type),
        ),
        ("admin_id", "经办人证件号", "administrator's ID", lambda f, _: f.qualification.admin.id_number),
        (
            *("admin_validity", "经办人证件有效期", "validity of the administrator's ID"),
            lambda f, _: f.qualification.admin.validity,
        ),
        ("admin_phone", "经办人手机号", "administrator's phone", lambda f, _: f.qualification.admin_phone),
        ("authorizer_name", "授权方", "authorizer (end entity)", lambda f, _: f.chain.authorizer.name),
        (
            "authorizer_code",
            "授权方信用代码",
            "authorizer's code",
            lambda f, _: f.chain.authorizer.organization_code,
        ),
        ("authorized_name", "被授权方", "authorized party (tenant)", lambda f, _: f.chain.authorized.name),
        (
            "authorized_code",
            "被授权方信用代码",
            "its code",
            lambda f, _: f.chain.authorized.organization_code,
        ),
        ("operator_name", "短信平台", "operator of the platform", lambda f, _: f.chain.operator.name),
        ("operator_code", "短信平台信用代码", "its code", lambda f, _: f.chain.operator.organization_code),
        (
            "code_holder_name",
            "码号持有方",
            "holder of the access number",
            lambda f, _: f.chain.code_holder.name,
        ),
        (
            "code_holder_code",
            "码号持有方信用代码",
            "its code",
            lambda f, _: f.chain.code_holder.organization_code,
        ),
        (
            "letter_validity",
            "授权有效期",
            "validity of the letter",
            lambda f, _: f.letter.validity if f.letter else "",
        ),
        (
            *("trademark_number", "商标注册号", "trademark's number"),
            lambda f, _: f.trademark.registration_number if f.trademark else "",
        ),
        ("scenes", "业务类型", "kinds of messages", lambda f, _: "、".join(f.scenes)),
        ("sample", "短信示例", "a sample text", lambda f, _: next(iter(f.samples), "")),
        ("samples", "短信示例（多条）", "sample texts", lambda f, _: "\n".join(f.samples)),
        ("license_paper", "营业执照", "licence", _papers(_R.LICENSE)),
        ("letter_paper", "授权委托书", "letter of authorization", _papers(_R.LETTER)),
        (
            "legal_papers",
            "法人证件",
            "legal representative's ID",
            _papers(_R.LEGAL_PORTRAIT, _R.LEGAL_EMBLEM),
        ),
        ("admin_papers", "经办人证件", "administrator's ID", _papers(_R.ADMIN_PORTRAIT, _R.ADMIN_EMBLEM)),
        ("trademark_paper", "商标证明", "trademark", _papers(_R.TRADEMARK)),
        (
            *("other_papers", "其他材料", "other papers"),
            _papers(_R.APP_RECORD, _R.QUALIFICATION_OTHER, _R.SIGNATURE_OTHER),
        ),
    )
}
"""Name -> field. A layout names them; docs/filing.md lists them."""


def _id_type(name: str) -> str:
    return _ID_TYPES.get(name, name)
