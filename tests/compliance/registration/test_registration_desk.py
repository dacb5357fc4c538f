"""What an approval begins, what carriers answer, what locks, what is remembered."""

from __future__ import annotations

import contextlib

import pytest
from compliance_material import KEY, LI
from in_process_store import InProcessStore
from registration_room import (
    CARRIER,
    EVERYBODY,
    NAME,
    NO_ACCOUNTS,
    ONE,
    RegistrationRoom,
    make_registration_room,
)

from hongyan.compliance import CodeSource
from hongyan.compliance.registration import (
    ChannelPlace,
    ReasonCode,
    RegistrarChoice,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
    Told,
)
from hongyan.kernel.clock import ManualClock, moment
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.states import IllegalTransition

S, E, R = RegistrationState, RegistrationEvent, ReasonCode


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    return await make_registration_room(store, clock, ids)


async def answered(room: RegistrationRoom) -> None:
    """All carriers have accepted."""
    for row in (await room.of()).values():
        await room.apply(row, E.FILED)
        await room.apply(row, E.ACCEPTED)


async def test_an_approval_begins_the_registration_with_every_carrier(room: RegistrationRoom) -> None:
    await room.tenant.signature()
    with pytest.raises(Refused, match="has not been approved"):
        await room.of()
    await room.tenant.approve_open()
    found = await room.of()
    assert list(found) == ["mobile", "unicom", "telecom"]
    for row in found.values():
        assert (row.state, row.reason) == (S.REGISTERING, R.REGISTERING)
        assert (row.sender, row.channel_id, row.registrar) == ("10690001", 101, "pack")
        assert (row.signature_revision, row.qualification_revision) == (1, 1)
        assert row.unfiled
        (step,) = await room.registrations.history(row.id)
        assert (step.actor, step.event, step.before, step.after) == (
            LI.name,
            E.START,
            S.NOT_REGISTERED,
            S.REGISTERING,
        )
        assert step.sent["sender"] == "10690001"


async def test_an_approval_without_a_channel_begins_nothing(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids, channels=())
    await room.approved()
    assert await room.of() == {}
    standing = await room.registrations.standing(room.tenant.account_id, NAME)
    assert {each.reasons for each in standing.networks} == {(R.NON_REGISTER,)}


async def test_a_signature_that_is_being_registered_is_locked(room: RegistrationRoom) -> None:
    await room.approved()
    with pytest.raises(Refused, match="being registered") as refused:
        await room.edit_signature()
    assert refused.value.code == "signature.locked"
    with pytest.raises(Refused) as again:
        await room.registrations.start(room.tenant.account_id, NAME, actor=KEY)
    assert again.value.code == "registration.running"
    await answered(room)
    await room.edit_signature()


async def test_an_approved_edit_registers_again(room: RegistrationRoom) -> None:
    await room.approved()
    await answered(room)
    await room.edit_signature()
    for row in (await room.of()).values():
        assert (row.state, row.signature_revision) == (S.REGISTERING, 2)
        assert row.unfiled
        assert row.answered_ms is None
        assert [step.event for step in await room.registrations.history(row.id)] == [
            *(E.START, E.FILED, E.ACCEPTED, E.RESTART)
        ]


async def test_an_approved_edit_of_the_qualification_registers_its_signatures_again(
    room: RegistrationRoom,
) -> None:
    await room.approved()
    await answered(room)
    qualification_id = (await room.of())["mobile"].qualification_id
    assert qualification_id is not None
    await room.edit_qualification(qualification_id)
    rows = (await room.of()).values()
    assert {(row.state, row.qualification_revision) for row in rows} == {(S.REGISTERING, 2)}


async def test_what_a_carrier_has_refused_is_cured_by_an_edit_and_by_nothing_else(
    room: RegistrationRoom,
) -> None:
    await room.approved()
    for row in (await room.of()).values():
        await room.apply(row, E.FILED)
        await room.apply(
            row, E.REFUSED, reason=R.QUALIFICATION_ERROR, at_ms=77, came_back={"words": "法人不符"}
        )
    found = (await room.of())["telecom"]
    assert (found.state, found.reason, found.answered_ms) == (S.FAILED, R.QUALIFICATION_ERROR, 77)
    last = (await room.registrations.history(found.id))[-1]
    assert (last.actor, last.reason, last.came_back) == (
        "carrier",
        R.QUALIFICATION_ERROR,
        {"words": "法人不符"},
    )
    with pytest.raises(Refused) as refused:
        await room.registrations.start(room.tenant.account_id, NAME, networks=("telecom",), actor=KEY)
    assert refused.value.code == "registration.edit_first"
    await room.edit_signature()
    assert (await room.of())["telecom"].state is S.REGISTERING


