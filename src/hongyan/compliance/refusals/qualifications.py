"""Of accounts, qualifications, and the administrator's phone code."""

from __future__ import annotations

from typing import Final

QUALIFICATIONS: Final = {
    "account.not_enterprise": (
        "only accounts of verified enterprises may do this",
        "仅企业认证账号可以进行此操作",
    ),
    "account.own_use_of_individual": (
        "carriers register no signatures of individuals for their own use; take a third-party qualification, or have "
        "the account verified as an enterprise",
        "个人认证账号的自用签名无法通过运营商实名报备，请使用他用资质或变更为企业认证",
    ),
    "qualification.unknown": ("there is no such qualification in this account", "该账号下没有此资质"),
    "qualification.name_missing": ("the qualification needs a name", "资质名称不能为空"),
    "qualification.name_malformed": (
        "the name takes at most 100 Chinese characters, letters and digits, and not only digits",
        "资质名称最多 100 个字符，仅支持中文、英文或与数字的组合，不支持符号或纯数字",
    ),
    "qualification.name_taken": (
        "there is a qualification of this name already",
        "资质名称已存在，请修改后重新提交",
    ),
    "qualification.company_type": (
        "the company type must be COMPANY or NON_PROFIT_ORGANIZATION",
        "企业类型不正确",
    ),
    "qualification.company_name_missing": ("the company name is missing", "企业名称不能为空"),
    "qualification.company_name_malformed": (
        "no company has this name: at most 150 characters, no symbols but ·【】（）() and spaces, not only digits",
        "企业名称不正确：最多 150 个字符，符号仅支持 ·【】（）() 和空格，不支持纯数字",
    ),
    "qualification.organization_code_missing": (
        "the unified social credit code is missing",
        "统一社会信用代码不能为空",
    ),
    "qualification.organization_code_wrong": (
        "no company has this unified social credit code: its check character does not fit (GB 32100)",
        "统一社会信用代码不正确：校验位不符（GB 32100）",
    ),
    "qualification.not_own_company": (
        "own use needs the company that this account is verified as; choose third-party use for another one",
        "自用资质的企业须与账号实名认证的企业一致；其他企业请选择他用",
    ),
    "qualification.license_dates_malformed": (
        "the licence's validity must be written YYYY-MM-DD~YYYY-MM-DD",
        "营业执照有效期格式应为 YYYY-MM-DD~YYYY-MM-DD",
    ),
    "qualification.license_not_valid": ("the licence is not valid today", "营业执照当前不在有效期内"),
    "qualification.licenses_missing": (
        "third-party use needs the licence's picture",
        "他用资质须上传营业执照",
    ),
    "qualification.license_type": ("this is not a kind of licence", "证照类型不正确"),
    "qualification.license_file": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    "qualification.other_file": (
        "other papers must be png, jpg, jpeg, doc, docx or pdf",
        "其他材料须为 png、jpg、jpeg、doc、docx 或 pdf 格式",
    ),
    "qualification.legal_name_missing": ("the legal representative's name is missing", "法人姓名不能为空"),
    "qualification.legal_name_malformed": (
        "the legal representative's name has characters that no person's name has",
        "法人姓名含有姓名中不会出现的字符",
    ),
    "qualification.legal_id_type": ("this is not a type of ID document", "法人证件类型不正确"),
    "qualification.legal_id_missing": (
        "the legal representative's ID number is missing",
        "法人证件号码不能为空",
    ),
    "qualification.legal_id_malformed": (
        "the legal representative's ID number is malformed",
        "法人证件号码格式不正确",
    ),
    "qualification.legal_dates_malformed": (
        "the validity of the legal representative's ID must be written YYYY-MM-DD~YYYY-MM-DD",
        "法人证件有效期格式应为 YYYY-MM-DD~YYYY-MM-DD",
    ),
    "qualification.legal_not_valid": (
        "the legal representative's ID is not valid today",
        "法人证件当前不在有效期内",
    ),
    "qualification.legal_file": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    "qualification.admin_name_missing": ("the administrator's name is missing", "管理员姓名不能为空"),
    "qualification.admin_name_malformed": (
        "the administrator's name has characters that no person's name has",
        "管理员姓名含有姓名中不会出现的字符",
    ),
    "qualification.admin_id_type": ("this is not a type of ID document", "管理员证件类型不正确"),
    "qualification.admin_id_missing": ("the administrator's ID number is missing", "管理员证件号码不能为空"),
    "qualification.admin_id_malformed": (
        "the administrator's ID number is malformed",
        "管理员证件号码格式不正确",
    ),
    "qualification.admin_dates_malformed": (
        "the validity of the administrator's ID must be written YYYY-MM-DD~YYYY-MM-DD",
        "管理员证件有效期格式应为 YYYY-MM-DD~YYYY-MM-DD",
    ),
    "qualification.admin_not_valid": (
        "the administrator's ID is not valid today",
        "管理员证件当前不在有效期内",
    ),
    "qualification.admin_emblem_missing": (
        "the emblem side of the administrator's ID is missing",
        "管理员证件国徽面照片不能为空",
    ),
    "qualification.admin_emblem_file": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    "qualification.admin_portrait_missing": (
        "the portrait side of the administrator's ID is missing",
        "管理员证件人像面照片不能为空",
    ),
    "qualification.admin_portrait_file": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    "qualification.admin_phone_missing": (
        "the administrator's phone and its code are needed",
        "手机号与验证码不能为空",
    ),
    "qualification.license_not_uploaded": (
        "the licence's file was not uploaded, or more than a day ago",
        "营业执照文件未上传，或上传已超过一天",
    ),
    "qualification.legal_emblem_not_uploaded": (
        "the file of the emblem side of the legal representative's ID was not uploaded, or more than a day ago",
        "法人证件国徽面照片未上传，或上传已超过一天",
    ),
    "qualification.legal_portrait_not_uploaded": (
        "the file of the portrait side of the legal representative's ID was not uploaded, or more than a day ago",
        "法人证件人像面照片未上传，或上传已超过一天",
    ),
    "qualification.admin_emblem_not_uploaded": (
        "the file of the emblem side of the administrator's ID was not uploaded, or more than a day ago",
        "管理员证件国徽面照片未上传，或上传已超过一天",
    ),
    "qualification.admin_portrait_not_uploaded": (
        "the file of the portrait side of the administrator's ID was not uploaded, or more than a day ago",
        "管理员证件人像面照片未上传，或上传已超过一天",
    ),
    "qualification.other_not_uploaded": (
        "a file of the other papers was not uploaded, or more than a day ago",
        "其他材料文件未上传，或上传已超过一天",
    ),
    "qualification.order_expired": (
        "the qualification has changed since; query it again and resubmit",
        "资质信息已变更，请重新查询资质列表后提交",
    ),
    "qualification.fixed_field": (
        "purpose, company type, social credit code and sharing cannot be changed; apply for another qualification",
        "资质用途、企业类型、统一社会信用代码和共享设置不支持修改，请申请新的资质",
    ),
    "qualification.same_exists": (
        "there is a qualification with this company and administrator already",
        "已存在企业信息和管理员信息相同的资质",
    ),
    "qualification.bound": (
        "a signature uses this qualification, so it cannot be deleted",
        "资质已绑定签名，暂时无法删除",
    ),
    "qualification.in_review": (
        "a qualification under review cannot be deleted; withdraw it first",
        "审核中的资质暂时无法删除，请先撤回",
    ),
    "phone_code.wrong": (
        "the code is wrong, used up or too old, or another account asked for it",
        "短信验证码错误、已使用或已过期",
    ),
}
