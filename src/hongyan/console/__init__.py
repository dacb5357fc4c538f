"""The console: pages over the services of the other rooms, in Chinese and English. It holds no rules."""

from hongyan.console.app import build_console
from hongyan.console.ports import ChannelNames, HandsetInbox, IdentityPort, InboxFactory, MessagingPort, Reply
from hongyan.console.settings import ConsoleSettings

__all__ = [
    "ChannelNames",
    "ConsoleSettings",
    "HandsetInbox",
    "IdentityPort",
    "InboxFactory",
    "MessagingPort",
    "Reply",
    "build_console",
]
