"""Numbers that were ported to another carrier than their prefix says: entered, stored as hashes, kept in memory."""

from hongyan.messaging.ported.cache import PortedCache
from hongyan.messaging.ported.importing import Imported, Unfit
from hongyan.messaging.ported.reading import (
    LONGEST_LINE,
    is_mobile,
    mainland_mobile,
    read_carrier,
    read_since,
)
from hongyan.messaging.ported.records import PortedNumber, PortedNumbers

__all__ = [
    "LONGEST_LINE",
    "Imported",
    "PortedCache",
    "PortedNumber",
    "PortedNumbers",
    "Unfit",
    "is_mobile",
    "mainland_mobile",
    "read_carrier",
    "read_since",
]
