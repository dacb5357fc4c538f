"""Which actions are built: `@action("SendSms", changes_state=True)` on a coroutine puts it on the wire.

An action only parses its parameters, calls a service and shapes the answer. It returns the answer's fields
without `RequestId`; `Code` and `Message` become `OK` when it gives none. Errors of services are translated by
`errors.translate`; what an action maps differently it says with `errors=`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from hongyan.apis.aliyun.action_table import ACTIONS, ActionFacts
from hongyan.apis.aliyun.call import Call, Invalid
from hongyan.apis.aliyun.errors import GATEWAY, VendorError, business_error, gateway_error
from hongyan.kernel.clock import Clock

if TYPE_CHECKING:
    from hongyan.apis.aliyun.ports import Messaging
    from hongyan.compliance import Compliance


@dataclass(frozen=True, slots=True)
class Services:
    """What actions call. `clock` is the business clock (movable in the sandbox)."""

    messaging: Messaging
    compliance: Compliance
    clock: Clock


Answer = dict[str, Any]
Handler = Callable[[Services, Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Action:
    """A built action. `errors`: our codes -> vendor codes, where they differ from the common table."""

    facts: ActionFacts
    handler: Handler
    changes_state: bool
    errors: Mapping[str, str]
    invalid: Invalid


_built: Final[dict[str, Action]] = {}
BUILT: Final = MappingProxyType(_built)
"""Name -> built action; complete once `hongyan.apis.aliyun.actions` is imported."""


def action(
    name: str,
    *,
    changes_state: bool,
    errors: Mapping[str, str] = MappingProxyType({}),
    invalid: str = "InvalidParameter",
) -> Callable[[Handler], Handler]:
    """Register a coroutine as the action `name` of the vendor's table.

    `changes_state`: its service uses up `call.nonce` in its transaction; of the others the door itself
    remembers nonces in memory. `invalid`: the vendor code for values that cannot be used, one of
    `errors.BUSINESS` or `errors.GATEWAY`.
    """
    if name not in ACTIONS:
        raise ValueError(f"{name} is not an action of the vendor's table")

    def register(handler: Handler) -> Handler:
        if name in _built:
            raise ValueError(f"{name} is registered twice")
        _built[name] = Action(ACTIONS[name], handler, changes_state, errors, partial(_invalid, invalid))
        return handler

    return register


def _invalid(code: str, name: str, reason: str) -> VendorError:
    make = gateway_error if code in GATEWAY else business_error
    return make(code, name=name, reason=reason)
