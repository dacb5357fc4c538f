"""Of registrations with carriers."""

from __future__ import annotations

from typing import Final

REGISTRATIONS: Final = {
    "registration.close_what": (
        "say what is closed: a tenant, a signature, a number, an access number; or everything with --all",
        "请指明失效范围：租户、签名、号码或接入号；全部请用 --all",
    ),
    "registration.nothing_to_close": (
        "nothing that a carrier has accepted is among that",
        "该范围内没有运营商已通过的报备",
    ),
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
        "nothing was filed with the carrier since it began, so that no answer can be for it. File it first: take a pack; or"
        " write down that it was handed in another way (`hongyan registration answer NUMBER filed`), then the answer",
        "该报备（本次发起后）尚未提交给运营商，不应有运营商的答复。请先生成报备包提交；如已通过其他方式提交，请先登记"
        "（hongyan registration answer 编号 filed），再登记答复",
    ),
    "registration.reference_stale": (
        "this reference is of another filing: the registration was begun anew since, so that the answer is of an earlier"
        " revision and changes nothing",
        "该报备编号不是当前报备的编号：此后已重新发起报备，该答复针对以前的版本，不生效",
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