async def test_an_answer_after_the_time_out_counts(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["unicom"]
    await room.apply(row, E.FILED)
    await room.apply(row, E.TIMED_OUT)
    assert (await room.of())["unicom"].reason is R.REGISTER_TIMEOUT
    late = await room.apply(row, E.ACCEPTED)
    assert (late.state, late.reason) == (S.AWAITING, R.DETECTING)


async def test_an_answer_after_the_time_out_is_told_as_such(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["unicom"]
    await room.apply(row, E.FILED)
    failed = await room.apply(row, E.TIMED_OUT)
    await room.apply(row, E.ACCEPTED, came_back={"words": "通过"})
    late = (await room.registrations.history(row.id))[-1]
    assert late.came_back == {"words": "通过", "after_time_out": moment(failed.since_ms)}
    await room.apply(row, E.REFUSED, reason=R.SIGNATURE_ERROR)
    assert (await room.registrations.history(row.id))[-1].came_back == {}


@pytest.mark.parametrize("event", [E.ACCEPTED, E.REFUSED])
async def test_nobody_answers_what_was_not_filed(room: RegistrationRoom, event: RegistrationEvent) -> None:
    """Also not after an edit: what was filed before it was another revision."""
    await room.approved()
    row = (await room.of())["mobile"]
    with pytest.raises(Refused, match="nothing was filed") as refused:
        await room.apply(row, event)
    assert refused.value.code == "registration.never_filed"
    await answered(room)
    await room.edit_signature()
    again = (await room.of())["mobile"]
    with pytest.raises(Refused, match="nothing was filed"):
        await room.apply(again, event)
    assert (await room.of())["mobile"] == again
    await room.apply(again, E.FILED)
    await room.apply(again, event)


async def test_what_was_decided_by_an_older_row_is_refused(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["unicom"]
    filed = await room.apply(row, E.FILED)
    assert filed.version == row.version + 1
    with pytest.raises(Refused) as refused:
        await room.registrations.apply(row.id, E.TIMED_OUT, actor=CARRIER, version=row.version)
    assert refused.value.code == "registration.changed"
    await room.registrations.apply(row.id, E.TIMED_OUT, actor=CARRIER, version=filed.version)


async def test_a_reason_must_go_with_the_state(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["unicom"]
    with pytest.raises(Refused) as refused:
        await room.apply(row, E.REFUSED, reason=R.DETECTING)
    assert refused.value.code == "registration.reason_unfit"


async def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["unicom"]
    with pytest.raises(IllegalTransition):
        await room.apply(row, E.VERIFIED)
    assert (await room.of())["unicom"] == row


async def test_a_new_channel_is_a_place_that_is_started_by_hand(room: RegistrationRoom) -> None:
    await room.approved()
    await answered(room)
    room.channels.append(ONE._replace(id=102, name="two", access_number="10690002"))
    matrix = await room.registrations.matrix(room.tenant.account_id, NAME)
    new = [row for row in matrix if row.sender == "10690002"]
    assert {(row.id, row.state, row.reason) for row in new} == {(0, S.NOT_REGISTERED, R.NON_REGISTER)}
    started = await room.registrations.start(room.tenant.account_id, NAME, networks=("unicom",), actor=KEY)
    assert [(row.sender, row.network, row.state) for row in started] == [
        ("10690002", "unicom", S.REGISTERING)
    ]
    with pytest.raises(Refused) as refused:
        await room.registrations.start(
            room.tenant.account_id, NAME, networks=("mobile",), senders=("10690001",), actor=KEY
        )
    assert refused.value.code == "registration.done"


async def test_only_numbers_at_home_that_the_tenant_may_use_are_places(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    own = frozenset({"mobile"})
    channels = [
        ChannelPlace(101, "mobile", "10690001", 20, own, EVERYBODY, NO_ACCOUNTS),
        ChannelPlace(102, "all", "10690001", 20, EVERYBODY, frozenset({"CN"}), NO_ACCOUNTS),
        ChannelPlace(103, "abroad", "10690003", 20, EVERYBODY, frozenset({"SG"}), NO_ACCOUNTS),
        ChannelPlace(104, "name", "HONGYAN", 11, EVERYBODY, EVERYBODY, NO_ACCOUNTS),
        ChannelPlace(105, "other", "10690005", 20, EVERYBODY, EVERYBODY, frozenset({1})),
    ]
    room = await make_registration_room(store, clock, ids, channels=channels)
    await room.approved()
    assert [(row.channel_id, row.network) for row in (await room.of()).values()] == [
        *((101, "mobile"), (102, "unicom"), (102, "telecom"))
    ]


async def test_deleting_a_signature_ends_its_registrations_and_keeps_their_history(
    room: RegistrationRoom,
) -> None:
    signature_id = await room.approved()
    await answered(room)
    row = (await room.of())["mobile"]
    await room.tenant.compliance.signatures.delete(room.tenant.account_id, NAME, actor=KEY)
    assert {each.state for each in await room.registrations.of_signature(signature_id)} == {S.NOT_REGISTERED}
    assert (await room.registrations.history(row.id))[-1].event is E.END
    assert await room.registrations.page(RegistrationFilter(sign_name=NAME)) == (0, [])


async def test_a_released_extension_code_takes_its_registrations_along(room: RegistrationRoom) -> None:
    account = room.tenant.account_id
    codes = room.tenant.compliance.extension_codes
    await room.approved()
    await answered(room)
    await codes.assign(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    started = await room.registrations.start(account, NAME, actor=KEY)
    assert {row.sender for row in started} == {"106900018801"}
    for row in started[:2]:
        await room.apply(row, E.FILED)
        await room.apply(row, E.ACCEPTED)
    await codes.release(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    after = [await room.registrations.get(row.id) for row in started]
    assert {(row.state, row.reason) for row in after} == {(S.LAPSED, R.EXT_CODE_RECYCLE)}


async def test_a_complimentary_signature_is_registered_as_well(room: RegistrationRoom) -> None:
    await room.tenant.qualification()
    await room.tenant.approve_open()
    found = await room.of("杭州测算科技有限公司")
    assert {row.state for row in found.values()} == {S.REGISTERING}


async def test_signatures_of_the_platform_have_no_qualification_to_register(room: RegistrationRoom) -> None:
    from hongyan.compliance import SignType

    compliance, account = room.tenant.compliance, room.tenant.account_id
    await compliance.signatures.submit_system(account, "平台", SignType.GENERAL, actor=LI)
    await room.tenant.approve_open()
    assert {row.reason for row in (await room.of("平台")).values()} == {R.UNBINDING_QUA}
    with pytest.raises(Refused) as refused:
        await room.registrations.start(account, "平台", actor=KEY)
    assert refused.value.code == "registration.no_qualification"


async def test_binding_a_qualification_begins_it(room: RegistrationRoom) -> None:
    from hongyan.compliance import SignType

    desk, account = room.tenant.compliance.signatures, room.tenant.account_id
    await desk.submit_system(account, "测算商城", SignType.GENERAL, actor=LI)
    await room.tenant.approve_open()
    assert {row.state for row in (await room.of("测算商城")).values()} == {S.NOT_REGISTERED}
    qualification = (await room.tenant.qualification()).object_id
    await room.tenant.approve_open()
    await desk.rebind(account, "测算商城", qualification, actor=KEY)
    await room.tenant.approve_open()
    rows = (await room.of("测算商城")).values()
    assert {(row.state, row.reason, row.qualification_id) for row in rows} == {
        (S.REGISTERING, R.REGISTERING, qualification)
    }


async def test_the_sandboxs_registrar_has_it_verified_in_the_same_transaction(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    choice = RegistrarChoice("simulator", simulated=True, at_once=lambda row: row.network != "telecom")
    room = await make_registration_room(store, clock, ids, sandbox=True, registrar=choice)
    await room.approved()
    found = await room.of()
    assert {network: row.state for network, row in found.items()} == {
        "mobile": S.SUCCESS,
        "unicom": S.SUCCESS,
        "telecom": S.REGISTERING,
    }
    steps = await room.registrations.history(found["mobile"].id)
    assert [step.event for step in steps] == [E.START, E.FILED, E.ACCEPTED, E.VERIFIED]
    assert (await room.registrations.standing(room.tenant.account_id, NAME)).register_result == 1


async def test_outside_the_sandbox_what_was_filed_with_nobody_is_not_registered(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    choice = RegistrarChoice("simulator", simulated=True, at_once=lambda _row: True)
    room = await make_registration_room(store, clock, ids, registrar=choice)
    await room.approved()
    assert {row.state for row in (await room.of()).values()} == {S.NOT_REGISTERED}
    assert await room.registrations.page(RegistrationFilter()) == (0, [])
    counts = await room.registrations.counts()
    assert {state for (_, state), count in counts.items() if count} == {S.NOT_REGISTERED}
    await room.edit_signature(approve=False)  # nothing is being registered
    started = await room.registrations.start(room.tenant.account_id, NAME, actor=KEY)
    assert len(started) == 3


async def test_a_filing_that_is_brought_along_awaits_verification(room: RegistrationRoom) -> None:
    await room.approved()
    told = Told(at_ms=5, reference="CT-7", registrar="migration", came_back={"sheet": "a.xlsx", "row": 3})
    row = await room.registrations.import_filing(
        room.tenant.account_id, NAME, "telecom", "10690001", actor=CARRIER, told=told
    )
    assert (row.state, row.filed_ms, row.reference, row.registrar) == (S.AWAITING, 5, "CT-7", "migration")
    assert (await room.of())["telecom"].state is S.AWAITING
    with pytest.raises(Refused, match="no configured channel"):
        await room.registrations.import_filing(
            room.tenant.account_id, NAME, "telecom", "10699999", actor=CARRIER, told=told
        )


async def test_registrations_are_listed_and_counted(room: RegistrationRoom) -> None:
    await room.approved()
    await answered(room)
    await room.approved("杭州测算科技")
    desk, every = room.registrations, RegistrationFilter()
    total, first = await desk.page(every, limit=4)
    names = {each.sign_name for each in first}
    assert total == 9  # the complimentary one too
    assert NAME in names or len(names) == 2
    rest = (await desk.page(every, after=first[-1].id, limit=100))[1]
    assert len(rest) == 5
    for wanted, count in (
        (RegistrationFilter(state=S.AWAITING), 3),
        (RegistrationFilter(sign_name=NAME, network="mobile"), 1),
        (RegistrationFilter(unfiled=True), 6),
        (RegistrationFilter(account_id=1), 0),
        (RegistrationFilter(reason=R.DETECTING, sender="10690001", registrar="pack"), 3),
    ):
        assert (await desk.page(wanted))[0] == count, wanted
    assert len([each async for each in desk.all(every)]) == 9
    assert (await desk.counts())["unicom", S.AWAITING] == 1


# -- extension codes -----------------------------------------------------------------------------------------


async def test_a_signature_gets_its_extension_code_before_it_is_filed(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids, digits=4)
    signature_id = await room.approved()
    found = await room.of()
    (code,) = await room.tenant.compliance.extension_codes.of_signature(signature_id)
    assert len(code) == 4
    assert {row.sender for row in found.values()} == {f"10690001{code}"}
    assert (await room.tenant.compliance.extension_codes.get(code)).source is CodeSource.PLATFORM
    others = await room.of("杭州测算科技有限公司")
    assert {row.sender for row in others.values()}.isdisjoint({f"10690001{code}"})
    assert {row.state for row in others.values()} == {S.REGISTERING}


async def test_one_number_for_several_signatures_is_found_before_filing(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    longer = ONE._replace(id=102, name="two", access_number="1069000188")
    room = await make_registration_room(store, clock, ids, channels=[ONE])
    account, codes = room.tenant.account_id, room.tenant.compliance.extension_codes
    await room.approved()
    await codes.assign(account, NAME, "8801", by=CodeSource.TENANT, actor=KEY)
    await room.registrations.start(account, NAME, actor=KEY)
    room.channels[:] = [longer]
    await room.tenant.signature("杭州测算科技")
    await codes.assign(account, "杭州测算科技", "01", by=CodeSource.TENANT, actor=KEY)
    await room.tenant.approve_open()
    found = await room.of("杭州测算科技")
    assert {(row.sender, row.state, row.reason) for row in found.values()} == {
        ("106900018801", S.FAILED, R.ONE_CODE_MULTIPLE_SIGN)
    }
    history = await room.registrations.history(found["mobile"].id)
    assert (history[-1].event, found["mobile"].answered_ms) == (E.NOT_TAKEN, None)  # no carrier has said it
    assert history[-1].came_back == {"found": "before filing", "also": [NAME]}
    with pytest.raises(Refused) as refused:
        await room.apply(found["mobile"], E.ACCEPTED)
    assert refused.value.code == "registration.never_filed"


async def test_an_approval_goes_through_when_no_code_is_free(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids, digits=1)
    account, codes = room.tenant.account_id, room.tenant.compliance.extension_codes
    await room.approved()  # and the complimentary one: two codes of ten
    taken = {row.extension_code for row in [*(await room.of()).values()]}
    for code in sorted(set("0123456789") - taken):
        with contextlib.suppress(Refused):
            await codes.assign(account, NAME, code, by=CodeSource.PLATFORM, actor=LI)
    await room.approved("杭州测算科技")
    standing = await room.registrations.standing(account, "杭州测算科技")
    assert {each.reasons for each in standing.networks} == {(R.NON_REGISTER,)}
    with pytest.raises(Refused) as refused:
        await room.registrations.start(account, "杭州测算科技", actor=KEY)
    assert refused.value.code == "extension.none_free"
