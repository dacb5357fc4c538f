"""Letters, trademarks and app records at the vendor's door: every field, every documented error."""

from __future__ import annotations

from typing import Any

import pytest
from compliance_material import COMPANY, OTHER_COMPANY, OTHER_USCC
from vendor_client import VendorClient
from vendor_room import NewRoom, Room

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.compliance import Compliance

LETTER: dict[str, Any] = {
    "AuthorizationLetterName": "云雁委托书",
    "Authorization": OTHER_COMPANY,
    "OrganizationCode": OTHER_USCC,
    "ProxyAuthorization": COMPANY,
    "AuthorizationLetterExpDate": "2026-01-01~2028-12-31",
    "AuthorizationLetterPic": "1/letter.png",
    "SignList": ["云雁", "云雁科技"],
}
TRADEMARK: dict[str, Any] = {
    "TrademarkName": "云雁",
    "TrademarkApplicantName": OTHER_COMPANY,
    "TrademarkRegistrationNumber": "12345678",
    "TrademarkEffExpDate": "2010-12-14~2030-12-13",
    "TrademarkPic": "1/mark.png",
}
APP_RECORD: dict[str, Any] = {
    "AppServiceName": "云雁",
    "AppPrincipalUnitName": COMPANY,
    "AppIcpLicenseNumber": "浙B2-20080101-4",
    "AppApprovalDate": "2020-01-01",
    "Domain": "https://store.example/yunyan",
    "AppIcpRecordPic": "1/app.png",
    "AppRuntimePic": "1/a.png",
    "AppStoreDownloadPic": "1/b.png",
}
GOOD = {
    "CreateSmsAuthorizationLetter": LETTER,
    "CreateSmsTrademark": TRADEMARK,
    "CreateSmsAppIcpRecord": APP_RECORD,
}
_LETTER, _MARK, _APP = GOOD
ERRORS: list[tuple[str, dict[str, Any], str]] = [
    (_LETTER, {"AuthorizationLetterName": "已有"}, "AuthorizationLetterNameRepeat"),
    (_LETTER, {"AuthorizationLetterName": "12345"}, "AuthorizationLetterNameNotMatchRegex"),
    (_LETTER, {"AuthorizationLetterName": "名" * 101}, "AuthorizationLetterNameOverLimit"),
    (
        _LETTER,
        {"AuthorizationLetterExpDate": "2026-01-01"},
        "AuthorizationLetterDateNotMatchRegex",
    ),
    (
        _LETTER,
        {"AuthorizationLetterExpDate": "2020-01-01~2021-01-01"},
        "AuthorizationLetterDateNotValid",
    ),
    (_LETTER, {"Authorization": "甲公司#"}, "AuthorizationNotMatchRegex"),
    (_LETTER, {"Authorization": "甲" * 151}, "AuthorizationOverLimit"),
    (_LETTER, {"ProxyAuthorization": "123"}, "ProxyAuthorizationNotMatchRegex"),
    (_LETTER, {"ProxyAuthorization": "乙" * 151}, "ProxyAuthorizationOverLimit"),
    (_LETTER, {"AuthorizationLetterPic": "1/nowhere.png"}, "AuthorizationOssFileNotUploadError"),
    (_LETTER, {"SignList": [f"签名{n}" for n in range(101)]}, "SignNumOverLimit"),
    (_LETTER, {"SignList": ["云 雁"]}, "SignNotMatchRegex"),
    (_LETTER, {"SignList": []}, "SignNotMatchRegex"),
    (_LETTER, {"OrganizationCode": "9" * 151}, "OrganizationCodeOverLimit"),
    (_MARK, {"TrademarkPic": "1/nowhere.png"}, "TrademarkOssFileNotUploadError"),
    (_MARK, {"TrademarkPic": "mark"}, "TrademarkOssFileNotUploadError"),
    (_MARK, {"TrademarkEffExpDate": "forever"}, "TrademarkLetterDateNotMatchRegex"),
    (_MARK, {"TrademarkName": " "}, "TrademarkNameNotMatchRegex"),
    (_MARK, {"TrademarkName": "云" * 16}, "TrademarkNameOverLimit"),
    (_MARK, {"TrademarkRegistrationNumber": " "}, "TrademarkRegistrationNumberNotMatchRegex"),
    (_MARK, {"TrademarkRegistrationNumber": "1" * 16}, "TrademarkRegistrationNumberOverLimit"),
    (_MARK, {"TrademarkApplicantName": " "}, "TrademarkApplicantNameNotMatchRegex"),
    (_MARK, {"TrademarkApplicantName": "甲" * 51}, "TrademarkApplicantNameOverLimit"),
    (_MARK, {"TrademarkEffExpDate": "2000-01-01~2010-01-01"}, "TrademarkDateNotValid"),
    (_MARK, {"TrademarkPic": "1/extra.pdf"}, "TrademarkPicsFileError"),
    (_APP, {"AppIcpRecordPic": "1/nowhere.png"}, "AppIcpRecordOssFileNotUploadError"),
    (_APP, {"AppApprovalDate": "2020/01/01"}, "AppIcpRecordDateNotMatchRegex"),
    (_APP, {"AppPrincipalUnitName": " "}, "AppPrincipalUnitNameNotMatchRegex"),
    (_APP, {"AppPrincipalUnitName": "甲" * 51}, "AppPrincipalUnitNameOverLimit"),
    (_APP, {"AppIcpLicenseNumber": " "}, "AppIcpLicenseNumberNotMatchRegex"),
    (_APP, {"AppIcpLicenseNumber": "1" * 16}, "AppIcpLicenseNumberOverLimit"),
    (_APP, {"Domain": "ftp://store"}, "AppDomainNotMatchRegex"),
    (_APP, {"Domain": "https://" + "a" * 500}, "AppDomainOverLimit"),
    (_APP, {"AppApprovalDate": "2099-01-01"}, "AppApprovalDateNotValid"),
    (_APP, {"AppRuntimePic": "1/extra.pdf"}, "AppIcpRecordPicsFileError"),
]


