"""The door's memory of the nonces of queries."""

from __future__ import annotations

from hongyan.apis.aliyun.nonces import RecentNonces


def test_a_nonce_is_new_once() -> None:
    nonces = RecentNonces(16)
    assert nonces.use((100, 1), 100)
    assert not nonces.use((100, 1), 100)
    assert nonces.use((100, 2), 100)
    assert nonces.use((101, 1), 101)


def test_minutes_that_no_longer_count_are_forgotten_as_a_whole() -> None:
    nonces = RecentNonces(16)
    for minute in range(100, 200):
        for value in range(10):
            assert nonces.use((minute, value), minute)
    assert len(nonces) == 17 * 10
    assert not nonces.use((184, 0), 199)


def test_a_full_memory_forgets_the_oldest_minute() -> None:
    nonces = RecentNonces(16, most=20)
    for minute in (100, 101):
        for value in range(10):
            assert nonces.use((minute, value), 101)
    assert nonces.use((101, 99), 101)
    assert not nonces.use((101, 5), 101)
    assert nonces.use((100, 5), 101)


def test_one_flooded_minute_stays_bounded() -> None:
    nonces = RecentNonces(16, most=20)
    for value in range(1000):
        assert nonces.use((100, value), 100)
        assert len(nonces) <= 20
