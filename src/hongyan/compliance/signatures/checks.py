"""What a signature's name and source must be, before a reviewer sees it.

Only the basics that the vendor refuses at once (seed 001: 2-12 characters, no digits alone, no symbols); whether a name
fits its company is for reviewers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hongyan.compliance.fields import LINK, SIGN_NAME
from hongyan.compliance.model import SignatureMaterial, SignSource

MOST_REMARK: Final = 500
_NEEDS_LINK: Final = frozenset({SignSource.WEBSITE, SignSource.APP})


def signature_problems(name: str, material: SignatureMaterial) -> Iterator[str]:
    """Codes of everything that is wrong. Source: CreateSmsSign, errors 400."""
    if not name:
        yield "signature.name_missing"
    elif not SIGN_NAME.fullmatch(name):
        yield "signature.name_malformed"
    if material.source in _NEEDS_LINK and not material.apply_scene:
        yield "signature.scene_missing"
    elif material.source in _NEEDS_LINK and not LINK.fullmatch(material.apply_scene):
        yield "signature.scene_malformed"
    if len(material.remark) > MOST_REMARK:
        yield "signature.remark_too_long"
