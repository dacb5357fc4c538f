"""Real-name registration with the carriers: where every signature stands on every network, and why."""

from hongyan.compliance.registration.beginning import RegistrarChoice
from hongyan.compliance.registration.deadlines import Deadlines, Expected, Wait
from hongyan.compliance.registration.desk import TOPIC, Registrations
from hongyan.compliance.registration.facts import registration_facts, standing_facts, step_facts
from hongyan.compliance.registration.hearing import hear
from hongyan.compliance.registration.idleness import Silence
from hongyan.compliance.registration.matrix.model import BEFORE_ALL, Position
from hongyan.compliance.registration.model import (
    Inference,
    Place,
    Registration,
    RegistrationFilter,
    RegistrationStep,
    Scope,
)
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.networks import COUNTED, NETWORKS, Network, NetworkRow, networks_named
from hongyan.compliance.registration.places import ChannelPlace, ChannelPlaces
from hongyan.compliance.registration.reasons import REASONS, Cure, ReasonCode, ReasonRow, Whose
from hongyan.compliance.registration.registering import BY_PACK, Registering
from hongyan.compliance.registration.roll_up import NetworkStanding, SignatureStanding, rolled_up
from hongyan.compliance.registration.states import (
    REGISTRATION,
    VENDOR_STATUS,
    RegistrationEvent,
    RegistrationState,
)
from hongyan.compliance.registration.views import RegistrationView, RegistrationViews
from hongyan.compliance.registration.waiting import NOT_FILED, waited

__all__ = [
    "BEFORE_ALL",
    "BY_PACK",
    "COUNTED",
    "NETWORKS",
    "NOT_FILED",
    "REASONS",
    "REGISTRATION",
    "TOPIC",
    "VENDOR_STATUS",
    "ChannelPlace",
    "ChannelPlaces",
    "Cure",
    "Deadlines",
    "Expected",
    "Inference",
    "Network",
    "NetworkRow",
    "NetworkStanding",
    "Place",
    "Position",
    "ReasonCode",
    "ReasonRow",
    "Registering",
    "RegistrarChoice",
    "Registration",
    "RegistrationEvent",
    "RegistrationFilter",
    "RegistrationState",
    "RegistrationStep",
    "RegistrationView",
    "RegistrationViews",
    "Registrations",
    "Scope",
    "SignatureStanding",
    "Silence",
    "Told",
    "Wait",
    "Whose",
    "hear",
    "networks_named",
    "registration_facts",
    "rolled_up",
    "standing_facts",
    "step_facts",
    "waited",
]
