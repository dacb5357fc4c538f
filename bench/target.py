"""What a run needs to know of the platform it measures, wherever that came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.processes import Trees
from bench.request_signing import SendSms


@dataclass(frozen=True, slots=True)
class Target:
    """A platform that answers. `database`: a data folder or a `postgresql://` address, None when it cannot be
    read, and then nothing is known end to end. `processes`: None when its CPU and memory cannot be seen."""

    call: SendSms
    database: Path | str | None
    processes: Trees | None
