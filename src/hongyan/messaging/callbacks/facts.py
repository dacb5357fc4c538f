"""Subscriptions and deliveries for machines: what the command line prints and REST answers."""

from __future__ import annotations

from typing import Any

from hongyan.kernel.clock import moment
from hongyan.messaging.callbacks.model import Delivery, DeliveryState, Subscription


def subscription_facts(each: Subscription) -> dict[str, Any]:
    """Without its secret."""
    return {"type": each.type.value, "url": each.url, "changed": moment(each.changed_ms)}


def delivery_facts(each: Delivery) -> dict[str, Any]:
    """Without what it tells. `due`: null once it is done."""
    return {
        "id": each.id,
        "type": each.type.value,
        "state": each.state.value,
        "attempts": each.attempts,
        "due": moment(each.due_ms) if each.state is DeliveryState.PENDING else None,
        "created": moment(each.created_ms),
        "done": moment(each.done_ms),
        "status": each.status,
        "error": each.error,
    }
