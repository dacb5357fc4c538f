"""Of letters of authorization, trademarks and app records."""

from __future__ import annotations

from typing import Final

PROOFS: Final = {
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
}
