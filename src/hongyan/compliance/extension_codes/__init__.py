"""Extension codes: whose the digits behind an access number are, on the way out and on the way back."""

from hongyan.compliance.extension_codes.desk import ExtensionCodes
from hongyan.compliance.extension_codes.index import CodeIndex, HeldCode
from hongyan.compliance.extension_codes.memory import CodeMemory
from hongyan.compliance.extension_codes.model import (
    AssignedCode,
    ChannelRoom,
    ChannelRooms,
    CodeFilter,
    CodeSource,
    ExtensionCode,
)
from hongyan.compliance.extension_codes.states import CodeState

__all__ = [
    "AssignedCode",
    "ChannelRoom",
    "ChannelRooms",
    "CodeFilter",
    "CodeIndex",
    "CodeMemory",
    "CodeSource",
    "CodeState",
    "ExtensionCode",
    "ExtensionCodes",
    "HeldCode",
]
