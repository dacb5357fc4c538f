"""Of filing packs."""

from __future__ import annotations

from typing import Final

PACKS: Final = {
    "registration.pack_unknown": (
        "no pack of this reference was taken here",
        "没有该编号的报备包",
    ),
    "registration.pack_changed": (
        "what waits to be filed is not what this pack would hold, or is left out of it; look at the draft again",
        "等待提交的报备与该报备包内容不一致（或材料不全），请重新查看草稿",
    ),
    "registration.pack_gone": (
        "what this pack held has begun anew since, was edited or lacks something, so that it would be another pack; what"
        " waits goes into a new one",
        "该报备包中的报备此后已重新发起、已编辑或材料不全，无法重新生成同一报备包；等待提交的报备请生成新包",
    ),
}
