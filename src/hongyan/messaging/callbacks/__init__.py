"""Callbacks: what tenants' programs are told over HTTP, kept until they have taken it."""

from hongyan.messaging.callbacks.addresses import Guard
from hongyan.messaging.callbacks.deliverer import Deliverer
from hongyan.messaging.callbacks.facts import delivery_facts, subscription_facts
from hongyan.messaging.callbacks.model import CallbackType, Delivery, DeliveryState, Subscription
from hongyan.messaging.callbacks.posting import HttpPost, trusted
from hongyan.messaging.callbacks.service import Callbacks
from hongyan.messaging.callbacks.states import DELIVERY

__all__ = [
    "DELIVERY",
    "CallbackType",
    "Callbacks",
    "Deliverer",
    "Delivery",
    "DeliveryState",
    "Guard",
    "HttpPost",
    "Subscription",
    "delivery_facts",
    "subscription_facts",
    "trusted",
]
