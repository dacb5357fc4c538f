"""Of extension codes."""

from __future__ import annotations

from typing import Final

EXTENSION_CODES: Final = {
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
    "extension.none_free": (
        "no extension code of this length is free; set HONGYAN_EXTENSION_DIGITS to more digits",
        "该长度的扩展码已分配完，请增大 HONGYAN_EXTENSION_DIGITS",
    ),
    "extension.foreign": (
        "the number that this extension code makes belongs to another signature",
        "该扩展码组成的号码属于其他签名，相同的扩展码不可用于多个签名",
    ),
}
