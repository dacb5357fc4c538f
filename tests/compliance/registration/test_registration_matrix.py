"""The matrix of all signatures: the number of statements does not grow with the signatures; over REST with pages."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from compliance_material import KEY, LI
from in_process_store import InProcessStore
from registration_room import NAME, ONE, RegistrationRoom, make_registration_room
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance import Tag
from hongyan.compliance.registration import RegistrationEvent, RegistrationState, Scope
from hongyan.compliance.registration.waves.desk import MOST_PLANNED, Waves
from hongyan.identity import AccountKind, commit_change
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker

S, E = RegistrationState, RegistrationEvent
MANY = 3_000
_AT_ONCE = 300


class CountingStore(InProcessStore):
    """Counts what is read, by name."""

    reads: Counter[str]

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        if hasattr(self, "reads"):
            self.reads[name] += 1
        return await super().read(name, *parameters)


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    return await make_registration_room(store, clock, ids)


async def client(room: RegistrationRoom, account_id: int | None = None) -> RestClient:
    door = RestDoor(Services(room.identity, room.tenant.compliance, None, room.clock, *NOT_ASKED))  # type: ignore[arg-type]
    account_id = account_id or (await room.identity.root_account()).id
    return RestClient(door, await room.identity.create_key(account_id, "app", actor="test"))


async def taken_over(room: RegistrationRoom, count: int) -> None:
    """Signatures that are approved and of which nothing began, as a platform has that takes them over."""
    desk, account = room.tenant.compliance.signatures, room.tenant.account_id
    material = (await desk.get(account, NAME)).material
    for first in range(0, count, _AT_ONCE):
        steps = [
            step
            for number in range(first, min(first + _AT_ONCE, count))
            for step in desk.given_steps(account, f"签名{number}", material, LI, Tag.TENANT)[1]
        ]
        await commit_change(room.store, steps)


async def test_three_thousand_signatures_are_listed_with_a_handful_of_statements(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    store.__class__ = CountingStore
    assert isinstance(store, CountingStore)
    room = await make_registration_room(
        store, clock, ids, channels=(ONE, ONE._replace(id=102, access_number="2"))
    )
    await room.approved()
    operator = await client(room)
    await operator.ok("GET", "/registrations?limit=1")  # its key is known now

    async def reads(query: str) -> tuple[dict[str, Any], int]:
        store.reads = Counter()
        body = await operator.ok("GET", f"/registrations?{query}")
        return body, store.reads.total()

    few: dict[str, int] = {}
    queries = (
        "limit=50",
        "limit=50&state=not_registered",
        "limit=200&state=registering",
        "past=true&limit=10",
    )
    for query in queries:
        _, few[query] = await reads(query)
    await taken_over(room, MANY)
    for query in queries:
        body, many = await reads(query)
        assert many <= few[query] + 4, (query, store.reads)  # wider looks where few of many are asked for
        assert len(body["items"]) <= 200
    assert (await reads("limit=1"))[0]["total"] == (MANY + 2) * 6
    query = "limit=200&state=not_registered&network=telecom&sender=10690001"
    body, _ = await reads(query)
    seen = Counter(row["signature"] for row in body["items"])
    while body["next"]:
        body, _ = await reads(f"{query}&cursor={body['next']}")
        assert store.reads["compliance.count_registration_matrix"] == 0  # counted once, for the first page
        assert (body["total"], len(body["items"])) == (MANY, 200)
        seen.update(row["signature"] for row in body["items"])
    assert (len(seen), seen.total()) == (MANY, MANY)


async def test_past_numbers_and_deleted_signatures_are_asked_for_over_rest(room: RegistrationRoom) -> None:
    await room.approved()
    tenant, stranger = await client(room, room.tenant.account_id), await client(room)
    (row, *_) = (await tenant.ok("GET", f"/registrations?signature={quote(NAME)}"))["items"]
    assert (row["past"], row["deleted"], row["signature_id"] > 0) == (False, False, True)
    room.channels[:] = [ONE._replace(id=102, access_number="10690002")]
    path = f"/signature-registrations?signature={quote(NAME)}"
    now = await tenant.ok("GET", path)
    assert {(each["sender"], each["id"]) for each in now["registrations"]} == {("10690002", 0)}
    assert {each["state"] for each in now["networks"]} == {"not_registered"}
    whole = await tenant.ok("GET", f"{path}&past=true")
    assert sorted(each["past"] for each in whole["registrations"]) == [False] * 3 + [True] * 3
    assert (await tenant.ok("GET", f"/registrations/{row['id']}"))["past"]

    await room.tenant.compliance.signatures.delete(room.tenant.account_id, NAME, actor=KEY)
    assert (await tenant.ok("GET", f"/registrations?past=true&signature={quote(NAME)}"))["items"] == []
    gone = await tenant.ok("GET", f"/registrations?deleted=true&signature={quote(NAME)}")
    assert (gone["total"], {each["cure"] for each in gone["items"]}) == (3, {"none"})
    assert row["id"] in {each["id"] for each in gone["items"]}
    one = await tenant.ok("GET", f"/registrations/{row['id']}")
    assert (one["deleted"], one["whose"]) == (True, "nobody")
    history = await tenant.ok("GET", f"/registrations/{row['id']}/history")
    assert [step["event"] for step in history["items"]] == ["start", "end"]
    assert (await stranger.ok("GET", "/registrations?deleted=true"))["total"] == 3  # the operator
    other = await room.identity.create_account(
        AccountKind.ENTERPRISE, "other", company_name="某公司", uscc=None, actor="test"
    )
    foreign = await client(room, other.id)
    assert (await foreign.ok("GET", "/registrations?deleted=true"))["items"] == []
    assert (await foreign.get(f"/registrations/{row['id']}")).code == "registration.unknown"


async def test_waves_are_planned_with_a_handful_of_statements(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    store.__class__ = CountingStore
    assert isinstance(store, CountingStore)
    room = await make_registration_room(store, clock, ids)
    await room.approved()
    await taken_over(room, MANY)
    store.reads = Counter()
    items = (await Waves(store, clock, room.registrations, room.identity).draft((), 500)).items
    assert len(items) == MOST_PLANNED
    assert {each.candidate.network for each in items} == {"mobile", "unicom", "telecom"}
    assert store.reads.total() < 30, store.reads


@pytest.mark.parametrize("cursor", ["AAAA", "lAABAgM", "x", "lAAAo4AAAP8"])
async def test_a_cursor_of_another_list_is_refused(room: RegistrationRoom, cursor: str) -> None:
    operator = await client(room)
    said = await operator.get(f"/registrations?cursor={cursor}")
    assert (said.status, said.code) == (400, "request.invalid")


async def test_a_carrier_that_had_a_number_which_is_gone_locks_nothing(room: RegistrationRoom) -> None:
    await room.approved()
    with pytest.raises(Refused, match="being registered"):
        await room.edit_signature()
    room.channels[:] = [ONE._replace(id=102, access_number="10690002")]
    await room.edit_signature()
    cells = await room.registrations.cells_of(room.tenant.account_id, NAME, Scope.WITH_PAST)
    assert {(cell.registration.sender, cell.registration.signature_revision) for cell in cells} == {
        *{("10690001", 1), ("10690002", 2)}
    }


async def test_the_step_after_a_number_is_gone_is_nobodys(room: RegistrationRoom) -> None:
    await room.approved()
    room.channels.clear()
    views = await room.tenant.compliance.registration_views.matrix(
        room.tenant.account_id, NAME, Scope.WITH_PAST
    )
    assert {(view.registration.state, view.next_step.cure.value) for view in views} == {
        (S.REGISTERING, "none")
    }
    row = views[0].registration
    filed = await room.apply(row, E.FILED)
    assert (await room.tenant.compliance.registration_views.one(filed.id)).wait is not None
