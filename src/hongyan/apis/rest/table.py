"""Every route of the door."""

from __future__ import annotations

from typing import Final

from hongyan.apis.rest.applying import APPLYING
from hongyan.apis.rest.callbacks import CALLBACKS
from hongyan.apis.rest.changes import CHANGES
from hongyan.apis.rest.checks import CHECKS
from hongyan.apis.rest.health import HEALTH
from hongyan.apis.rest.letters import LETTERS
from hongyan.apis.rest.registrations import REGISTRATIONS
from hongyan.apis.rest.reviews import REVIEWS
from hongyan.apis.rest.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *CHECKS,
    *APPLYING,
    *LETTERS,
    *REVIEWS,
    *CHANGES,
    *REGISTRATIONS,
    *HEALTH,
    *CALLBACKS,
)
