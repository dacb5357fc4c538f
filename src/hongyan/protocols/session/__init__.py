"""The session of any carrier protocol, without I/O. SMPP, CMPP, SGIP and SMGP are small subclasses of it.

To make a session of a protocol:

1. `states.py`: its machine from `session_states(...)`, and `LegalCommands` of rows that say when each role takes which
   request and with which status it refuses it otherwise. Heartbeats and unbinds are always answered, whatever the
   rows say (give them rows all the same: the table is the documentation).
2. `session.py`: one `Language` (for CMPP one per version) and a base class with `language`, `states`, `legal` and
   what both sides share: `repeated_status`, the hooks `_refusal_frame` and `_unreadable_status`.
3. `client.py`: `class ClientSession(Base, Client, Customer)` with `submit_command`, `window_answers`,
   `overflow_status`, a `bind(credentials, now)` that ends in `_ask_to_bind(command, body, mode, now)`, and the hooks
   `_bind_outcome`, `_read_submit_answer`, `_deliver_answer`.
4. `server.py`: `class ServerSession(Base, Server, Carrier)` with `deliver_command`, `window_answers`, `overflow_status`,
   an `accept_bind(...)` that makes its frame of `_bind_to_answer()` and calls `_accept_bind(frame)`, and the hooks
   `_bind_request`, `_read_deliver_answer`, `_submit_answer`.
5. Both constructors add commands to `self._handlers`: `_on_bind_answer`, `_on_submit_answer`, `_on_deliver` on the
   customer's side, `_on_bind`, `_on_submit`, `_on_deliver_answer` on the carrier's, or handlers of their own.

Requests of a customer besides submits go to `_on_request`. Where both sides prove that they know a secret, the client
overrides `_proven`. Where a carrier dials (SGIP), the customer is the server: `(Base, Server, Customer)` and
`(Base, Client, Carrier)`; login type 1 is mode "transmitter", type 2 "receiver". A second window request (SGIP's REPORT)
is another method that calls `_request(command, token, body, now)`; its answer goes to `_on_deliver_answer` and stands in `window_answers`.
A protocol whose sequence is more than a counter overrides `_next_sequence`; any int is a sequence. A login that
settles on another version calls `_speak(language)`. One without heartbeat has `heartbeat=None` and may override
`_watch` and `_enquire_due` to do something else about silence.

A whole toy protocol: `tests/protocols/toy_protocol.py`.
"""

from hongyan.protocols.session.core import RESPONSE, Handler, Language, Session
from hongyan.protocols.session.login import Client, Server
from hongyan.protocols.session.sides import Carrier, Customer
from hongyan.protocols.session.states import Role, State
from hongyan.protocols.session.timing import Timing

__all__ = [
    "RESPONSE",
    "Carrier",
    "Client",
    "Customer",
    "Handler",
    "Language",
    "Role",
    "Server",
    "Session",
    "State",
    "Timing",
]
