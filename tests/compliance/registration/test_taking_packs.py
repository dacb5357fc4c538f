"""Packs are taken as they were drafted, known afterwards, and made once more."""

from __future__ import annotations

from pathlib import Path

import pytest
from filing_room import LIAISON, FilingRoom, make_filing_room
from in_process_store import InProcessStore
from registration_room import NAME

from hongyan.compliance.registration import RegistrationEvent
from hongyan.compliance.registration.registrars.pack import file_pack
from hongyan.compliance.registration.registrars.packing import PackWish
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker

WISH = PackWish(network="mobile", sign_name=NAME)


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    made = await make_filing_room(store, clock, ids, tmp_path)
    await made.room.approved()
    return made


async def drafted(filing: FilingRoom) -> str:
    return (await filing.packs().draft(WISH, LIAISON, dry_run=True)).pack.reference


async def code_of(asked: object) -> str:
    with pytest.raises(Refused) as caught:
        await asked  # type: ignore[misc]
    return caught.value.code


async def test_what_was_drafted_is_what_is_filed_once(filing: FilingRoom) -> None:
    packs, reference = filing.packs(), await drafted(filing)
    taken = await packs.file_as_drafted(reference, WISH, LIAISON)
    assert (taken.reference, taken.network, taken.actor) == (reference, "mobile", LIAISON.name)
    (row,) = [await filing.desk.get(number) for number, _ in taken.filings]
    assert row.filed_ms == filing.room.clock.now_ms()
    filing.room.clock.advance(60)
    assert await packs.file_as_drafted(reference, WISH, LIAISON) == taken
    assert len(await filing.desk.history(row.id)) == 2
    root = await filing.room.identity.root_account()
    events = await filing.room.identity.audit_events(root.id)
    assert [each.object for each in events if each.action == "compliance.take_filing_pack"] == [reference]


async def test_what_waits_now_is_not_filed_under_what_was_drafted_before(filing: FilingRoom) -> None:
    reference = await drafted(filing)
    assert await code_of(filing.packs().file_as_drafted("HYP-mobile-0", WISH, LIAISON)) == (
        "registration.pack_changed"
    )
    await filing.filed()
    assert await code_of(filing.packs().file_as_drafted(reference, WISH, LIAISON)) == (
        "registration.pack_changed"
    )


async def test_nothing_is_packed_of_a_number_that_is_gone(filing: FilingRoom) -> None:
    wish = PackWish(network="mobile")
    gone = filing.room.channels.pop()
    assert (await filing.packs().draft(wish, LIAISON, dry_run=True)).pack.filings == ()
    filing.room.channels.append(gone)
    assert len((await filing.packs().draft(wish, LIAISON, dry_run=True)).pack.filings) == 2


async def test_a_crash_in_the_middle_is_made_good(
    filing: FilingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish, packs = PackWish(network="mobile"), filing.packs()
    pack = (await packs.draft(wish, LIAISON, dry_run=True)).pack
    assert len(pack.filings) == 2

    async def crash(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as while_down:
        while_down.setattr(filing.desk, "apply", crash)
        with pytest.raises(KeyboardInterrupt):
            await packs.file_as_drafted(pack.reference, wish, LIAISON)
    assert len(await filing.unfiled(name="")) == 2
    await packs.file_as_drafted(pack.reference, wish, LIAISON)
    assert await filing.unfiled(name="") == []


async def test_a_pack_is_made_once_more_as_it_was(filing: FilingRoom) -> None:
    packs = filing.packs()
    pack = (await packs.draft(WISH, LIAISON)).pack
    await packs.file(pack, LIAISON)
    filing.room.clock.advance(3_600)
    assert await packs.again(pack.reference, LIAISON) == pack
    assert await code_of(packs.again(pack.reference, LIAISON, most_bytes=1)) == "registration.pack_too_large"
    assert await code_of(packs.again("HYP-mobile-0", LIAISON)) == "registration.pack_unknown"


async def test_a_pack_of_what_began_anew_is_gone(filing: FilingRoom) -> None:
    packs, reference = filing.packs(), await drafted(filing)
    await packs.file_as_drafted(reference, WISH, LIAISON)
    for network, row in (await filing.room.of()).items():
        if network != "mobile":
            await file_pack(filing.desk, await filing.pack(network), LIAISON)
        await filing.room.apply(row, RegistrationEvent.ACCEPTED)
    filing.room.clock.advance(60)
    await filing.room.edit_signature()
    assert await code_of(packs.again(reference, LIAISON)) == "registration.pack_gone"
    assert len(await filing.unfiled()) == 1
    await packs.file_as_drafted(reference, WISH, LIAISON)  # nothing is left of it
    assert len(await filing.unfiled()) == 1


async def test_packs_are_listed_page_by_page(filing: FilingRoom) -> None:
    packs = filing.packs()
    for network in ("mobile", "unicom", "telecom"):
        pack = (await packs.draft(PackWish(network=network), LIAISON, dry_run=True)).pack
        await packs.file(pack, LIAISON, as_csv=network == "unicom")
    first, second = await packs.page(before_ms=2**62, before="", limit=2)
    (third,) = await packs.page(before_ms=second.made_ms, before=second.reference, limit=2)
    assert {first.network, second.network, third.network} == {"mobile", "unicom", "telecom"}
    assert {each.network for each in (first, second, third) if each.as_csv} == {"unicom"}
