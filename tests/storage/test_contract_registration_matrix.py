"""The matrix of signatures, networks and numbers, on every engine: what began, where nothing did, what is past."""

from __future__ import annotations

import pytest
from compliance_material import KEY, LI
from registration_room import (
    CARRIER,
    EVERYBODY,
    NAME,
    NO_ACCOUNTS,
    ONE,
    RegistrationRoom,
    make_registration_room,
)
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import CodeSource, SignType
from hongyan.compliance.registration import (
    ChannelPlace,
    ReasonCode,
    RegistrarChoice,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
    Scope,
    Told,
)
from hongyan.compliance.registration.matrix.model import BEFORE_ALL, Cell, position_of
from hongyan.compliance.registration.places import places_of
from hongyan.kernel.errors import Refused

S, E, R = RegistrationState, RegistrationEvent, ReasonCode


@pytest.fixture
async def room(books: Books, make: Samples) -> RegistrationRoom:
    return await make_registration_room(books.store, make.clock, make.ids)


async def seen(room: RegistrationRoom, **wanted: object) -> list[tuple[str, str, str, RegistrationState]]:
    """Name, number, network, state of all pages."""
    found: list[Cell] = []
    after, asked = BEFORE_ALL, RegistrationFilter(**wanted)  # type: ignore[arg-type]
    while page := await room.registrations.cells(asked, after=after, limit=2):
        found += page
        after = position_of(page[-1].registration)
    assert await room.registrations.count_cells(asked) == len(found)
    rows = [cell.registration for cell in found]
    return [(row.sign_name, row.sender, row.network, row.state) for row in rows]


async def test_a_place_where_nothing_began_is_a_row_with_what_hinders_it(room: RegistrationRoom) -> None:
    account, desk = room.tenant.account_id, room.registrations
    await room.tenant.compliance.signatures.submit_system(account, "平台", SignType.GENERAL, actor=LI)
    assert "平台" not in {name for name, *_ in await seen(room)}  # not approved yet
    await room.tenant.approve_open()
    await room.approved()
    room.channels.append(ONE._replace(id=102, access_number="10690002", carriers=frozenset({"unicom"})))
    assert await seen(room, sign_name=NAME) == [
        *((NAME, "10690001", network, S.REGISTERING) for network in ("mobile", "unicom", "telecom")),
        (NAME, "10690002", "unicom", S.NOT_REGISTERED),
    ]
    assert len(await seen(room)) == 8
    assert {name for name, *_ in await seen(room, state=S.NOT_REGISTERED)} == {NAME, "平台"}
    assert len(await seen(room, state=S.NOT_REGISTERED, network="unicom")) == 3
    assert await seen(room, reason=R.UNBINDING_QUA, sender="10690002") == [
        ("平台", "10690002", "unicom", S.NOT_REGISTERED)
    ]
    assert len(await seen(room, reason=R.NON_REGISTER)) == 1
    assert await seen(room, account_id=account + 1) == []
    assert len(await seen(room, unfiled=True, registrar="pack")) == 3
    new = (await desk.cells(RegistrationFilter(sign_name=NAME, sender="10690002")))[0].registration
    assert (new.id, new.account_id, new.channel_id, new.access_number, new.extension_code) == (
        *(0, account, 102),
        *("10690002", ""),
    )
    assert (new.signature_revision, new.qualification_revision, new.version) == (1, 1, 0)
    assert new.qualification_id is not None


async def test_its_places_are_those_that_a_start_would_begin(room: RegistrationRoom) -> None:
    """The statement and `places_of` say the same of channels of every kind."""
    account, codes = room.tenant.account_id, room.tenant.compliance.extension_codes
    signature_id = await room.approved()
    room.channels[:] = [
        ChannelPlace(101, "mobile", "10690001", 20, frozenset({"mobile"}), EVERYBODY, NO_ACCOUNTS),
        ChannelPlace(102, "twin", "10690001", 20, EVERYBODY, frozenset({"CN"}), NO_ACCOUNTS),
        ChannelPlace(103, "abroad", "10690003", 20, EVERYBODY, frozenset({"SG"}), NO_ACCOUNTS),
        ChannelPlace(104, "name", "HONGYAN", 11, EVERYBODY, EVERYBODY, NO_ACCOUNTS),
        ChannelPlace(105, "other", "10690005", 20, EVERYBODY, EVERYBODY, frozenset({1})),
        ChannelPlace(106, "own", "10690006", 20, EVERYBODY, EVERYBODY, frozenset({1, account})),
        ChannelPlace(107, "short", "10690007", 10, EVERYBODY, EVERYBODY, NO_ACCOUNTS),
        ChannelPlace(108, "longer", "1069000188", 20, EVERYBODY, EVERYBODY, NO_ACCOUNTS),
    ]
    for held in ((), ("8801",), ("8801", "01", "22")):
        for code in sorted(set(held) - set(await codes.of_signature(signature_id))):
            await codes.assign(account, NAME, code, by=CodeSource.TENANT, actor=KEY)
        expected = {
            (place.sender, network, place.channel_id, place.extension_code)
            for place in places_of(account, held, room.channels, room.registrations.networks)
            for network in place.networks
        }
        cells = await room.registrations.cells_of(account, NAME)
        rows = [cell.registration for cell in cells if not cell.registration.id]
        began = {(row.sender, row.network) for row in await room.registrations.of_signature(signature_id)}
        assert {(row.sender, row.network, row.channel_id, row.extension_code) for row in rows} == {
            each for each in expected if each[:2] not in began
        }
        assert len(rows) == len({(row.sender, row.network) for row in rows})


