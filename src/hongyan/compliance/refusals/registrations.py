"""Of registrations with carriers."""

from __future__ import annotations

from typing import Final

REGISTRATIONS: Final = {
    "registration.unknown": ("there is no such registration", "报备记录不存在"),
    "registration.not_approved": (
        "a signature of this name has not been approved; registration starts by itself when it is",
        "没有已审核通过的该签名；签名审核通过后将自动发起报备",
    ),
    "registration.no_qualification": (
        "no qualification is bound to the signature: edit it and bind an approved enterprise qualification;"
        " registration then starts by itself",
        "签名未关联资质：请编辑签名并绑定审核通过的企业资质，绑定后将自动触发报备",
    ),
    "registration.qualification_unfit": (
        "carriers do not take the bound qualification: it has to be an approved one of an enterprise; individually"
        " verified accounts need a third-party qualification",
        "关联资质不可用于报备：须为审核通过的企业资质，个人认证账号请使用他用资质",
    ),
    "registration.no_place": (
        "no configured channel has a number under which this signature could be registered there",
        "没有已配置的通道号码可用于该签名在此运营商的报备",
    ),
    "registration.not_counted": (
        "this network is not registered with; HONGYAN_REGISTRATION_NETWORKS names those that are",
        "未启用该运营商的报备，请检查 HONGYAN_REGISTRATION_NETWORKS",
    ),
    "registration.running": (
        "the carrier has not answered yet; meanwhile it cannot be started again",
        "报备中，不可重新触发报备",
    ),
    "registration.done": (
        "it is registered already; an edit of the signature or its qualification registers it again",
        "该签名已报备，编辑签名或关联资质后将重新报备",
    ),
    "registration.edit_first": (
        "what it failed for has to be changed first: edit the signature or its qualification; registration then starts by"
        " itself",
        "报备失败须先编辑签名或关联资质，审核通过后将自动重新报备",
    ),
    "registration.never_filed": (
        "it was never filed with the carrier, so that no answer can be for it",
        "该报备从未提交给运营商，不应有运营商的答复",
    ),
    "registration.changed": (
        "the registration was changed in the meantime; look at it again",
        "该报备在此期间已变化，请重新查看",
    ),
    "registration.reason_unfit": (
        "this reason does not go with the state that follows",
        "该原因与报备状态不符",
    ),
}
