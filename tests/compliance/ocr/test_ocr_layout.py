"""Where words stand to each other, and days and codes among them, whatever the page looks like."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from compliance_material import USCC, uscc_of
from hypothesis import given
from hypothesis import strategies as st
from ocr_texts import SIZE, at, below

from hongyan.compliance.ocr.codes import codes
from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Sheet, Span, outline, plain
from hongyan.compliance.ocr.periods import days, periods, term_from
from hongyan.compliance.ocr.recognised import Line
from hongyan.compliance.uscc import is_uscc

LABELS = Labels(frozenset({"名称", "类型", "住所", "法定代表人", "注册资本"}), glued=True)
SENTENCES = Labels(frozenset({"授权方", "日期"}), glued=False)


def turned(lines: list[Line], degrees: float) -> list[Line]:
    """The same page, askew."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    out = []
    for line in lines:
        points = list(zip(line.corners[0::2], line.corners[1::2], strict=True))
        moved = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in points]
        out.append(Line(line.text, tuple(each for point in moved for each in point), line.score))  # type: ignore[arg-type]
    return out


def values(lines: list[Line], *labels: str) -> list[str]:
    return [value.text for value in LABELS.values(Sheet(lines), labels)]


# -- labels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        [at(100, 100, "名称"), at(300, 100, "甲公司")],
        [at(100, 100, "名"), at(180, 100, "称"), at(300, 102, "甲公司")],
        [at(100, 100, "名称：甲公司")],
        [at(100, 100, "名称甲公司")],
        [at(100, 100, "名 称"), at(300, 100, "甲公司"), at(700, 100, "类型"), at(900, 100, "有限责任公司")],
        [at(100, 100, "名称"), at(100, 140, "甲公司")],
        [at(100, 100, "名称"), at(300, 100, "甲"), at(335, 100, "公司")],
    ],
    ids=["beside", "spread", "colon", "glued", "two columns", "beneath", "in pieces"],
)
def test_a_value_is_found_wherever_it_stands_to_its_label(lines: list[Line]) -> None:
    assert values(lines, "名称") == ["甲公司"]


def test_a_value_goes_on_in_the_next_line_but_not_into_the_next_value() -> None:
    lines = [
        at(100, 100, "住所"),
        at(300, 100, "杭州市西湖区文三路九百号雁栖大厦"),
        at(300, 140, "三幢"),
        at(100, 200, "法定代表人"),
        at(300, 200, "赵一"),
    ]
    assert values(lines, "住所") == ["杭州市西湖区文三路九百号雁栖大厦三幢"]
    assert values(lines, "法定代表人") == ["赵一"]


def test_the_writing_of_a_seal_beside_a_value_is_no_part_of_it() -> None:
    large = Line("市监局", (420, 60, 560, 60, 560, 170, 420, 170), 0.9)
    assert values([at(100, 100, "名称"), at(300, 100, "甲公司"), large], "名称") == ["甲公司"]


def test_in_sentences_a_word_that_looks_like_a_label_is_none() -> None:
    sheet = Sheet(below("授权方系签名的合法权利人", "授权方：甲公司", "授权方（盖章）：乙公司"))
    assert [value.text for value in SENTENCES.values(sheet, ("授权方",))] == ["甲公司"]


@given(st.floats(-8, 8))
def test_a_page_that_lies_askew_is_read_as_if_it_lay_straight(degrees: float) -> None:
    lines = [
        at(100, 100, "名称"),
        at(300, 100, "杭州云雁网络科技有限公司"),
        at(900, 100, "类型"),
        at(1050, 100, "有限责任公司"),
        at(100, 160, "住所"),
        at(300, 160, "杭州市西湖区文三路九百号雁栖大厦"),
    ]
    assert values(turned(lines, degrees), "名称") == ["杭州云雁网络科技有限公司"]
    assert values(turned(lines, degrees), "住所") == ["杭州市西湖区文三路九百号雁栖大厦"]


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 2000), st.integers(0, 2000)), max_size=12))
def test_no_page_is_too_strange(found: list[tuple[str, int, int]]) -> None:
    sheet = Sheet([at(x, y, text) for text, x, y in found])
    words = "".join(cell.text for cell in sheet.cells)
    assert sorted(words) == sorted(sheet.flow.text.replace("\n", ""))
    assert all(cell.text for cell in sheet.flow.cells([Span(0, len(sheet.flow.text))]))
    list(LABELS.values(sheet, ("名称", "住所")))


