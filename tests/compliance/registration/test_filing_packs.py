"""A pack holds what a carrier asks for, says who is behind it, and is what files."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest
from filing_room import FILING_TOML, LIAISON, FilingRoom, make_filing_room
from in_process_store import InProcessStore
from registration_room import NAME

from hongyan.compliance.registration import RegistrationEvent, RegistrationFilter, RegistrationState
from hongyan.compliance.registration.registrars.pack import PackBuilder, file_pack
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.registrars.port import reference_of
from hongyan.compliance.registration.sheets.grid import text_of
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import IdMaker

LENT = "杭州云雁"


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    return await make_filing_room(store, clock, ids, tmp_path)


def files(content: bytes | None) -> dict[str, bytes]:
    assert content is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def row_of(sheet: bytes) -> dict[str, str]:
    (opened,) = open_sheets(sheet)
    _, heading, row = opened.rows
    return dict(zip(map(text_of, heading), map(text_of, row), strict=False))


async def test_a_pack_holds_the_sheet_the_papers_and_a_manifest_with_the_hash_of_each_file(
    filing: FilingRoom,
) -> None:
    await filing.room.approved()
    pack = await filing.pack()
    found = files(pack.content)
    manifest = json.loads(found.pop("manifest.json"))
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    row = row_of(found[pack.sheet_name])
    (registration,) = await filing.unfiled()
    assert row["报备编号"] == reference_of(registration)
    assert row["端口全号"] == "10690001"
    assert row["短信签名"] == NAME
    assert row["营业执照"] in found
    assert row["短信内容示例"].startswith(f"【{NAME}】")
    assert row["经办人手机号码"].isdigit()


async def test_a_pack_names_the_whole_chain(filing: FilingRoom) -> None:
    await filing.room.tenant.lent_signature()
    await filing.room.tenant.approve_open()
    pack = await filing.pack(name=LENT)
    manifest = json.loads(files(pack.content)["manifest.json"])
    (made,) = manifest["filings"]
    assert [
        made["chain"][role]["name"] for role in ("code_holder", "operator", "authorized", "authorizer")
    ] == [
        "某通信公司",
        "鸿雁平台",
        "杭州测算科技有限公司",
        row_of(files(pack.content)[pack.sheet_name])["授权企业名称"],
    ]
    assert made["chain"]["authorized"] != made["chain"]["authorizer"]
    assert any("授权委托书" in name for name in files(pack.content))


async def test_the_same_registrations_make_the_same_pack(filing: FilingRoom) -> None:
    await filing.room.approved()
    first = await filing.pack()
    filing.room.clock.advance(3600)
    assert await filing.pack() == first


async def test_taking_a_pack_files_and_a_dry_run_does_not(filing: FilingRoom) -> None:
    await filing.room.approved()
    dry = await filing.pack(dry_run=True)
    assert dry.content is None
    assert len(await filing.unfiled()) == 1
    pack = await filing.pack()
    (row,) = await file_pack(filing.desk, pack, LIAISON)
    assert row.state is RegistrationState.REGISTERING
    assert row.filed_ms == filing.room.clock.now_ms()
    assert row.reference == pack.filings[0].reference
    step = (await filing.desk.history(row.id))[-1]
    assert (step.actor, step.event) == (LIAISON.name, RegistrationEvent.FILED)
    assert step.sent["pack"] == pack.reference
    assert step.sent["chain"]["operator"]["name"] == "鸿雁平台"
    assert await filing.unfiled() == []
    assert await file_pack(filing.desk, pack, LIAISON) == []


async def test_a_pack_of_before_a_new_start_files_nothing(filing: FilingRoom) -> None:
    await filing.room.approved()
    old = await filing.pack()
    await file_pack(filing.desk, old, LIAISON)
    await filing.room.apply((await filing.room.of())["mobile"], RegistrationEvent.ACCEPTED)
    for network in ("unicom", "telecom"):
        await filing.filed(network)
        await filing.room.apply((await filing.room.of())[network], RegistrationEvent.ACCEPTED)  # type: ignore[index]
    filing.room.clock.advance(60)
    await filing.room.edit_signature()
    assert len(await filing.unfiled()) == 1
    assert await file_pack(filing.desk, old, LIAISON) == []
    assert len(await filing.unfiled()) == 1


async def test_what_lacks_something_is_left_out_and_says_what(filing: FilingRoom) -> None:
    await filing.room.approved()
    nobody = Parties()
    builder = PackBuilder(replace(filing, parties=nobody).new_collector())
    layout = nobody.layout("mobile", date(2026, 11, 21))
    pack = await builder.build(await filing.unfiled(), layout, LIAISON)
    assert pack.content is None
    (left,) = pack.left_out
    assert left.missing == ("码号持有方", "短信平台企业名称")
    assert left.unsaid == (("code_holder", "name"), ("operator", "name"))
    assert len(await filing.unfiled()) == 1


async def test_what_a_pack_leaves_out_for_its_qualification_is_said_where_one_looks(
    filing: FilingRoom,
) -> None:
    room = filing.room
    await room.approved()
    (row,) = await filing.unfiled()
    assert row.qualification_id is not None
    await room.edit_qualification(row.qualification_id, licenses=())
    (left,) = (await filing.pack(dry_run=True)).left_out
    views = room.tenant.compliance.registration_views
    view = await views.one(left.registration.id)
    assert tuple(each.zh for each in view.lacks) == left.missing == ("营业执照",)
    _, listed = await views.page(RegistrationFilter(sign_name=NAME))
    assert not any(each.lacks for each in listed)  # a question for each row would be too many
    columns = filing.parties.layout("mobile", date(2026, 11, 21))
    kept = tuple(each for each in columns.columns if each.field != "license_paper")
    own = msgspec.structs.replace(columns, columns=kept)
    room.tenant.compliance.lacking.by(lambda _network, _day: own)
    assert (await views.one(row.id)).lacks == ()


async def test_samples_are_what_is_usual_until_there_are_templates(filing: FilingRoom) -> None:
    await filing.room.approved()
    (usual,) = (await filing.pack(dry_run=True)).filings
    assert usual.scenes == ("验证码", "通知")
    assert usual.samples[0].startswith(f"【{NAME}】您的验证码为123456")
    await filing.usable_template()
    (own,) = (await filing.pack(dry_run=True)).filings
    assert own.scenes == ("验证码",)
    assert own.samples == (f"【{NAME}】您的验证码为${{code}}，请勿告知他人。",)


async def test_who_opens_papers_and_elements_is_written_down(filing: FilingRoom) -> None:
    await filing.room.approved()
    await filing.pack()
    events = await filing.identity.audit_events(filing.room.tenant.account_id)
    found = [event.action for event in events if event.actor == LIAISON.name]
    assert "compliance.open_for_filing" in found
    assert found.count("compliance.view_paper") >= 1


def test_without_a_file_nobody_has_a_name() -> None:
    assert Parties().operator.name == ""
    assert Parties().holder_of("one").name == ""


def test_channels_may_have_holders_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "filing.toml"
    path.write_text(FILING_TOML, "utf-8")
    parties = Parties(path)
    assert (parties.holder_of("one").name, parties.holder_of("two").name) == ("某通信公司", "鸿雁平台")


@pytest.mark.parametrize(
    "text", ["[operator]\n", "[operatr]\nname='x'\n", "[layouts]\nmobil='x'\n", "x", "[operator]\nname=7"]
)
def test_a_wrong_file_says_what_is_wrong(text: str, tmp_path: Path) -> None:
    path = tmp_path / "filing.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Misconfigured) as caught:
        Parties(path)
    assert "filing.toml" in caught.value.en
