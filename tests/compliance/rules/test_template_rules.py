"""What each part of the template pack finds, where, and how long a text may get."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from template_cases import TODAY

from hongyan.compliance.rules import Chance, Outcome, Report
from hongyan.compliance.rules.templates import TemplateCase, TemplateKind, check_template, extent_of
from hongyan.compliance.rules.templates.reading import VARIABLE, read
from hongyan.compliance.rules.vocabulary import table, words_in

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "${code}",
                "${",
                "}",
                "{1}",
                "【",
                "】",
                "[",
                "拒收请回复R",
                "验证码",
                "加 微 信",
                "https://a.cn/",
                "０",
                "\u200b",
                "訂",
                "🎉",
                " ",
                "\n",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=12,
).map("".join)


def check(
    content: str, kind: str = "notice", door: str = "aliyun", on: date = TODAY, **told: object
) -> Report:
    case = TemplateCase(content=content, kind=TemplateKind(kind), **told)  # type: ignore[arg-type]
    return check_template(case, on, door)


def found(report: Report) -> dict[str, tuple[tuple[int, int], ...]]:
    """Rule -> characters, without the advice that nobody asked for."""
    quiet = {"template.attributes_not_told", "template.consent_not_told"}
    return {
        each.rule.removeprefix("template."): each.at for each in report.findings if each.rule not in quiet
    }


@pytest.mark.parametrize(
    ("content", "rule", "at"),
    [
        ("【云雁】您的订单已发货。", "signature_brackets", ((0, 1), (3, 4))),
        ("[云雁]您的订单已发货。", "square_brackets", ((0, 1),)),
        ("您的订單已發货。", "traditional", ((3, 4), (5, 6))),
        ("您的★订单已发货。", "refused_signs", ((2, 3),)),
        ("您的订单\u200b\u202e已发货。", "unseen_characters", ((4, 6),)),
        ("您的订单${order已发货。", "variable_unclosed", ((4, 6),)),
        ("您的订单${1o}已发货。", "variable_misnamed", ((4, 9),)),
        ("您的${a}${b}订单已发货。", "variables_touch", ((2, 10),)),
        ("您的${id}订单已发货。", "variable_reserved", ((2, 7),)),
        ("您的订单已发货，请加 微\u3000信了解。", "other_channels", ((9, 14),)),
        ("您的订单已发货，请联系１３８12345678。", "mobile_number", ((11, 22),)),
        ("您的账单见 https://www.example.com/a?b=1，请查看。", "link", ((6, 35),)),
        ("账单见 http://t.cn/AbC 。", "short_link", ((4, 19),)),
        ("请访问 10.0.0.1 查看状态。", "ip_address", ((4, 12),)),
    ],
)
def test_a_finding_points_at_the_characters_that_offend(
    content: str, rule: str, at: tuple[tuple[int, int], ...]
) -> None:
    assert found(check(content))[rule] == at


def test_what_is_no_contact_is_not_taken_for_one() -> None:
    for content in (
        "您的会议于2026.11.21召开，共1000人参加。",
        "您的订单金额为95000元，版本号1.2.3.4.5。",
        "您的包裹10086123456789已签收。",
        "请关注微信公众号获取更多信息，微信支付已到账。",
        "文件report.docx已生成。",
    ):
        assert found(check(content)) == {}, content


def test_a_declared_link_still_asks_and_an_undeclared_one_is_rejected() -> None:
    text = "您的账单见 https://bill.example.com/${no}，客服4001234567。"
    declared = check(text, declared=frozenset({"bill.example.com", "400-123-4567"}))
    assert declared.verdict is Outcome.ASK
    assert "undeclared" not in found(declared)
    assert found(check(text, declared=frozenset({"bill.example.com"})))["undeclared"] == ((39, 49),)


def test_papers_account_and_purpose_count_when_they_are_told() -> None:
    text = "会员日全场8折，拒收请回复R"
    assert check(text, "marketing").chance is Chance.HIGH
    assert "consent_missing" in found(check(text, "marketing", consent=False))
    assert "individual" in found(check(text, "marketing", individual=True))
    assert "finance_for_others" in found(check("您的理财产品已到期。", third_party=True))


def test_the_old_way_out_was_usual_before_the_carriers_agreed_on_one() -> None:
    text = "会员日全场8折，退订回T"
    assert check(text, "marketing", on=date(2022, 12, 31)).verdict is Outcome.PASS
    assert check(text, "marketing", on=date(2023, 1, 1)).verdict is Outcome.ASK


def test_a_text_is_as_long_as_its_variables_make_it() -> None:
    case = TemplateCase(
        content="您的验证码为${code}，5分钟内有效。",
        kind=TemplateKind.CODE,
        rules={"code": "numberCaptcha"},
        signature="云雁",
    )
    extent = extent_of(case, price=lambda _: 450)
    assert extent.longest == "【云雁】您的验证码为000000，5分钟内有效。"
    assert (extent.least_characters, extent.most_characters) == (19, 24)
    assert (extent.least_segments, extent.most_segments, extent.price) == (1, 1, (450, 450))
    many = TemplateCase(content="您的订单" + "，${a}，${b}" * 2, kind=TemplateKind.NOTICE, signature="云雁")
    assert (extent_of(many).least_segments, extent_of(many).most_segments) == (1, 3)


def test_abroad_a_latin_text_keeps_the_gsm_alphabet_and_a_chinese_value_is_not_assumed() -> None:
    case = TemplateCase(content="Your code is ${code}", kind=TemplateKind.INTERNATIONAL, signature="Goose")
    assert extent_of(case).longest.startswith("[Goose]Your code is 0")


@given(TEXTS, st.sampled_from(TemplateKind), st.sampled_from(["aliyun", "tencent"]))
def test_any_text_is_judged_and_findings_lie_inside_it(content: str, kind: TemplateKind, door: str) -> None:
    report = check_template(TemplateCase(content=content, kind=kind), TODAY, door)
    for finding in report.findings:
        assert all(0 <= start < end <= len(content) for start, end in finding.at), finding
        assert finding.message.en
        assert finding.message.zh


@given(TEXTS)
def test_the_plain_reading_knows_where_each_character_stood(content: str) -> None:
    reading = read(content)
    ends = 0
    for place, character in enumerate(reading.plain):
        start, end = reading.span(place, place + 1)
        assert (start, end) >= (ends - 1, 0)
        assert start < end <= len(content)
        assert (character == VARIABLE) <= (content[start] in "${\0")
        ends = end


@pytest.mark.parametrize("content", ["请 加\u3000微 信 了解", "请加ＱＱ群了解", "请加\u200b微\u200b信了解"])
def test_blanks_and_wide_letters_do_not_hide_words(content: str) -> None:
    assert "other_channels" in found(check(content))


def test_every_innocent_word_covers_the_beginning_of_a_listed_one() -> None:
    listed = {
        word
        for file, table_of in (("templates", table("templates")), ("unlawful", table("unlawful")))
        for word in _all_words(table_of)
    }
    for word in _all_words(table("innocent")):
        endings = [word[start:] for start in range(len(word) - 1)]
        assert any(
            (each in word and each != word) or any(each.startswith(ending) for ending in endings[1:])
            for each in listed
        ), word


def _all_words(value: object) -> set[str]:
    """All words of a file of lists, whatever their rows are called."""
    if isinstance(value, str):
        return set(value.split())
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {word for each in values for word in _all_words(each)}


def test_what_is_meant_is_found_beside_an_innocent_word() -> None:
    assert words_in("以下注意事项与下注", frozenset({"下注"})) == [(7, "下注")]
    assert words_in("慢性病治疗与性病治疗", frozenset({"性病治疗"})) == [(6, "性病治疗")]
