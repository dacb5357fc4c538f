"""Of papers: uploading, using, seeing and reading them."""

from __future__ import annotations

from typing import Final

PAPERS: Final = {
    "paper.kind_unknown": (
        "no industry asks for papers of such a kind; docs/reviewing.md lists the kinds",
        "没有这种材料类型；可选类型见 docs/reviewing.md",
    ),
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
}
