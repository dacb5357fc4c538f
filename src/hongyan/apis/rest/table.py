"""Every route of the door."""

from __future__ import annotations

from typing import Final

from hongyan.apis.rest.applying import APPLYING
from hongyan.apis.rest.callbacks import CALLBACKS
from hongyan.apis.rest.changes import CHANGES
from hongyan.apis.rest.checks import CHECKS
from hongyan.apis.rest.filing_packs import FILING_PACKS
from hongyan.apis.rest.health import HEALTH
from hongyan.apis.rest.keep_alive import KEEP_ALIVE
from hongyan.apis.rest.lapsing import LAPSING
from hongyan.apis.rest.letters import LETTERS
from hongyan.apis.rest.registrations import REGISTRATIONS
from hongyan.apis.rest.reviews import REVIEWS
from hongyan.apis.rest.route import Route
from hongyan.apis.rest.sheets import SHEETS
from hongyan.apis.rest.test_sends import TEST_SENDS
from hongyan.apis.rest.waves import WAVES

ROUTES: Final[tuple[Route, ...]] = (
    *CHECKS,
    *APPLYING,
    *LETTERS,
    *REVIEWS,
    *CHANGES,
    *REGISTRATIONS,
    *LAPSING,
    *KEEP_ALIVE,
    *TEST_SENDS,
    *FILING_PACKS,
    *SHEETS,
    *WAVES,
    *HEALTH,
    *CALLBACKS,
)