# -- reading order -------------------------------------------------------------------------------------------


def test_a_sentence_goes_on_in_the_next_line_and_a_paragraph_does_not() -> None:
    full = "一" * 30
    sheet = Sheet([at(152, 100, full), at(100, 150, "二" * 10), at(152, 200, "三三三")])
    assert sheet.flow.text == f"{full}{'二' * 10}\n三三三"


def test_the_place_of_some_characters_is_a_part_of_their_line() -> None:
    flow = Sheet(below("授权【云雁】使用")).flow
    start = flow.text.index("云")
    left, top, right, bottom = outline(flow.cells([Span(start, start + 2)]))
    assert (left, right) == (100 + 3 * SIZE, 100 + 5 * SIZE)
    assert (top, bottom) == (100, 100 + SIZE)


@given(st.text())
def test_plain_text_keeps_the_places_of_its_characters(text: str) -> None:
    assert len(plain(text)) == sum(not each.isspace() for each in text)


# -- days ----------------------------------------------------------------------------------------------------

DATES = st.dates(date(1950, 1, 1), date(2098, 12, 31))
WRITTEN = st.sampled_from(
    ["{0}年{1:02}月{2:02}日", "{0}年{1}月{2}日", "{0}-{1:02}-{2:02}", "{0}.{1}.{2}", "{0}/{1:02}/{2:02}"]
)


def written(form: str, day: date) -> str:
    return form.format(day.year, day.month, day.day)


@given(DATES, DATES, WRITTEN, st.sampled_from(["至", "到", "起至", "-", "—", "~", "起,截止"]))
def test_a_period_is_read_however_it_is_written(first: date, last: date, form: str, to: str) -> None:
    text = f"期限自{written(form, first)}{to}{written(form, last)}止"
    assert [each.text for each in periods(text)] == [f"{first}~{last}"]


@given(DATES, st.sampled_from(["长期", "永久", "无固定期限"]))
def test_a_period_without_an_end_ends_when_the_vendor_says(first: date, ever: str) -> None:
    assert [each.text for each in periods(f"{written('{0}年{1}月{2}日', first)}至{ever}")] == [
        f"{first}~2099-12-31"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("二〇二六年五月一日", ["2026-05-01"]),
        ("二○二六年十一月三十日", ["2026-11-30"]),
        ("二零二六年十二月二十一日", ["2026-12-21"]),
        ("2026年2月30日", []),
        ("2026年13月1日", []),
        ("编号20260501", []),
        ("2026年5月1", ["2026-05-01"]),
    ],
)
def test_days(text: str, found: list[str]) -> None:
    assert [each.text for each in days(text)] == found


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("自签署之日起两年", "2028-01-30"),
        ("有效期自签字之日起1年", "2027-01-30"),
        ("自盖章之日起十二个月", "2027-01-30"),
        ("自本授权书签订之日起叁年", None),
        ("自签署之日起一个月", "2026-02-27"),
    ],
)
def test_a_term_told_by_its_length_begins_with_the_signature(text: str, last: str | None) -> None:
    found = term_from(text, date(2026, 1, 31))
    assert (found.text if found else None) == (f"2026-01-31~{last}" if last else None)


@given(DATES, st.integers(1, 99))
def test_a_term_of_years_ends_the_day_before_its_anniversary(first: date, years: int) -> None:
    found = term_from(f"自签署之日起{years}年", first)
    assert found is not None
    last = date.fromisoformat(found.text.partition("~")[2])
    assert last.year - first.year in (years - 1, years)
    assert timedelta(0) <= (date(last.year, 12, 31) - last) <= timedelta(366)


# -- credit codes --------------------------------------------------------------------------------------------


def test_a_code_is_found_among_words() -> None:
    assert [each.text for each in codes(f"统一社会信用代码:{USCC}(副本)")] == [USCC]
    assert list(codes("电话13900000001 编号123456789012345678901")) == []


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_letters_that_no_code_has_are_put_right(organization: str) -> None:
    code = uscc_of(organization)
    misread = code.replace("0", "O").replace("1", "I").replace("5", "S").lower()
    assert [each.text for each in codes(misread)] == [code]


def test_a_code_with_a_slip_is_told_as_it_was_read() -> None:
    wrong = USCC[:-1] + ("A" if USCC[-1] != "A" else "B")
    assert [(each.text, is_uscc(each.text)) for each in codes(wrong)] == [(wrong, False)]
