from __future__ import annotations

import pytest
import room_fixtures
from in_process_store import InProcessStore

from hongyan.identity import Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

clock, ids = room_fixtures.clock, room_fixtures.ids
store, vault = room_fixtures.store, room_fixtures.vault


@pytest.fixture
def identity(store: InProcessStore, clock: ManualClock, ids: IdMaker, vault: Vault) -> Identity:
    return Identity(store, clock, ids, vault)
