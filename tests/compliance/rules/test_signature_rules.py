"""What each part of the signature pack finds, where, and what it must never do."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signature_cases import TODAY

from hongyan.compliance.rules import (
    SIGNATURE_RULES,
    Chance,
    Industry,
    Outcome,
    Report,
    SignatureCase,
    Source,
    Trademark,
    check_signature,
)
from hongyan.compliance.rules.characters import MOST, counted_length, kind_of, letters_of, meant_by
from hongyan.compliance.rules.signatures.licence import read_licence
from hongyan.compliance.rules.signatures.places import chain

YUNYAN = "杭州云雁科技有限公司"


def check(
    name: str, company: str | None = None, on: date = TODAY, door: str = "aliyun", **told: Any
) -> Report:
    return check_signature(SignatureCase(name=name, company=company, **told), on, door)


def found(report: Report) -> dict[str, tuple[tuple[int, int], ...]]:
    """Rule -> characters, without what is said when no company is told."""
    return {
        each.rule.removeprefix("signature."): each.at
        for each in report.findings
        if each.rule != "signature.company_unknown"
    }


@pytest.mark.parametrize(
    ("name", "rule", "at"),
    [
        ("阿 里　云", "space", ((1, 2), (3, 4))),
        ("【阿里云】", "brackets", ((0, 1), (4, 5))),
        ("阿\u200b\u202e里云", "invisible", ((1, 3),)),
        ("阿里😀云", "emoji", ((2, 3),)),
        ("阿里e\u0301", "combining", ((3, 4),)),
        ("阿里Ｙ云", "width", ((2, 3),)),
        ("阿里ｱ", "other_script", ((2, 3),)),
        ("Аlibaba", "look_alike", ((0, 1),)),
        ("⼈人网", "look_alike", ((0, 1),)),
        ("阿里，云！", "symbol", ((2, 3), (4, 5))),
        ("阿里\ud800云", "unusable", ((2, 3),)),
        ("𠮷野家", "rare_character", ((0, 1),)),
        ("阿里雲", "traditional", ((2, 3),)),
        ("昇腾", "perhaps_traditional", ((0, 1),)),
        ("阿里Ｔest云", "says_test", ((2, 6),)),
        ("一二三四五六七八九十百千万", "too_long", ((12, 13),)),
    ],
)
def test_what_offends_is_shown_where_it_stands(name: str, rule: str, at: tuple[tuple[int, int], ...]) -> None:
    assert found(check(name))[rule] == at


def test_a_name_is_counted_as_people_see_it() -> None:
    assert counted_length("阿里\u200b云") == 3
    assert counted_length("e\u0301A一𠮷") == 4
    assert "too_short" in found(check("阿\u200b"))
    twelve = "杭州\u200b一二三四五六七八九十"
    assert counted_length(twelve) == MOST
    assert "too_long" not in found(check(twelve))


def test_the_fix_of_a_wrong_character_is_the_name_as_it_is_meant() -> None:
    report = check("【杭州 云雁Ａ】")
    assert {each.fix.zh for each in report.findings if each.at} == {"请写作“杭州云雁A”"}


def test_no_country_but_the_mainland_minds_traditional_characters() -> None:
    rows = [each for each in SIGNATURE_RULES if each.id.endswith("traditional")]
    assert len(rows) == 2
    assert all(each.scope.countries == {"CN"} for each in rows)


@pytest.mark.parametrize(
    ("company", "location", "core", "trades"),
    [
        ("上海市浦东新区某某信息技术有限公司", "上海市浦东新区", "某某", ["信息技术"]),
        ("支付宝（杭州）信息技术有限公司", "杭州", "支付宝", ["信息技术"]),
        ("支付宝杭州信息技术有限公司", "杭州", "支付宝", ["信息技术"]),
        ("阿里巴巴（中国）有限公司", "中国", "阿里巴巴", []),
        ("阿里云计算有限公司", "", "阿里", ["云计算"]),
        ("北京三快在线科技有限公司", "北京", "三快", ["在线", "科技"]),
        ("平安银行股份有限公司", "", "平安银行", []),
        ("上海吉安科技有限公司", "上海", "吉安", ["科技"]),  # 吉安 is a city, in another province
        ("浙江安吉汽车有限公司", "浙江", "安吉", ["汽车"]),
        ("国家税务总局杭州市税务局", "杭州市", "国家税务总局税务局", []),
        ("某某（上海）企业管理合伙企业（有限合伙）", "上海", "某某", ["企业管理"]),
    ],
)
def test_a_licence_is_taken_apart(company: str, location: str, core: str, trades: list[str]) -> None:
    licence = read_licence(company)
    assert licence.location == location
    assert licence.identifying == core
    assert [licence.words_at((each,)) for each in licence.trades] == trades


def test_places_follow_each_other_only_inwards() -> None:
    assert chain("浙江省杭州市西湖区云雁") == ((0, 3), (3, 6), (6, 9))
    assert chain("内蒙古呼和浩特某某") == ((0, 3), (3, 7))
    assert chain("杭州南京路") == ((0, 2),)
    assert chain("阿里巴巴") == ()


@pytest.mark.parametrize(
    ("name", "company", "rule", "at", "says"),
    [
        ("北京字跳", "北京字节跳动科技有限公司", "skips", ((2, 4),), "“节”"),
        ("字节北京", "北京字节跳动科技有限公司", "reordered", ((0, 2), (2, 4)), "“字节”, “北京”"),
        ("杭州阿里云", "阿里云计算有限公司", "place_added", ((0, 2),), "“杭州”"),
        ("杭州云雁商城", YUNYAN, "product_added", ((4, 6),), "“商城”"),
        ("淘宝", YUNYAN, "not_on_licence", ((0, 2),), "“淘宝”"),
        ("云雁科技", YUNYAN, "place_omitted", ((0, 1),), "“杭州”"),
        ("支付宝", "支付宝（杭州）信息技术有限公司", "place_omitted", ((2, 3),), "“杭州”"),
        ("深圳腾讯", "深圳市腾讯计算机系统有限公司", "rank_omitted", ((0, 2),), "“市”"),
        ("杭州云", YUNYAN, "too_short_to_identify", (), "“云雁”"),
    ],
)
def test_an_abbreviation_that_does_not_fit_is_told_what_and_where(
    name: str, company: str, rule: str, at: tuple[tuple[int, int], ...], says: str
) -> None:
    report = check(name, company)
    assert found(report)[rule] == at
    assert says in next(each for each in report.findings if each.rule == f"signature.{rule}").message.en


def test_the_full_name_whatever_its_brackets_and_an_abbreviation_have_a_high_chance() -> None:
    for name, company in [
        ("阿里巴巴中国有限公司", "阿里巴巴 (中国) 有限公司"),
        ("杭州云雁", YUNYAN),
        (YUNYAN, YUNYAN),
    ]:
        assert check(name, company).chance is Chance.HIGH
    assert check("杭州云雁").chance is Chance.MEDIUM
    assert check("阿里云", "阿里云计算有限公司").chance is Chance.MEDIUM
    assert check("云雁", YUNYAN).chance is Chance.LOW


def test_a_personal_name_is_nothing_against_a_licence_or_a_trademark() -> None:
    assert "personal_name" in found(check("张小英"))
    assert "personal_name" not in found(check("张小英", "杭州张小英食品有限公司"))
    mark = Trademark("张小英", "杭州张小英食品有限公司")
    assert (
        check("张小英", "杭州张小英食品有限公司", source=Source.TRADEMARK, trademark=mark).verdict
        is Outcome.PASS
    )


def test_a_trademark_that_waits_for_its_registration_is_none() -> None:
    mark = Trademark("云雁", YUNYAN, registered=False)
    assert "trademark_not_registered" in found(check("云雁", YUNYAN, source=Source.TRADEMARK, trademark=mark))


def test_papers_that_are_known_to_be_missing_ask_and_those_not_told_are_advice() -> None:
    told = check("杭州云雁", YUNYAN, industry=Industry.FINANCE, papers=frozenset({"financial_licence"}))
    assert told.verdict is Outcome.ASK
    (missing,) = told.findings
    assert missing.message.zh == "缺少行业资质材料：签名授权书"
    assert check("杭州云雁", YUNYAN, industry=Industry.FINANCE).verdict is Outcome.PASS


@pytest.mark.parametrize(
    ("paper", "on", "enough"),
    [
        ("game_filing", date(2026, 6, 1), True),
        ("game_filing", date(2025, 6, 1), False),
        ("software_copyright", date(2026, 6, 1), False),
    ],
)
def test_the_papers_of_games_changed(paper: str, on: date, enough: bool) -> None:
    report = check("杭州云雁", YUNYAN, on, industry=Industry.GAMING, papers=frozenset({paper}))
    assert (report.verdict is Outcome.PASS) is enough


def test_a_name_that_is_much_too_long_is_read_at_its_beginning_and_has_suggestions_all_the_same() -> None:
    company = f"{YUNYAN[:-4]}{'云' * 40}有限公司"
    assert check(company, company).suggestions
    for name in ("云 " * 500_000, "杭州云雁" * 50_000):
        assert "too_long" in found(check(name, YUNYAN))


def test_what_the_tencent_door_takes_and_carriers_do_not_is_said_as_advice() -> None:
    report = check("云雁官微", door="tencent", source=Source.OFFICIAL_ACCOUNT, individual=True)
    assert report.verdict is Outcome.PASS
    assert {"source_not_registrable", "individual_not_registrable"} <= set(found(report))


def test_the_name_that_is_nearest_to_what_was_asked_for_is_suggested_first() -> None:
    company = "北京字节跳动科技有限公司"
    assert [each.name for each in check("字节跳动科技", company).suggestions] == [
        "北京字节跳动科技",
        "北京字节跳动科技有限公司",
        "北京字节跳动",
    ]
    assert check("字节", company).suggestions[0].name == "北京字节跳动"
    assert check("抖音", company).suggestions[0].name == company
    assert check("阿里云", "阿里云计算有限公司").suggestions[0].name == "阿里云计算有限公司"
    assert [each.name for each in check("腾讯", "深圳市腾讯计算机系统有限公司").suggestions] == [
        "深圳市腾讯",
        "深圳市腾讯计算机系统",
    ]
    assert not check("北京字节跳动", company).suggestions


def test_names_of_the_letter_are_suggested_before_others() -> None:
    told = {"third_party": True, "letter_scope": ("杭州云雁",)}
    first, *others = check("云雁", YUNYAN, **told).suggestions
    assert first.name == "杭州云雁"
    assert "授权委托书范围内" in first.why.zh
    assert all("须有授权范围" in each.why.zh for each in others)


_PLACES = st.sampled_from(["", "杭州", "深圳市", "浙江省杭州市", "上海市浦东新区", "内蒙古", "中国", "昆山"])
_CORES = st.text("云雁鸿飞腾讯字节跳动阿里张三ABC7", min_size=0, max_size=5)
_TRADES = st.sampled_from(["", "科技", "网络科技", "信息技术", "计算机系统", "供应链管理", "银行"])
_FORMS = st.sampled_from(["有限公司", "股份有限公司", "集团有限公司", "", "合伙企业（有限合伙）"])


@st.composite
def companies(draw: st.DrawFn) -> str:
    place, core = draw(_PLACES), draw(_CORES)
    if draw(st.booleans()):
        return f"{place}{core}{draw(_TRADES)}{draw(_FORMS)}"
    return f"{core}{draw(st.sampled_from(['（{}）', '({})']))}".format(place) + draw(_TRADES) + draw(_FORMS)


@given(company=companies(), asked=st.text(max_size=14))
def test_every_suggestion_is_a_piece_of_the_companys_name_that_passes(company: str, asked: str) -> None:
    for suggestion in check(asked, company).suggestions:
        assert check(suggestion.name, company).verdict is Outcome.PASS
        assert suggestion.name in read_licence(company).text
        assert 2 <= len(suggestion.name) <= MOST


@given(
    name=st.text(max_size=16) | st.text("杭州云雁科技有限公司商城 【】測試test１２張三", max_size=14),
    company=st.none() | companies() | st.text(max_size=20),
    source=st.sampled_from(Source),
    industry=st.sampled_from(Industry),
    third_party=st.booleans(),
    door=st.sampled_from(["aliyun", "tencent"]),
)
def test_whatever_is_asked_gets_an_answer_with_places_in_the_name(
    name: str, company: str | None, source: Source, industry: Industry, third_party: bool, door: str
) -> None:
    case = SignatureCase(
        name=name, company=company, source=source, industry=industry, third_party=third_party
    )
    report = check_signature(case, TODAY, door)
    for finding in report.findings:
        assert all(0 <= start < end <= len(name) for start, end in finding.at)
    if any(kind_of(each).name != "LETTER" and kind_of(each).name != "RARE" for each in name):
        assert report.verdict is Outcome.REJECT
    owned = replace(case, trademark=Trademark(name, company))
    assert check_signature(owned, TODAY, door).verdict in Outcome


@given(st.text(max_size=30))
def test_the_letters_of_a_name_are_letters_and_know_where_they_were(text: str) -> None:
    letters = letters_of(text)
    assert len(letters.text) == len(letters.origins)
    for letter, origin in zip(letters.text, letters.origins, strict=True):
        assert letter == text[origin] or letter in meant_by(text[origin])


def test_dictionaries_are_loaded_by_those_who_check_names_only() -> None:
    code = "import sys, hongyan.bootstrap, hongyan.cli.serve; print(sorted({'opencc', 'hanzidentifier', 'stdnum'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
