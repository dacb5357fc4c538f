"""Why channels do not run as they are configured: by what this machine can see, and by what a running server says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from hongyan.carriers.channels import Channels, ChannelState, StoredRecord
from hongyan.carriers.faults import Fault
from hongyan.carriers.setups import stored_setup
from hongyan.carriers.switchboard import Unusable
from hongyan.cli.language import language, say
from hongyan.cli.link.scrape import scrape
from hongyan.config import read_settings
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.errors import RemoteFault
from hongyan.server.address import read_address


def fault_here(channels: Channels, record: StoredRecord) -> Fault | None:
    """Its record, its password, its files: as a server on this machine would find them."""
    if record.state is ChannelState.REMOVED:
        return None
    setup = stored_setup(channels, record, SystemClock())
    return setup.fault if isinstance(setup, Unusable) else None


def faults_there(data: Path | None) -> Mapping[int, Fault]:
    """By channel, from the server of a data folder. None when no server runs; one that does not answer is told of on
    standard error."""
    folder = read_settings(data=data).data
    if read_address(folder) is None:
        return {}
    try:
        seen = scrape(folder, SystemClock())
    except RemoteFault as error:
        words = error.words(language())
        print(say(f"运行情况未知：{words}", f"Whether they run is not known: {words}"), file=sys.stderr)
        return {}
    return {number: fault for number, name, _ in seen.channels() if (fault := seen.fault(name)) is not None}
