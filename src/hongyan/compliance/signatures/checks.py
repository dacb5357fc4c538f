"""What a signature's name and source must be, before a reviewer sees it.

Only the basics that the vendor refuses at once (seed 001: 2-12 characters, no digits alone, no symbols); whether a name
fits its company is for reviewers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hongyan.compliance.model import SignatureMaterial, SignSource

MOST_REMARK: Final = 500
_NAME: Final = re.compile(r"(?![0-9]+\Z)[\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]{2,12}")
_LINK: Final = re.compile(r"https?://[^\s/]\S*")
_NEEDS_LINK: Final = frozenset({SignSource.WEBSITE, SignSource.APP})


def signature_problems(name: str, material: SignatureMaterial) -> Iterator[str]:
    """Codes of everything that is wrong. Source: CreateSmsSign, errors 400."""
    if not name:
        yield "signature.name_missing"
    elif not _NAME.fullmatch(name):
        yield "signature.name_malformed"
    if material.source in _NEEDS_LINK and not material.apply_scene:
        yield "signature.scene_missing"
    elif material.source in _NEEDS_LINK and not _LINK.fullmatch(material.apply_scene):
        yield "signature.scene_malformed"
    if len(material.remark) > MOST_REMARK:
        yield "signature.remark_too_long"
