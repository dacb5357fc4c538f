"""Fields of real readings: what the model recognised on drawn pages, recorded by `ocr_figures.py --record`."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from ocr_figures import RECORDED, VARIANTS, judged
from ocr_pages import PAGES, Page
from ocr_texts import below, letter_text, paper

from hongyan.compliance.ocr import PaperKind, PaperText, kind_of, read_paper
from hongyan.compliance.ocr.layout import Box

TEXTS = msgspec.json.decode(RECORDED.read_bytes(), type=dict[str, PaperText])
NOT_RECOGNISED = {
    ("letter-called-for-short", "scan"): {"authorized_party"},
    ("letter-with-term", "scan"): {"authorized_party", "authorizer_code", "scope"},
}
"""Fields in lines that the model did not see at all."""
CASES = [pytest.param(page, variant, id=f"{page.name}-{variant}") for page in PAGES for variant in VARIANTS]


@pytest.mark.parametrize(("page", "variant"), CASES)
def test_every_field_that_was_recognised_is_found(page: Page, variant: str) -> None:
    found = judged(page, TEXTS[f"{page.name}/{variant}"])
    missed = NOT_RECOGNISED.get((page.name, variant), set())
    expected = {name: (says, None if name in missed else says) for name, (says, _) in found.items()}
    assert found == expected


@pytest.mark.parametrize(("page", "variant"), CASES)
def test_the_kind_of_a_page_is_told_by_its_words(page: Page, variant: str) -> None:
    assert kind_of(TEXTS[f"{page.name}/{variant}"]) is PaperKind(page.kind)


@pytest.mark.parametrize(("page", "variant"), CASES)
def test_every_field_stands_on_its_page_and_is_rather_sure(page: Page, variant: str) -> None:
    reading = read_paper(PaperKind(page.kind), TEXTS[f"{page.name}/{variant}"])
    for field in reading.fields:
        assert _inside(field.box, reading.pages[field.page - 1]), field
        assert 0.5 < field.confidence <= 1
        assert field.checked is not False


def _inside(box: Box, size: tuple[int, int]) -> bool:
    left, top, right, bottom = box
    slack = 3
    return -slack <= left < right <= size[0] + slack and -slack <= top < bottom <= size[1] + slack


def test_a_page_that_lies_on_its_side_was_turned() -> None:
    turned = Counter(
        page.turned for name, text in TEXTS.items() if name.endswith("/turned") for page in text.pages
    )
    assert turned == {270: len(PAGES)}


@pytest.mark.parametrize("page", [page for page in PAGES if page.sealed], ids=lambda page: page.name)
def test_where_there_is_a_seal_the_page_was_looked_at_twice(page: Page) -> None:
    (text,) = TEXTS[f"{page.name}/clean"].pages
    assert [each.name for each in text.passes] == ["plain", "red"]
    assert text.seals


def test_a_seal_over_a_name_hides_it_from_one_look_and_not_from_both() -> None:
    text = TEXTS["licence-wide-sealed/clean"]
    (page,) = text.pages
    one_look = msgspec.structs.replace(text, pages=(msgspec.structs.replace(page, passes=page.passes[:1]),))
    assert read_paper(PaperKind.LICENCE, one_look).text("company_name") is None
    assert read_paper(PaperKind.LICENCE, text).text("company_name") == "杭州云雁网络科技有限公司"


# -- sentences that people write -----------------------------------------------------------------------------


def letter(*lines: str) -> dict[str, str]:
    """The fields of a letter with these lines."""
    return {each.name: each.text for each in read_paper(PaperKind.LETTER, paper(below(*lines))).fields}


@pytest.mark.parametrize(
    ("line", "scope"),
    [
        ("授权使用签名【云雁】、【雁信】。", "云雁、雁信"),
        ("授权使用签名“云雁”、“雁信”发送短信。", "云雁、雁信"),
        ("授权使用签名「云雁」和「雁信」发送短信。", "云雁、雁信"),
        ('授权使用签名"云雁"、"雁信"发送短信。', "云雁、雁信"),
        ("签名范围：云雁、雁信", "云雁、雁信"),
        ("签名名称：云雁/雁信", "云雁、雁信"),
        ("授权下列签名：1.云雁；2.雁信", "云雁、雁信"),
        ("授权下列签名：①云雁；②雁信", "云雁、雁信"),
        ("授权使用签名【云雁】、【云雁】。", "云雁"),
        ("甲方（以下简称“云方”）授权乙方使用签名“云雁”。", "云雁"),
        ("授权乙方发送短信，签名由甲方另行通知并以书面形式确认，乙方不得自行变更或者转让给他人使用。", None),
        ("本授权书一式两份。", None),
    ],
)
def test_scopes(line: str, scope: str | None) -> None:
    assert letter("授权委托书", line).get("scope") == scope


@pytest.mark.parametrize(
    ("lines", "authorizer", "party"),
    [
        (("授权方：甲雁科技有限公司", "被授权方：乙雁信息有限公司"), "甲雁科技有限公司", "乙雁信息有限公司"),
        (
            ("委托人：甲雁科技有限公司（以下简称甲方）", "受托人：乙雁信息有限公司"),
            "甲雁科技有限公司",
            "乙雁信息有限公司",
        ),
        (
            ("我公司甲雁科技有限公司现授权乙雁信息有限公司使用签名【雁】",),
            "甲雁科技有限公司",
            "乙雁信息有限公司",
        ),
        (("兹授权乙雁信息有限公司（被授权方）申请签名",), None, "乙雁信息有限公司"),
        (("授权方（盖章）：", "被授权方（盖章）："), None, None),
        (("授权他人使用",), None, None),
    ],
)
def test_parties(lines: tuple[str, ...], authorizer: str | None, party: str | None) -> None:
    found = letter("授权委托书", *lines)
    assert (found.get("authorizer"), found.get("authorized_party")) == (authorizer, party)


def test_a_page_of_nothing_has_no_fields() -> None:
    for kind in PaperKind:
        assert read_paper(kind, paper(())).fields == ()
    assert kind_of(paper(())) is None
    assert kind_of(letter_text()) is PaperKind.LETTER