@pytest.mark.parametrize("action", GOOD)
def test_every_documented_error_stands_in_the_table(action: str) -> None:
    assert {code for name, _, code in ERRORS if name == action} == ACTIONS[action].errors.keys()


async def test_every_documented_error_is_told_and_nothing_is_stored(client: VendorClient) -> None:
    await client.ok(_LETTER, **LETTER | {"AuthorizationLetterName": "已有"})
    for action, changes, code in ERRORS:
        status, body = await client.call(action, **GOOD[action] | changes)
        assert (status, body["Code"]) == (400, code), (action, changes)
        assert body["Message"] == ACTIONS[action].errors[code][1]
    (letter,) = (await client.ok("QuerySmsAuthorizationLetter"))["Data"]
    assert letter["AuthorizationLetterName"] == "已有"


@pytest.mark.parametrize("action", GOOD)
async def test_what_is_required_is_asked_for_by_name(client: VendorClient, action: str) -> None:
    for name in ACTIONS[action].required:
        assert await client.error(action, **GOOD[action] | {name: None}) == (400, f"Missing{name}")


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (_LETTER, {"OrganizationCode": "91330100799655058A"}),
        (_LETTER, {"SignList": "云雁"}),
        (_LETTER, {"SignList": [1]}),
        (_APP, {"AppServiceName": "云" * 16}),
        ("QuerySmsAuthorizationLetter", {"State": "PASS"}),
        ("QuerySmsAuthorizationLetter", {"Status": "valid"}),
        ("QuerySmsAuthorizationLetter", {"AuthorizationLetterIdList": ["a"]}),
        ("QuerySmsTrademark", {"TrademarkIdList": "1"}),
    ],
)
async def test_what_the_vendor_has_no_code_for_is_told_in_our_words(
    client: VendorClient, action: str, changes: dict[str, Any]
) -> None:
    status, body = await client.call(action, **GOOD.get(action, {}) | changes)
    assert (status, body["Code"]) == (400, "InvalidParameter")
    assert len(body["Message"]) > 20


