"""Why an application is not taken, code by code: one row says it in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hongyan.kernel.errors import Refused

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    # Accounts
    "account.not_enterprise": (
        "only accounts of verified enterprises may do this",
        "仅企业认证账号可以进行此操作",
    ),
    "account.own_use_of_individual": (
        "carriers register no signatures of individuals for their own use; take a third-party qualification, or have "
        "the account verified as an enterprise",
        "个人认证账号的自用签名无法通过运营商实名报备，请使用他用资质或变更为企业认证",
    ),
    # Qualifications
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
    # Signatures
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
    # Letters of authorization, trademarks, app records
    "letter.unknown": (
        "there is no such letter of authorization in this account",
        "该账号下没有此授权委托书",
    ),
    "letter.name_malformed": (
        "the letter's name takes Chinese characters, letters and digits, and not only digits",
        "授权委托书名称仅支持中文、英文或与数字的组合，不支持符号或纯数字",
    ),
    "letter.name_too_long": (
        "the letter's name takes at most 100 characters",
        "授权委托书名称最多 100 个字符",
    ),
    "letter.name_taken": (
        "there is a letter of this name already",
        "授权委托书名称已存在，请修改后重新提交",
    ),
    "letter.authorizer_malformed": (
        "the authorizer must be a name, with no symbols but ·【】（）() and spaces, and not only digits",
        "授权方不能为空，符号仅支持 ·【】（）() 和空格，不支持纯数字",
    ),
    "letter.authorizer_too_long": ("the authorizer takes at most 150 characters", "授权方最多 150 个字符"),
    "letter.code_too_long": (
        "the unified social credit code takes at most 150 characters",
        "统一社会信用代码最多 150 个字符",
    ),
    "letter.code_wrong": (
        "this is no unified social credit code: its check character does not fit (GB 32100)",
        "统一社会信用代码不正确：校验位不符（GB 32100）",
    ),
    "letter.party_malformed": (
        "the authorized party must be a name, with no symbols but ·【】（）() and spaces, and not only digits",
        "被授权方不能为空，符号仅支持 ·【】（）() 和空格，不支持纯数字",
    ),
    "letter.party_too_long": (
        "the authorized party takes at most 150 characters",
        "被授权方最多 150 个字符",
    ),
    "letter.dates_malformed": (
        "the letter's validity must be written YYYY-MM-DD~YYYY-MM-DD",
        "授权有效期格式应为 YYYY-MM-DD~YYYY-MM-DD",
    ),
    "letter.not_valid": ("the letter is not valid today", "当前日期不在授权有效期内"),
    "letter.file_missing": (
        "upload the letter as jpg, jpeg, png or gif, and give the key that the upload had",
        "请先上传授权委托书图片（jpg、jpeg、png 或 gif），并填写上传后的文件 key",
    ),
    "letter.scope_too_large": ("a letter takes at most 100 signatures", "授权签名范围最多 100 个签名"),
    "letter.scope_malformed": (
        "a letter names one signature or more, each of 2 to 12 Chinese characters, letters and digits",
        "授权签名范围不能为空，每个签名须为 2-12 个中文、英文字母或数字",
    ),
    "trademark.unknown": ("there is no such trademark in this account", "该账号下没有此商标"),
    "trademark.name_missing": ("the trademark needs a name", "商标名称不能为空"),
    "trademark.name_too_long": (
        "a trademark's name takes at most 15 characters",
        "商标名称最多 15 个字符",
    ),
    "trademark.applicant_missing": ("the trademark's applicant is missing", "商标申请人不能为空"),
    "trademark.applicant_too_long": (
        "the trademark's applicant takes at most 50 characters",
        "商标申请人最多 50 个字符",
    ),
    "trademark.number_missing": ("the trademark's registration number is missing", "商标注册号不能为空"),
    "trademark.number_too_long": (
        "a registration number takes at most 15 characters",
        "商标注册号最多 15 个字符",
    ),
    "trademark.dates_malformed": (
        "the trademark's validity must be written YYYY-MM-DD~YYYY-MM-DD",
        "商标有效期格式应为 YYYY-MM-DD~YYYY-MM-DD",
    ),
    "trademark.not_valid": ("the trademark is not valid today", "商标当前不在有效期内"),
    "trademark.file_missing": (
        "upload the screenshot of the trademark's record, and give the key that the upload had",
        "请先上传商标详情截图，并填写上传后的文件 key",
    ),
    "trademark.file_format": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    "app_record.unknown": ("there is no such app record in this account", "该账号下没有此 APP 备案"),
    "app_record.name_malformed": (
        "the app's service name takes 1 to 15 characters",
        "APP 服务名称须为 1-15 个字符",
    ),
    "app_record.principal_missing": ("the app's principal unit is missing", "APP 主办单位名称不能为空"),
    "app_record.principal_too_long": (
        "the principal unit takes at most 50 characters",
        "APP 主办单位名称最多 50 个字符",
    ),
    "app_record.number_missing": ("the ICP record number is missing", "ICP 备案/许可证号不能为空"),
    "app_record.number_too_long": (
        "an ICP record number takes at most 15 characters",
        "ICP 备案/许可证号最多 15 个字符",
    ),
    "app_record.date_malformed": (
        "the day of approval must be written YYYY-MM-DD",
        "审核通过日期格式应为 YYYY-MM-DD",
    ),
    "app_record.not_yet_approved": (
        "the day of approval lies in the future",
        "审核通过日期不能晚于今天",
    ),
    "app_record.link_malformed": (
        "the app's page in a store must begin with http:// or https://",
        "应用商店链接不能为空，且须为 http 或 https 链接",
    ),
    "app_record.link_too_long": (
        "the app's page in a store takes at most 500 characters",
        "应用商店链接最多 500 个字符",
    ),
    "app_record.file_missing": (
        "upload the screenshot of the app's record, and give the key that the upload had",
        "请先上传 APP 备案截图，并填写上传后的文件 key",
    ),
    "app_record.file_format": (
        "pictures must be jpg, jpeg, png or gif",
        "图片须为 jpg、jpeg、png 或 gif 格式",
    ),
    # Templates
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
    # Extension codes
    "extension.unknown": (
        "this extension code is not assigned, or it is another signature's",
        "该扩展码未分配，或不属于该签名",
    ),
    "extension.taken": (
        "the extension code belongs to another signature; one code is one signature's",
        "该扩展码已属于其他签名，一个扩展码只能用于一个签名",
    ),
    "extension.quarantined": (
        "the extension code was released a short time ago and cannot be used yet; its former signature may have it again",
        "该扩展码刚被释放，隔离期内不可使用；原签名可重新启用",
    ),
    "extension.overlaps": (
        "a code of another tenant begins with this one, or this one with it; choose other digits",
        "该扩展码与其他租户的扩展码前缀重叠，请更换",
    ),
    "extension.of_platform": (
        "the platform has given this extension code to the signature; ask the operator",
        "该扩展码由平台分配，请联系平台处理",
    ),
    "extension.foreign": (
        "the number that this extension code makes belongs to another signature",
        "该扩展码组成的号码属于其他签名，相同的扩展码不可用于多个签名",
    ),
    # Papers
    "paper.empty": ("the file is empty", "文件为空"),
    "paper.too_large": (
        "the file is too large: at most 5 MB, and 2 MB inside of a request",
        "文件过大：最大 5 MB，随请求内容上传的文件最大 2 MB",
    ),
    "paper.key_malformed": (
        "the key must be <StartPath>/<file name>, at most 255 characters; names take letters, digits, _ - . and no Chinese",
        "文件路径应为 <StartPath>/<文件名>，最多 255 个字符；文件名仅支持字母、数字、_ - .，不支持中文和特殊符号",
    ),
    "paper.unknown_suffix": (
        "the file's name must end with .jpg, .jpeg, .png, .gif, .pdf, .doc or .docx",
        "文件名须以 .jpg、.jpeg、.png、.gif、.pdf、.doc 或 .docx 结尾",
    ),
    "paper.unknown_type": (
        "the content is none of JPEG, PNG, GIF, PDF, DOC and DOCX, whatever the file is called",
        "文件内容不是 JPEG、PNG、GIF、PDF、DOC 或 DOCX 格式",
    ),
    "paper.misnamed": (
        "the content is of another type than the file's name says; rename or convert the file",
        "文件内容与文件名后缀不符，请更正后缀或转换格式",
    ),
    "paper.damaged": (
        "the file is damaged or breaks off; save or scan it again",
        "文件已损坏或不完整，请重新保存或扫描",
    ),
    "paper.too_many_pixels": (
        "the picture is too large: at most 10,000 pixels along a side and 40 million in all; scale it down",
        "图片尺寸过大：边长最大 10000 像素，总像素最多 4000 万，请缩小后上传",
    ),
    "paper.too_many_frames": (
        "the moving picture is too long: at most 100 frames and 40 million pixels in all; upload a still one",
        "动图过长：最多 100 帧且总像素不超过 4000 万，请上传静态图片",
    ),
    "paper.too_many_pages": ("a PDF takes at most 50 pages; split it", "PDF 最多 50 页，请拆分后上传"),
    "paper.encrypted": (
        "the file is encrypted or protected; save it without a password",
        "文件已加密或受保护，请去除密码后上传",
    ),
    "paper.active_content": (
        "the file holds macros or scripts; save it without them, or as a picture",
        "文件包含宏或脚本，请去除后上传，或转为图片",
    ),
    "paper.inflates": (
        "the document unpacks to more than 64 MB or 1,000 files; save it as a PDF",
        "文档解压后超过 64 MB 或 1000 个文件，请转存为 PDF",
    ),
    "paper.too_heavy": (
        "the file could not be looked into within bounds of time and memory; save it again, simpler or smaller",
        "在限定的时间和内存内无法检查该文件，请简化或缩小后重新保存",
    ),
    "paper.not_base64": ("the content of the file is not base64", "文件内容不是 base64 编码"),
    "paper.quota": (
        "this account keeps as many papers as it may; those that no application uses go after a day",
        "该账号保存的文件已达上限；未被申请使用的文件将在一天后清除",
    ),
    "paper.not_uploaded": (
        "there is no such file in this account: upload it first, and apply within a day",
        "该账号下没有此文件：请先上传，并在一天内提交申请",
    ),
    "paper.too_many": (
        "an application takes at most 40 papers; join several in one PDF",
        "一次申请最多 40 个文件，请将多份材料合并为一个 PDF",
    ),
    "paper.wrong_format": (
        "a file of this format cannot be used here: pictures are jpg, png or gif; other material png, jpg, doc, docx or pdf",
        "此处不支持该文件格式：图片支持 jpg、png、gif；其他材料支持 png、jpg、doc、docx、pdf",
    ),
    "paper.link_expired": ("this link has expired; ask for the record again", "链接已过期，请重新查询"),
    "paper.unknown": ("there is no such file, or it is not yours to see", "没有此文件，或无权查看"),
    "ocr.format": (
        "files of this format cannot be read: JPEG, PNG, GIF and PDF can",
        "不支持识别该格式：支持 JPEG、PNG、GIF、PDF",
    ),
    "ocr.damaged": ("the file cannot be shown, so there is nothing to read", "文件无法显示，无法识别"),
    "ocr.too_heavy": (
        "the paper took more time or memory than it may; upload a smaller or clearer picture",
        "识别超出时间或内存限制，请上传更小或更清晰的图片",
    ),
    "upload.policy_malformed": (
        "the policy must be base64 of JSON with expiration and conditions, as it was given out",
        "policy 须为包含 expiration 和 conditions 的 JSON 的 base64 编码，请原样使用接口返回值",
    ),
    "upload.signature_wrong": (
        "the signature does not belong to this access key id and policy, or that key may do nothing any more",
        "签名与 AccessKeyId、policy 不匹配，或该密钥已被禁用",
    ),
    "upload.expired": ("the time to use this is over; ask for a new one", "已过有效期，请重新获取"),
    "upload.not_allowed": (
        "the form breaks a condition of the policy; the key must begin with StartPath",
        "表单不满足 policy 的条件；key 须以 StartPath 开头",
    ),
    # Limits
    "signature.too_many": (
        "the account has as many signatures as it may have; delete one that is not used",
        "账号下的签名数量已达上限，请删除不再使用的签名",
    ),
    "signature.too_many_today": (
        "the account has applied for as many signatures today as it may; come back tomorrow",
        "一个自然日中申请签名数量超过限制，请明日再试",
    ),
    "template.too_many_today": (
        "the account has applied for as many templates today as it may; come back tomorrow",
        "一个自然日中申请模板数量超过限制，请明日再试",
    ),
    # Reviews
    "object.unknown": ("there is no such object in this account", "该账号下没有此对象"),
    "second_look.unknown": (
        "no second look is asked for at this order",
        "该工单无需复核",
    ),
    "second_look.done": ("this order was looked at again already", "该工单已复核"),
    "review.unknown": ("there is no such review order", "没有此审核工单"),
    "review.decided": ("this order was decided already", "该工单已审核完成"),
    "review.not_claimed": ("you have not claimed this order", "您尚未领取该工单"),
    "review.second_reviewer": (
        "you have approved this order already; it needs a second person",
        "您已通过该工单，还须由另一位审核员审核",
    ),
    "review.reason_unknown": (
        "there is no such reason for this order; its checklist lists them",
        "该工单没有此审核理由，可选理由见审核清单",
    ),
    "review.reason_missing": (
        "a rejection, or a wish for more, needs a reason that says how to fix it",
        "驳回或要求补充材料须填写原因",
    ),
}


def refusal(code: str, **facts: object) -> Refused:
    """The error of a row, ready to raise."""
    en, zh = REFUSALS[code]
    return Refused(code, en=en, zh=zh, **facts)
