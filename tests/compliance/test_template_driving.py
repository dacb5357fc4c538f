"""Declarations of links and phone numbers: what each must say, entry by entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, OTHER_COMPANY, OTHER_USCC, TEMPLATE, USCC
from compliance_tenant import Tenant
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import DrivingType, Kind, TemplateType, TrafficDriving
from hongyan.compliance.rules.templates import TemplateCase, TemplateKind, check_template
from hongyan.compliance.templates.driving import MOST_ENTRIES, REFUSALS, check_driving
from hongyan.kernel.errors import Refused

PHONE = TrafficDriving(DrivingType.FIXED_PHONE, "0571-88886666", COMPANY, USCC)
DOMAIN = TrafficDriving(
    DrivingType.DOMAIN,
    "https://cesuan.example.com/a",
    COMPANY,
    USCC,
    icp_number="浙ICP备12345678号-1",
    icp_paper="1/app.png",
)
NOTICE: dict[str, Any] = {
    "category": TemplateType.NOTICE,
    "content": "详询${tel}。",
    "rules": {"tel": "phone_number2"},
}


def problem(
    said: TrafficDriving, company: str | None = COMPANY, variables: tuple[str, ...] = ("tel", "path")
) -> str:
    """What is wrong, "" for nothing."""
    try:
        check_driving((said,), variables, company)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (
            DrivingType.DOMAIN,
            (
                "a.cn",
                "https://a.example.com:8443/x?y=1#z",
                "http://a-b.com.cn/${path}",
                "A.COM",
                "x.xn--fiqs8s",
            ),
            (
                "https://${path}/x",
                "localhost",
                "a b.cn",
                "ftp://a.cn",
                "https://a..cn",
                "-a.cn",
                "${path}",
                "1.2.3.4",
            ),
        ),
        (
            DrivingType.FIXED_PHONE,
            ("0571-88886666", "01088886666", "(0571)88886666", "021-6666888-12"),
            ("88886666", "0571-1888666", "0571 88886666", "400-888-6666"),
        ),
        (
            DrivingType.PHONE_400,
            ("4008886666", "400-888-6666", "400-8886-666"),
            ("400888666", "8008886666", "400-"),
        ),
        (DrivingType.PHONE_800, ("8008886666", "800-888-6666"), ("4008886666", "80088866661")),
        (DrivingType.PHONE_95, ("95588", "95013888"), ("9558", "96588", "9558812345")),
        (DrivingType.PHONE_96, ("96110", "96-110"), ("95110", "9611")),
        (DrivingType.PHONE_1, ("110", "12345678", "10086"), ("11", "123456789", "0110", "1-10")),
        (DrivingType.OTHER_PHONE, ("600", "852-2888-6666"), ("60", "abc", "6" * 21)),
    ],
)
def test_the_content_is_what_its_type_says(
    type_: DrivingType, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    base = replace(DOMAIN if type_ is DrivingType.DOMAIN else PHONE, type=type_)
    assert [each for each in good if problem(replace(base, content=each))] == []
    for each in bad:
        assert problem(replace(base, content=each)) == "driving.content_malformed", each


@pytest.mark.parametrize(
    "number", ["13900000001", "+86 139 0000 0001", "0086-13900000001", "86139-0000-0001"]
)
@pytest.mark.parametrize("type_", [each for each in DrivingType if each is not DrivingType.DOMAIN])
def test_mobile_numbers_are_refused_whatever_they_are_called(type_: DrivingType, number: str) -> None:
    assert problem(replace(PHONE, type=type_, content=number)) == "driving.mobile_number"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(PHONE, content=" "), "driving.content_missing"),
        (replace(DOMAIN, content="https://a.cn/" + "x" * 200), "driving.content_malformed"),
        (replace(PHONE, variable="phone"), "driving.variable_unknown"),
        (replace(PHONE, company_name=" "), "driving.company_missing"),
        (replace(PHONE, company_name="123"), "driving.company_malformed"),
        (replace(PHONE, company_name="甲" * 151), "driving.company_malformed"),
        (replace(PHONE, organization_code=""), "driving.code_missing"),
        (
            replace(PHONE, organization_code=USCC[:-1] + ("0" if USCC[-1] != "0" else "1")),
            "driving.code_wrong",
        ),
        (replace(DOMAIN, icp_number=""), "driving.filing_missing"),
        (replace(DOMAIN, icp_number="12345678"), "driving.filing_malformed"),
        (replace(DOMAIN, icp_paper=""), "driving.paper_missing"),
        (replace(PHONE, company_name=OTHER_COMPANY), "driving.reason_missing"),
        (replace(PHONE, other_company_because="因" * 201), "driving.reason_too_long"),
        (PHONE, ""),
        (DOMAIN, ""),
        (replace(PHONE, content="${tel}", variable="tel"), ""),
        (replace(DOMAIN, content="https://a.cn/${path}", variable="path"), ""),
        (replace(PHONE, company_name=OTHER_COMPANY, other_company_because="集团客服"), ""),
        (replace(DOMAIN, icp_number="京ICP证030173号"), ""),
        (replace(DOMAIN, icp_number="浙B2-20080101-4"), ""),
        (replace(DOMAIN, icp_number="粤ICP备2021012345号-3A"), ""),
    ],
)
def test_each_entry_says_whose_it_is(said: TrafficDriving, code: str) -> None:
    assert problem(said) == code


def test_brackets_of_either_width_are_one_company_and_no_qualification_asks_for_no_reason() -> None:
    assert problem(replace(PHONE, company_name="甲(杭州)公司"), company="甲（杭州）公司") == ""
    assert problem(replace(PHONE, company_name=OTHER_COMPANY), company=None) == ""


def test_the_sentence_names_the_entry_and_what_is_wrong() -> None:
    with pytest.raises(Refused) as refused:
        check_driving((PHONE, replace(PHONE, content="13900000001")), (), COMPANY)
    assert "declaration 2: 13900000001" in refused.value.en
    assert "第 2 条：13900000001" in refused.value.zh
    with pytest.raises(Refused) as refused:
        check_driving((PHONE, PHONE), (), COMPANY)
    assert refused.value.code == "driving.declared_twice"
    many = tuple(replace(PHONE, content=f"0571-8888{n:04}") for n in range(6000, 6001 + MOST_ENTRIES))
    with pytest.raises(Refused) as refused:
        check_driving(many, (), COMPANY)
    assert refused.value.code == "driving.too_many"


@given(st.sampled_from(DrivingType), st.text(max_size=250), st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_taken_or_refused_with_a_sentence(
    type_: DrivingType, content: str, icp: str, name: str
) -> None:
    code = problem(replace(DOMAIN, type=type_, content=content, icp_number=icp, company_name=name))
    assert code == "" or code in REFUSALS


async def test_declarations_are_stored_with_their_revision_and_shown_again(tenant: Tenant) -> None:
    await tenant.signature()
    said = (replace(PHONE, content="${tel}", variable="tel"), DOMAIN)
    submitted = await tenant.template(**NOTICE, traffic_driving=said)
    view = await tenant.compliance.templates.get(tenant.account_id, submitted.label)
    assert view.material.traffic_driving == said
    assert view.material.declared == {"${tel}", DOMAIN.content}
    (version,) = await tenant.compliance.versions(Kind.TEMPLATE, submitted.object_id)
    assert version.material == view.material
    _, (listed,) = await tenant.compliance.templates.page(tenant.account_id, limit=9, offset=0)
    assert listed == view
    (paper,) = await tenant.compliance.papers.of_revision(Kind.TEMPLATE, submitted.object_id, 1)
    assert paper.key == DOMAIN.icp_paper
    columns = tenant.compliance.templates._store.rows("SELECT * FROM template_driving")  # type: ignore[attr-defined]
    assert DOMAIN.icp_paper not in str(columns)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(DOMAIN, icp_paper="1/nowhere.png"), "driving.paper_missing"),
        (replace(DOMAIN, icp_paper="1/extra.pdf"), "driving.paper_format"),
        (replace(PHONE, company_name=OTHER_COMPANY, organization_code=OTHER_USCC), "driving.reason_missing"),
        (replace(PHONE, variable="code"), "driving.variable_unknown"),
    ],
)
async def test_an_application_with_a_wrong_declaration_is_not_stored(
    tenant: Tenant, said: TrafficDriving, code: str
) -> None:
    await tenant.signature()
    with pytest.raises(Refused) as refused:
        await tenant.template(**NOTICE, traffic_driving=(said,))
    assert refused.value.code == code
    assert await tenant.compliance.templates.page(tenant.account_id, limit=9, offset=0) == (0, [])


async def test_a_change_record_tells_what_was_declared_anew(patient_tenant: Tenant) -> None:
    tenant, compliance = patient_tenant, patient_tenant.compliance
    await tenant.signature()
    await tenant.approve_open()
    submitted = await tenant.template()
    await compliance.withdraw(tenant.account_id, submitted.order_id, actor=KEY)
    again = replace(TEMPLATE, traffic_driving=(PHONE,))
    await compliance.templates.resubmit(tenant.account_id, submitted.label, again, actor=KEY)
    (change,) = (await compliance.history(Kind.TEMPLATE, submitted.object_id))[-1].changed
    assert (change.name, change.before) == ("traffic_driving", "")
    assert PHONE.content in change.after
    first, second = await compliance.versions(Kind.TEMPLATE, submitted.object_id)
    assert (first.material.traffic_driving, second.material.traffic_driving) == ((), (PHONE,))


def test_the_rules_are_told_what_was_declared() -> None:
    told = replace(TEMPLATE, content="详询0571-88886666或0571-88887777", rules={}, traffic_driving=(PHONE,))
    case = TemplateCase(content=told.content, kind=TemplateKind.NOTICE, declared=told.declared)
    found = [
        each for each in check_template(case, date(2026, 3, 1)).findings if each.rule == "template.undeclared"
    ]
    assert [told.content[slice(*each.at[0])] for each in found] == ["0571-88887777"]
    assert replace(told, traffic_driving=()).declared is None, "nothing was told"
