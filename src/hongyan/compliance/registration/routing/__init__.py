"""What routing may do with a signature where it is not, or not yet, registered. Asked for every message."""

from hongyan.compliance.registration.routing.index import StandingIndex
from hongyan.compliance.registration.routing.policy import (
    CAPPED,
    Permission,
    RegistrationPolicy,
    Turn,
    Unregistered,
)

__all__ = [
    "CAPPED",
    "Permission",
    "RegistrationPolicy",
    "StandingIndex",
    "Turn",
    "Unregistered",
]
