"""Filing over REST, for the operator: packs, answer sheets, migration, waves."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from filing_door import FilingDoor, make_filing_door
from in_process_store import InProcessStore
from openpyxl import Workbook
from registration_room import NAME, ONE

from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

CSV = {"content_type": "text/csv; charset=gbk"}
WANTED = {"network": "mobile", "signature": NAME}


@pytest.fixture
async def door(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingDoor:
    made = await make_filing_door(store, clock, ids, tmp_path, digits=4)
    await made.room.approved()
    return made


async def taken(door: FilingDoor, wanted: dict[str, Any] = WANTED) -> dict[str, Any]:
    draft = await door.operator.ok("POST", "/filing-packs/draft", wanted)
    found: dict[str, Any] = await door.operator.ok("PUT", f"/filing-packs/{draft['pack']}", wanted)
    return found


# -- packs ---------------------------------------------------------------------------------------------------


async def test_a_pack_is_looked_at_taken_and_fetched(door: FilingDoor) -> None:
    draft = await door.operator.ok("POST", "/filing-packs/draft", WANTED)
    (filing,) = draft["filings"]
    assert (filing["signature"], filing["chain"]["operator"]["name"]) == (NAME, "鸿雁平台")
    assert len(await door.filing.unfiled()) == 1
    place = f"/filing-packs/{draft['pack']}"
    for _ in range(2):  # the same again changes nothing
        pack = await door.operator.ok("PUT", place, WANTED)
        assert pack["filings"] == [{"registration": filing["registration"], "reference": filing["reference"]}]
    assert await door.filing.unfiled() == []
    assert (await door.operator.ok("GET", place)) == pack
    assert (await door.operator.ok("GET", "/filing-packs"))["items"] == [pack]
    reply = await door.operator.get(f"{place}/file")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/zip")
    assert reply.headers["content-disposition"] == f'attachment; filename="{draft["pack"]}.zip"'
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert {"manifest.json", f"{draft['pack']}.xlsx"} < set(archive.namelist())
    root = (await door.room.identity.root_account()).id
    assert (await door.actions(root))[0] == "compliance.take_filing_pack"
    assert "compliance.open_for_filing" in await door.actions(door.room.tenant.account_id)
    history = await door.operator.ok("GET", f"/registrations/{filing['registration']}/history")
    assert (history["items"][-1]["event"], history["items"][-1]["door"]) == ("filed", "rest")


async def test_what_a_draft_has_not_shown_is_not_filed(door: FilingDoor) -> None:
    draft = await door.operator.ok("POST", "/filing-packs/draft", WANTED)
    elsewhere = await door.operator.call("PUT", f"/filing-packs/{draft['pack']}", {"network": "unicom"})
    assert (elsewhere.status, elsewhere.code) == (409, "registration.pack_changed")
    assert len(await door.filing.unfiled()) == 1
    for path in ("/filing-packs/HYP-1", "/filing-packs/HYP-1/file"):
        unknown = await door.operator.get(path)
        assert (unknown.status, unknown.code) == (404, "registration.pack_unknown")
    nowhere = await door.operator.post("/filing-packs/draft", {"network": "mobile", "channel": "nowhere"})
    assert nowhere.code == "registration.channel_unknown"
    nobody = await door.operator.post("/filing-packs/draft", {**WANTED, "signature": "无此签名"})
    assert (nobody.status, nobody.code) == (422, "registration.nothing_began")
    empty = await door.operator.ok("POST", "/filing-packs/draft", {"network": "broadnet"})
    assert (empty["pack"], empty["filings"], empty["more"]) == (None, [], False)


async def test_a_pack_that_would_be_too_large_is_refused_before_it_is_made(
    door: FilingDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongyan.apis.rest.filing_packs.MOST_BYTES", 10)
    reply = await door.operator.post("/filing-packs/draft", WANTED, language="zh-CN")
    assert (reply.status, reply.code) == (422, "registration.pack_too_large")
    assert "减少报备数量" in reply.body["message"]


# -- answers -------------------------------------------------------------------------------------------------


async def answer_sheet(door: FilingDoor) -> bytes:
    number = (await door.room.of())["mobile"].sender
    return f"号码,签名,结果,原因\n{number},{NAME},通过,\n{number}9,{NAME},通过,\n".encode("gbk")


async def test_an_answer_sheet_is_taken_over_row_by_row(door: FilingDoor) -> None:
    await taken(door)
    sheet = await answer_sheet(door)
    path = f"/answer-sheets/mobile?file={quote('反馈.csv')}"
    dry = await door.operator.ok("PUT", f"{path}&dry_run=true", raw=sheet, **CSV)
    assert (dry["new"], dry["unfit"], dry["dry_run"]) == (1, 1, True)
    assert (await door.room.of())["mobile"].state.value == "registering"
    done = await door.operator.ok("PUT", path, raw=sheet, **CSV, language="zh-CN")
    fit, unfit = done["rows"]
    assert (fit["fit"], fit["signature"], done["file"]) == ("new", NAME, "反馈.csv")
    assert (unfit["problem"], unfit["why"]) == ("answer.number_unknown", "该运营商下没有使用该号码的报备")
    assert (await door.room.of())["mobile"].state.value == "awaiting_verification"
    again = await door.operator.ok("PUT", path, raw=sheet, **CSV)
    assert (again["new"], again["known"]) == (0, 1)
    history = await door.operator.ok("GET", f"/registrations/{fit['registration']}/history")
    assert history["items"][-1]["came_back"]["file"] == "反馈.csv"


async def test_a_list_of_what_a_carrier_has_closed_is_taken_over(door: FilingDoor) -> None:
    await taken(door)
    await door.operator.ok("PUT", "/answer-sheets/mobile", raw=await answer_sheet(door), **CSV)
    sheet = f"签名,治理原因\n{NAME},签名泛化\n".encode("gbk")
    path = "/answer-sheets/mobile?closed=campaign"
    dry = await door.operator.ok("PUT", f"{path}&dry_run=true", raw=sheet, **CSV)
    assert (dry["new"], (await door.room.of())["mobile"].state.value) == (1, "awaiting_verification")
    await door.operator.ok("PUT", path, raw=sheet, **CSV)
    assert (await door.room.of())["mobile"].state.value == "lapsed"
    assert (await door.operator.call("PUT", f"{path}s", raw=sheet, **CSV)).code == "request.invalid"


@pytest.mark.parametrize(
    "type_", ["application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
async def test_a_file_that_is_no_file_is_refused(door: FilingDoor, type_: str) -> None:
    for path in ("/answer-sheets/mobile", "/migration-sheets"):
        reply = await door.operator.call("PUT", path, raw=b"--x\r\n", content_type=type_, language="zh-CN")
        assert (reply.status, reply.code) == (415, "request.file_type")
        assert "--data-binary" in reply.body["fix"]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * (65 * 1024 * 1024))
    return file.getvalue()


def rows(count: int) -> bytes:
    return b"\n".join(b"1,2,3" for _ in range(count))


def old() -> bytes:
    return b"\xd0\xcf\x11\xe0" + bytes(600)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "request.invalid"),
        (bomb(), 422, "sheet.unpacked_too_large"),
        (old(), 422, "sheet.old_format"),
        (rows(20_001), 422, "sheet.too_many_rows"),
        (b"PK\x03\x04" + bytes(50), 422, "sheet.malformed"),
        (b"<html><table>", 422, "sheet.not_a_sheet"),
        (b"a,b,c\n1,2,3", 422, "sheet.no_heading"),
        (bytes(20 * 1024 * 1024 + 1), 413, "request.too_large"),
    ],
)
async def test_hostile_files_are_told_what_is_wrong(
    door: FilingDoor, content: bytes, status: int, code: str
) -> None:
    for path in ("/answer-sheets/unicom", "/migration-sheets"):
        reply = await door.operator.call("PUT", path, raw=content, content_type="application/octet-stream")
        assert (reply.status, reply.code) == (status, code)


async def test_only_routes_that_take_files_take_large_bodies(door: FilingDoor) -> None:
    large = b'{"network": "mobile", "channel": "' + bytes([97]) * 300_000 + b'"}'
    reply = await door.operator.call("POST", "/filing-packs/draft", raw=large)
    assert (reply.status, reply.code) == (413, "request.too_large")
    assert (await door.operator.call("PUT", "/answer-sheets/nobody", raw=b"x", **CSV)).status == 404


# -- migration -----------------------------------------------------------------------------------------------


async def test_what_was_registered_elsewhere_is_taken_over(door: FilingDoor) -> None:
    book = Workbook()
    book.active.append(
        ["租户", "企业名称", "统一社会信用代码", "签名", "运营商", "接入号", "扩展码", "报备结果"]
    )
    book.active.append(
        ["云雁", "杭州云雁科技有限公司", "91330106MA2HY0001N", "云雁科技", "移动", "10690001", "0007", "成功"]
    )
    book.active.append([None, None, None, "云雁科技", "移动", "10690001", "0007", "成功"])
    file = io.BytesIO()
    book.save(file)
    sheet = {"content_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    dry = await door.operator.ok("PUT", "/migration-sheets?dry_run=true", raw=file.getvalue(), **sheet)
    assert await door.room.identity.account_named("云雁") is None
    done = await door.operator.ok("PUT", "/migration-sheets?file=old.xlsx", raw=file.getvalue(), **sheet)
    assert dry["rows"] == done["rows"]
    assert (done["new"], done["unfit"]) == (1, 1)
    assert done["rows"][0]["made"] == ["tenant", "signature", "code", "filing"]
    assert done["rows"][1]["why"] == "the row needs a tenant, a signature and a number"
    assert await door.room.identity.account_named("云雁") is not None
    again = await door.operator.ok("PUT", "/migration-sheets", raw=file.getvalue(), **sheet)
    assert (again["new"], again["known"]) == (0, 1)


# -- waves ---------------------------------------------------------------------------------------------------


async def test_waves_are_drafted_planned_started_paused_and_resumed(door: FilingDoor) -> None:
    door.room.channels.append(ONE._replace(id=102, access_number="10690002"))
    draft = await door.operator.ok("POST", "/registration-waves/draft", {"networks": ["mobile"], "size": 1})
    assert (draft["waves"], {each["network"] for each in draft["items"]}) == (2, {"mobile"})
    assert (await door.operator.ok("GET", "/registration-waves"))["items"] == []
    wanted, key = {"networks": ["mobile"], "size": 1, "days": 7}, {"idempotency_key": "k"}
    for _ in range(2):
        plan = await door.operator.ok("POST", "/registration-waves", wanted, **key)
    (listed,) = (await door.operator.ok("GET", "/registration-waves"))["items"]
    assert (listed["plan"], plan["counts"][0]["waiting"]) == (plan["plan"], 1)
    place = f"/registration-waves/{plan['plan']}"
    assert (await door.operator.ok("POST", f"{place}/start"))["state"] == "running"
    again = await door.operator.post(f"{place}/start")
    assert (again.status, again.code) == (409, "state.illegal_transition")
    for _ in range(2):
        await door.waves.carry_on()
    assert (await door.operator.ok("POST", f"{place}/pause"))["state"] == "paused"
    resumed = await door.operator.ok("POST", f"{place}/resume")
    assert resumed["counts"][0] == {"wave": 1, "waiting": 0, "started": 1, "skipped": 0}
    first = await door.operator.ok("GET", f"{place}/items?limit=1")
    second = await door.operator.ok("GET", f"{place}/items?limit=1&cursor={first['next']}")
    assert [first["items"][0]["state"], second["items"][0]["state"]] == ["started", "waiting"]
    assert second["next"] is None
    root = (await door.room.identity.root_account()).id
    assert (await door.actions(root))[:4] == [
        *("compliance.resume_waves", "compliance.pause_waves", "compliance.start_waves"),
        "compliance.plan_waves",
    ]
    unknown = await door.operator.get("/registration-waves/9")
    assert (unknown.status, unknown.code) == (404, "registration.plan_unknown")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"size": 0}, 400, "request.invalid"),
        ({"days": 10**30}, 400, "request.invalid"),
        ({"account_id": 77}, 404, "identity.no_account"),
        ({"networks": ["broadnet"]}, 422, "registration.nothing_to_plan"),
    ],
)
async def test_plans_that_make_no_sense_are_refused(
    door: FilingDoor, wanted: dict[str, Any], status: int, code: str
) -> None:
    reply = await door.operator.post("/registration-waves", wanted)
    assert reply.code == code
    if code != "identity.no_account":
        assert reply.status == status


# -- rights --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/filing-packs/draft"),
        ("PUT", "/filing-packs/HYP-1"),
        ("GET", "/filing-packs"),
        ("GET", "/filing-packs/HYP-1"),
        ("GET", "/filing-packs/HYP-1/file"),
        ("PUT", "/answer-sheets/mobile"),
        ("PUT", "/migration-sheets"),
        ("GET", "/registration-waves"),
        ("POST", "/registration-waves"),
        ("POST", "/registration-waves/draft"),
        ("GET", "/registration-waves/1"),
        ("GET", "/registration-waves/1/items"),
        ("POST", "/registration-waves/1/start"),
    ],
)
async def test_filing_is_the_operators(door: FilingDoor, method: str, path: str) -> None:
    reply = await door.tenant.call(method, path)
    assert (reply.status, reply.code) == (403, "caller.not_allowed")
