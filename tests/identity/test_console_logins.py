from __future__ import annotations

import asyncio
import contextlib

import pytest
from in_process_store import InProcessStore

from hongyan.identity import Identity, Person, RootSettings
from hongyan.identity.attempts import LONGEST_NAME, PER_LOGIN, PER_SOURCE, LoginAttempts
from hongyan.identity.passwords import WAITING, Passwords
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Throttled

HOUR = 3_600.0


@pytest.fixture
async def root(identity: Identity) -> Person:
    await identity.first_start(RootSettings(password="right"))
    person = await identity.check_password("root", "right")
    assert person is not None
    return person


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    identity: Identity, root: Person
) -> None:
    assert await identity.check_password("root", "wrong") is None
    assert await identity.check_password("nobody", "right") is None


async def test_an_unknown_login_costs_as_much_work_as_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = Passwords()
    stored = await passwords.hash("right")
    await passwords.verify(None, "anything")
    verified: list[str] = []
    checks = passwords._hasher.verify
    monkeypatch.setattr(
        type(passwords._hasher), "verify", lambda _, h, p: verified.append(h) or checks(h, p), raising=True
    )
    assert await passwords.verify(stored, "right")
    assert not await passwords.verify(None, "right")
    assert len(verified) == 2
    assert verified[0].split("$")[:4] == verified[1].split("$")[:4]


async def test_verifications_beyond_the_queue_are_turned_away() -> None:
    passwords = Passwords()
    stored = await passwords.hash("right")
    attempts = await asyncio.gather(
        *(passwords.verify(stored, "right") for _ in range(WAITING + 3)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Throttled) for outcome in attempts) == 3
    assert await passwords.verify(stored, "right")


async def test_a_session_is_found_by_its_token_only(identity: Identity, root: Person) -> None:
    token = await identity.open_login_session(root)
    session = await identity.login_session(token)
    assert session is not None
    assert session.person == root
    assert await identity.login_session(token + "x") is None
    assert await identity.login_session("") is None


async def test_the_token_itself_is_not_stored(
    identity: Identity, root: Person, store: InProcessStore
) -> None:
    token = await identity.open_login_session(root)
    assert store._reader is not None
    assert token not in str(store._reader.execute("SELECT * FROM login_session").fetchall())


async def test_a_session_ends_after_twelve_idle_hours(
    identity: Identity, root: Person, clock: ManualClock
) -> None:
    token = await identity.open_login_session(root)
    clock.advance(12 * HOUR - 1)
    assert await identity.login_session(token)
    clock.advance(12 * HOUR - 1)
    assert await identity.login_session(token)
    clock.advance(12 * HOUR)
    assert await identity.login_session(token) is None


async def test_a_session_ends_after_seven_days_however_busy(
    identity: Identity, root: Person, clock: ManualClock
) -> None:
    token = await identity.open_login_session(root)
    for _ in range(7 * 4 - 1):
        clock.advance(6 * HOUR)
        assert await identity.login_session(token)
    clock.advance(6 * HOUR)
    assert await identity.login_session(token) is None


async def test_logging_out_ends_the_session(identity: Identity, root: Person) -> None:
    token = await identity.open_login_session(root)
    await identity.close_login_session(token)
    assert await identity.login_session(token) is None
    await identity.close_login_session(token)


async def test_the_chosen_language_is_remembered(identity: Identity, root: Person) -> None:
    token = await identity.open_login_session(root)
    await identity.change_language(root, "en")
    session = await identity.login_session(token)
    assert session is not None
    assert session.person.language == "en"


async def test_guessing_one_login_is_stopped_and_goes_on_after_the_window(clock: ManualClock) -> None:
    attempts = LoginAttempts(clock)
    for n in range(PER_LOGIN.most):
        attempts.begin("root", f"10.0.0.{n}")
    with pytest.raises(Throttled) as refused:
        attempts.begin("root", "10.0.1.1")
    assert refused.value.facts["retry_after_s"] == int(PER_LOGIN.window_s) + 1
    attempts.begin("other", "10.0.1.1")
    clock.advance(PER_LOGIN.window_s + 1)
    attempts.begin("root", "10.0.1.1")


async def test_guessing_many_logins_from_one_source_is_stopped(clock: ManualClock) -> None:
    attempts = LoginAttempts(clock)
    for n in range(PER_SOURCE.most):
        attempts.begin(f"login{n}", "10.0.0.1")
    with pytest.raises(Throttled):
        attempts.begin("another", "10.0.0.1")


async def test_a_stranger_at_one_address_locks_nobody_else_out(identity: Identity, root: Person) -> None:
    for n in range(PER_LOGIN.most * 2):
        with contextlib.suppress(Throttled):
            assert await identity.check_password("root", f"guess{n}", source="203.0.113.9") is None
    assert await identity.check_password("root", "right", source="10.0.0.1") == root


async def test_good_logins_do_not_count(clock: ManualClock) -> None:
    attempts = LoginAttempts(clock)
    for _ in range(PER_SOURCE.most * 2):
        attempts.begin("root", "10.0.0.1")
        attempts.succeeded("root", "10.0.0.1")


async def test_a_flood_of_logins_takes_bounded_memory(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongyan.identity.attempts.KEPT", 50)
    attempts = LoginAttempts(clock)
    for n in range(500):
        attempts.begin(f"login{n}{'x' * 10_000}", f"source{n}{'x' * 10_000}")
    assert len(attempts._failures) == 50
    assert all(len(name) <= LONGEST_NAME for _, name in attempts._failures)


async def test_many_guesses_at_the_same_moment_do_not_slip_through(identity: Identity, root: Person) -> None:
    outcomes = await asyncio.gather(
        *(
            identity.check_password("root", f"guess{n}", source="10.0.0.1")
            for n in range(PER_SOURCE.most + 5)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Throttled) for outcome in outcomes) >= 5
