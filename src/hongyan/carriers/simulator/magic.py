"""Magic numbers: phones whose fate is known beforehand, for tests and demonstrations.

They lie in one block, 1990000NNNN, so that nobody meets one by counting up from a round number. `rules` of a
scenario come before them; `magic_numbers = false` switches them off.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.simulator.scenario import Rule

BLOCK = "1990000"

_ROWS: tuple[Rule, ...] = (
    # receipts that tell of failure; meanings: carrier-protocols notes, delivery-report codes
    Rule(number=BLOCK + "0001", receipt_code="UNDELIV"),
    Rule(number=BLOCK + "0002", receipt_code="EXPIRED"),
    Rule(number=BLOCK + "0003", receipt_code="REJECTD"),
    Rule(number=BLOCK + "0004", receipt_code="MK:0001"),  # empty number
    Rule(number=BLOCK + "0005", receipt_code="MK:0005"),  # suspended
    Rule(number=BLOCK + "0006", receipt_code="MI:0024"),  # phone off
    Rule(number=BLOCK + "0007", receipt_code="DB:0141"),  # blacklist
    # submits that are refused
    Rule(number=BLOCK + "0011", submit_error="bad_destination"),
    Rule(number=BLOCK + "0012", submit_error="rejected"),
    Rule(number=BLOCK + "0013", submit_error="throttled", first_times=2),
    Rule(number=BLOCK + "0014", submit_error="queue_full", first_times=2),
    Rule(number=BLOCK + "0015", submit_error="system_error", first_times=1),
    # receipts that misbehave
    Rule(number=BLOCK + "0021", lose_receipt=True),
    Rule(number=BLOCK + "0022", duplicate_receipt=True),
    Rule(number=BLOCK + "0023", early_receipt=True),
    Rule(number=BLOCK + "0024", receipt_delay=30.0),
    Rule(number=BLOCK + "0025", vanish=True),
    Rule(number=BLOCK + "0026", waiting_receipt=True),
    Rule(number=BLOCK + "0027", lose_answer=True, first_times=1),
    # phones whose owners answer
    Rule(number=BLOCK + "0031", reply="TD"),
    Rule(number=BLOCK + "0032", reply="退订"),
)

MAGIC: Mapping[str, Rule] = MappingProxyType({row.number: row for row in _ROWS if row.number is not None})
"""Phone number -> its rule."""

MAGIC_PORTED: Mapping[str, NetworkName] = MappingProxyType({BLOCK + "0016": "mobile"})
"""Phone number -> the network that it was ported to; its block is China Telecom's."""