async def test_numbers_that_a_signature_has_no_more_are_past(room: RegistrationRoom) -> None:
    account, codes = room.tenant.account_id, room.tenant.compliance.extension_codes
    await room.approved()
    await codes.assign(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    await room.registrations.start(account, NAME, networks=("mobile",), actor=KEY)
    assert {sender for _, sender, *_ in await seen(room, sign_name=NAME)} == {"106900018801"}
    await codes.release(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    assert {sender for _, sender, *_ in await seen(room, sign_name=NAME)} == {"10690001"}
    assert await seen(room, sign_name=NAME, scope=Scope.WITH_PAST, state=S.LAPSED) == [
        (NAME, "106900018801", "mobile", S.LAPSED)
    ]
    assert len(await seen(room, sign_name=NAME, scope=Scope.WITH_PAST)) == 4
    cells = await room.registrations.cells_of(account, NAME, Scope.WITH_PAST)
    assert {(cell.registration.sender, cell.past) for cell in cells} == {
        *{("10690001", False), ("106900018801", True)}
    }
    room.channels.clear()
    assert await seen(room) == []
    assert len(await seen(room, scope=Scope.WITH_PAST)) == 7


async def test_what_there_was_of_deleted_signatures_stays_to_be_found(room: RegistrationRoom) -> None:
    account, desk = room.tenant.account_id, room.registrations
    signature_id = await room.approved()
    for row in (await room.of()).values():
        await room.apply(row, E.FILED, reference="P1")
    (row, *_) = (await room.of()).values()
    await room.tenant.compliance.signatures.delete(account, NAME, actor=KEY)
    assert await seen(room, sign_name=NAME) == await seen(room, sign_name=NAME, scope=Scope.WITH_PAST) == []
    assert len(await seen(room, scope=Scope.DELETED)) == 3
    again = await room.approved(qualification_id=row.qualification_id)
    cells = await desk.cells(RegistrationFilter(sign_name=NAME, scope=Scope.DELETED))
    assert {(cell.registration.signature_id, cell.past, cell.deleted) for cell in cells} == {
        (signature_id, True, True)
    }
    assert {cell.registration.reference for cell in cells} == {"P1"}
    everything = await desk.cells(RegistrationFilter(sign_name=NAME, scope=Scope.EVERYTHING))
    assert [cell.registration.signature_id for cell in everything] == [signature_id] * 3 + [again] * 3
    cell = await desk.cell(row.id, account)
    assert (cell.registration.id, cell.past, cell.deleted) == (row.id, True, True)
    assert [step.event for step in await desk.history(row.id)] == [E.START, E.FILED, E.END]
    with pytest.raises(Refused, match="no such registration"):
        await desk.cell(row.id, account + 1)


async def test_what_was_filed_with_nobody_is_not_registered_outside_the_sandbox(
    books: Books, make: Samples
) -> None:
    choice = RegistrarChoice("simulator", simulated=True, at_once=lambda _row: True)
    room = await make_registration_room(books.store, make.clock, make.ids, sandbox=True, registrar=choice)
    await room.approved()
    assert {state for *_, state in await seen(room, sign_name=NAME)} == {S.SUCCESS}
    room.registrations.sandbox = False
    assert {state for *_, state in await seen(room, sign_name=NAME)} == {S.NOT_REGISTERED}
    assert len(await seen(room, sign_name=NAME, state=S.NOT_REGISTERED)) == 3
    room.channels.clear()
    assert await seen(room, scope=Scope.WITH_PAST) == []


async def test_a_past_number_speaks_only_where_nothing_began_under_a_present_one(
    room: RegistrationRoom,
) -> None:
    account, desk = room.tenant.account_id, room.registrations
    codes = room.tenant.compliance.extension_codes
    signature_id = await room.approved()
    await codes.assign(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    told = Told(registrar="migration")
    await desk.import_filing(account, NAME, "mobile", "106900018801", actor=CARRIER, told=told)
    mobile = (await desk.standing(account, NAME)).networks[0]
    assert (mobile.state, mobile.senders) == (S.AWAITING, 1)  # not the bare number, which is registering
    await codes.assign(account, NAME, "8802", by=CodeSource.TENANT, actor=KEY)
    await codes.release(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    mobile, unicom, _ = (await desk.standing(account, NAME)).networks
    assert (mobile.state, mobile.reasons) == (S.LAPSED, (R.EXT_CODE_RECYCLE,))
    assert (unicom.state, unicom.reasons, unicom.senders) == (S.NOT_REGISTERED, (R.NON_REGISTER,), 0)
    standing, began = (await desk.standings([signature_id]))[signature_id]
    assert standing.networks == (await desk.standing(account, NAME)).networks
    assert len(began) == 4, "what began under past numbers is told beside it"
    await desk.start(account, NAME, networks=("mobile",), actor=KEY)
    mobile = (await desk.standing(account, NAME)).networks[0]
    assert (mobile.state, mobile.senders) == (S.REGISTERING, 1)
