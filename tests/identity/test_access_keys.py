from __future__ import annotations

import re

import pytest
from in_process_store import InProcessStore

from hongyan.identity import AccountKind, Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker


async def _account(identity: Identity, name: str = "tenant") -> int:
    return (await identity.create_account(AccountKind.ENTERPRISE, name, actor="test")).id


async def test_a_new_key_has_the_shape_that_sdks_know(identity: Identity) -> None:
    key = await identity.create_key(await _account(identity), "app", actor="test")
    assert re.fullmatch(r"LTAI5t[A-Za-z0-9]{18}", key.id)
    assert re.fullmatch(r"[A-Za-z0-9]{30}", key.secret)
    assert key.enabled


async def test_a_key_is_not_at_hand_before_it_was_loaded_and_is_afterwards(identity: Identity) -> None:
    key = await identity.create_key(await _account(identity), "app", actor="test")
    assert identity.peek_key(key.id) is None
    assert await identity.key(key.id) == key
    assert identity.peek_key(key.id) == key


async def test_a_disabled_key_is_disabled_at_once(identity: Identity) -> None:
    key = await identity.create_key(await _account(identity), "app", actor="test")
    assert await identity.key(key.id) == key
    await identity.disable_key(key.id, actor="test")
    assert identity.peek_key(key.id) is None
    loaded = await identity.key(key.id)
    assert loaded is not None
    assert not loaded.enabled


async def test_a_key_disabled_on_another_node_is_forgotten_when_the_topic_is_told(
    identity: Identity, store: InProcessStore, clock: ManualClock, vault: Vault
) -> None:
    other = Identity(store, clock, IdMaker(clock, node=1), vault)
    key = await identity.create_key(await _account(identity), "app", actor="test")
    assert await other.key(key.id) == key
    await identity.disable_key(key.id, actor="test")
    assert other.peek_key(key.id) is None


async def test_an_unknown_key_is_remembered_as_absent_until_it_is_made(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = await _account(identity)
    monkeypatch.setattr("hongyan.identity.service.generate_key_id", lambda: "LTAI5tKnownBeforehand")
    assert await identity.key("LTAI5tKnownBeforehand") is None
    assert await identity.key("LTAI5tKnownBeforehand") is None
    made = await identity.create_key(account_id, "app", actor="test")
    assert await identity.key("LTAI5tKnownBeforehand") == made


async def test_the_secret_lies_sealed_in_the_database_and_bound_to_its_key(
    identity: Identity, store: InProcessStore
) -> None:
    key = await identity.create_key(await _account(identity), "app", actor="test")
    ((_, sealed, _, _),) = await store.read("identity.access_key", key.id)
    assert key.secret.encode() not in sealed


async def test_a_key_lists_without_its_secret_and_a_record_does_not_print_it(identity: Identity) -> None:
    account_id = await _account(identity)
    key = await identity.create_key(account_id, "app", actor="test")
    (view,) = await identity.list_keys(account_id)
    assert (view.id, view.name, view.enabled) == (key.id, "app", True)
    assert key.secret not in repr(view)
    assert key.secret not in repr(key)


async def test_a_key_cannot_be_made_for_an_unknown_account_nor_an_unknown_one_disabled(
    identity: Identity,
) -> None:
    with pytest.raises(Refused) as refused:
        await identity.create_key(1, "app", actor="test")
    assert refused.value.code == "identity.no_account"
    with pytest.raises(Refused) as refused:
        await identity.disable_key("LTAI5tNobody", actor="test")
    assert refused.value.code == "identity.no_access_key"


async def test_account_names_are_unique(identity: Identity) -> None:
    await _account(identity, "one")
    with pytest.raises(Refused) as refused:
        await _account(identity, "one")
    assert refused.value.code == "identity.account_name_taken"


async def test_everybodys_keys_are_listed_in_pages(identity: Identity) -> None:
    account_id = await _account(identity)
    made = sorted([(await identity.create_key(account_id, str(n), actor="test")).id for n in range(5)])
    first = await identity.list_keys(limit=3)
    rest = await identity.list_keys(after_id=first[-1].id, limit=3)
    assert [view.id for view in first + rest] == made


async def test_what_is_done_with_keys_is_in_the_audit_trail(identity: Identity) -> None:
    account_id = await _account(identity)
    key = await identity.create_key(account_id, "app", actor="cli:alice")
    await identity.disable_key(key.id, actor="person:root")
    events = await identity.audit_events(account_id)
    assert [(event.actor, event.action, event.object) for event in events] == [
        ("person:root", "identity.disable_key", key.id),
        ("cli:alice", "identity.create_key", key.id),
        ("test", "identity.create_account", "tenant"),
    ]
    assert key.secret not in str(events)


async def test_other_rooms_append_to_the_trail(identity: Identity) -> None:
    account_id = await _account(identity)
    await identity.record_event(account_id, "person:root", "console.look_at", "13800138000", page="inbox")
    (newest, *_) = await identity.audit_events(account_id)
    assert newest.facts == {"page": "inbox"}