async def test_a_letter_comes_back_as_it_was_told(client: VendorClient) -> None:
    number = int((await client.ok(_LETTER, **LETTER))["Data"])
    expected = LETTER | {
        "AuthorizationLetterId": number,
        "SignScope": "云雁、云雁科技",
        "State": "INT",
        "Status": "VALID",
    }
    del expected["SignList"]
    other = int((await client.ok(_LETTER, **LETTER | {"AuthorizationLetterName": "二号"}))["Data"])
    for wanted in (
        {"AuthorizationLetterIdList": [number]},
        {"AuthorizationLetterIdList": [number, 1, 2**70], "State": "INT", "Status": "VALID"},
        {"AuthorizationLetterIdList": [number], "SignName": "云雁", "OrganizationCode": OTHER_USCC},
    ):
        assert (await client.ok("QuerySmsAuthorizationLetter", **wanted))["Data"] == [expected]
    everything = (await client.ok("QuerySmsAuthorizationLetter"))["Data"]
    assert {row["AuthorizationLetterId"] for row in everything} == {number, other}
    for nothing in ({"State": "PASSED"}, {"Status": "INVALID"}, {"SignName": "别家"}):
        assert (await client.ok("QuerySmsAuthorizationLetter", **nothing))["Data"] == []


async def test_a_trademark_comes_back_with_a_link_to_its_picture(client: VendorClient) -> None:
    number = int((await client.ok(_MARK, **TRADEMARK))["Data"])
    (row,) = (await client.ok("QuerySmsTrademark", TrademarkIdList=[number, 5]))["Data"]
    assert row.pop("TrademarkPicUrl").startswith("http://sms.test/papers/")
    assert row == TRADEMARK | {"TrademarkId": number}


async def test_an_app_record_comes_back_with_links_to_its_pictures(client: VendorClient) -> None:
    number = int((await client.ok(_APP, **APP_RECORD))["Data"])
    few = {
        name: value
        for name, value in APP_RECORD.items()
        if name not in ("AppRuntimePic", "AppStoreDownloadPic")
    }
    other = int((await client.ok(_APP, **few))["Data"])
    rows = (await client.ok("QuerySmsAppIcpRecord", AppIcpRecordIdList=[number, other]))["Data"]
    whole, bare = sorted(rows, key=lambda row: row["AppIcpRecordId"] != number)
    urls = [whole.pop(f"{name}Url") for name in ("AppIcpRecordPic", "AppRuntimePic", "AppStoreDownloadPic")]
    assert len({url for url in urls if url.startswith("http://sms.test/papers/")}) == 3
    assert whole == APP_RECORD | {"AppIcpRecordId": number}
    assert (bare["AppRuntimePic"], bare["AppRuntimePicUrl"]) == ("", "")


async def test_other_tenants_records_are_not_there(
    room: Room, compliance: Compliance, new_room: NewRoom
) -> None:
    numbers = {action: int((await room.client.ok(action, **GOOD[action]))["Data"]) for action in GOOD}
    stranger = (await new_room(compliance, name="stranger")).client
    for query, parameters in (
        ("QuerySmsAuthorizationLetter", {"AuthorizationLetterIdList": [numbers[_LETTER]]}),
        ("QuerySmsAuthorizationLetter", {}),
        ("QuerySmsTrademark", {"TrademarkIdList": [numbers[_MARK]]}),
        ("QuerySmsAppIcpRecord", {"AppIcpRecordIdList": [numbers[_APP]]}),
    ):
        assert (await stranger.ok(query, **parameters))["Data"] == []


@pytest.mark.parametrize("action", GOOD)
async def test_a_signed_call_counts_once(client: VendorClient, action: str) -> None:
    await client.ok(action, **GOOD[action])
    status, body = await client.again()
    assert status == 400
    assert body["Code"] in {"SignatureNonceUsed", "AuthorizationLetterNameRepeat"}
