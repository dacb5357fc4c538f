"""Real-name registration with the carriers: where every signature stands on every network, and why."""

from hongyan.compliance.registration.model import (
    Inference,
    Place,
    Registration,
    RegistrationFilter,
    RegistrationStep,
)
from hongyan.compliance.registration.networks import COUNTED, NETWORKS, Network, NetworkRow, networks_named
from hongyan.compliance.registration.reasons import REASONS, Cure, ReasonCode, ReasonRow, Whose
from hongyan.compliance.registration.roll_up import NetworkStanding, SignatureStanding, rolled_up
from hongyan.compliance.registration.states import (
    REGISTRATION,
    VENDOR_STATUS,
    RegistrationEvent,
    RegistrationState,
)

__all__ = [
    "COUNTED",
    "NETWORKS",
    "REASONS",
    "REGISTRATION",
    "VENDOR_STATUS",
    "Cure",
    "Inference",
    "Network",
    "NetworkRow",
    "NetworkStanding",
    "Place",
    "ReasonCode",
    "ReasonRow",
    "Registration",
    "RegistrationEvent",
    "RegistrationFilter",
    "RegistrationState",
    "RegistrationStep",
    "SignatureStanding",
    "Whose",
    "networks_named",
    "rolled_up",
]
