from __future__ import annotations

import asyncio

import pytest
from in_process_store import InProcessStore

from hongyan.identity import AccountKind, Identity, RootSettings, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import IdMaker

GIVEN = RootSettings("testkeyid", "testkeysecret", "a password")


async def test_the_first_start_makes_the_root_account_and_hands_out_its_credentials_once(
    identity: Identity,
) -> None:
    first = await identity.first_start(RootSettings())
    assert first is not None
    assert (first.generated, first.console_login) == (True, "root")
    root = await identity.root_account()
    assert root.kind is AccountKind.ROOT
    key = await identity.key(first.access_key_id)
    assert key is not None
    assert (key.secret, key.account_id, key.enabled) == (first.access_key_secret, root.id, True)
    person = await identity.check_password("root", first.password)
    assert person is not None
    assert (person.account_id, person.role) == (root.id, "root")
    assert await identity.first_start(RootSettings()) is None


async def test_credentials_from_the_environment_are_taken_and_not_shown(identity: Identity) -> None:
    first = await identity.first_start(GIVEN)
    assert first is not None
    assert not first.generated
    assert "testkeysecret" not in repr(first)
    assert "a password" not in repr(GIVEN)
    key = await identity.key("testkeyid")
    assert key is not None
    assert key.secret == "testkeysecret"
    assert await identity.check_password("root", "a password")


async def test_only_what_was_not_given_counts_as_generated(identity: Identity) -> None:
    first = await identity.first_start(RootSettings(password="a password"))
    assert first is not None
    assert (first.generated_key, first.generated_password) == (True, False)


async def test_a_changed_secret_takes_effect_on_the_next_start(identity: Identity) -> None:
    await identity.first_start(GIVEN)
    assert await identity.key("testkeyid")
    await identity.first_start(RootSettings("testkeyid", "anothersecret", "a password"))
    key = await identity.key("testkeyid")
    assert key is not None
    assert key.secret == "anothersecret"


async def test_a_changed_key_id_takes_the_place_of_the_one_before(identity: Identity) -> None:
    await identity.first_start(GIVEN)
    await identity.first_start(RootSettings("otherkeyid", "testkeysecret"))
    before, after = await identity.key("testkeyid"), await identity.key("otherkeyid")
    assert before is not None
    assert after is not None
    assert (before.enabled, after.enabled) == (False, True)


async def test_a_changed_password_takes_effect_and_ends_the_sessions(identity: Identity) -> None:
    await identity.first_start(GIVEN)
    person = await identity.check_password("root", "a password")
    assert person is not None
    token = await identity.open_login_session(person)
    await identity.first_start(RootSettings(password="another one"))
    assert await identity.login_session(token) is None
    assert await identity.check_password("root", "a password") is None
    assert await identity.check_password("root", "another one")


async def test_an_unchanged_environment_changes_nothing(identity: Identity) -> None:
    await identity.first_start(GIVEN)
    root = await identity.root_account()
    before = await identity.audit_events(root.id)
    await identity.first_start(GIVEN)
    assert await identity.audit_events(root.id) == before


async def test_a_key_that_was_disabled_stays_disabled_although_the_environment_names_it(
    identity: Identity,
) -> None:
    await identity.first_start(GIVEN)
    await identity.disable_key("testkeyid", actor="test")
    await identity.first_start(GIVEN)
    key = await identity.key("testkeyid")
    assert key is not None
    assert not key.enabled


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (RootSettings(access_key_id="testkeyid"), "identity.root_key_incomplete"),
        (RootSettings(access_key_secret="testkeysecret"), "identity.root_key_incomplete"),
        (RootSettings("test key", "testkeysecret"), "identity.root_key_characters"),
        (RootSettings("testkeyid", "密钥"), "identity.root_key_characters"),
    ],
)
async def test_half_a_key_or_an_unusable_one_is_refused(
    identity: Identity, settings: RootSettings, code: str
) -> None:
    with pytest.raises(Misconfigured) as refused:
        await identity.first_start(settings)
    assert refused.value.code == code


async def test_the_environment_cannot_take_another_accounts_key(identity: Identity) -> None:
    await identity.first_start(GIVEN)
    tenant = await identity.create_account(AccountKind.ENTERPRISE, "tenant", actor="test")
    key = await identity.create_key(tenant.id, "app", actor="test")
    with pytest.raises(Misconfigured) as refused:
        await identity.first_start(RootSettings(key.id, "testkeysecret"))
    assert refused.value.code == "identity.root_key_taken"


async def test_a_start_with_another_master_key_is_refused(
    identity: Identity, store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    await identity.first_start(GIVEN)
    stranger = Identity(store, clock, ids, Vault(bytes(32)))
    with pytest.raises(Misconfigured) as refused:
        await stranger.first_start(GIVEN)
    assert refused.value.code == "vault.wrong_key"


async def test_of_two_nodes_that_start_together_one_hands_out_the_credentials(
    identity: Identity, store: InProcessStore, clock: ManualClock, vault: Vault
) -> None:
    other = Identity(store, clock, IdMaker(clock, node=1), vault)
    outcomes = await asyncio.gather(identity.first_start(RootSettings()), other.first_start(RootSettings()))
    (first,) = (outcome for outcome in outcomes if outcome is not None)
    key = await identity.key(first.access_key_id)
    assert key is not None
    assert key.account_id == (await other.root_account()).id
