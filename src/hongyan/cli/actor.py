"""Who acts on the command line."""

from __future__ import annotations

import os
import pwd


def cli_actor() -> str:
    """As change records and the audit trail write it. The system's user, whatever the environment says."""
    uid = os.getuid()
    try:
        return f"cli:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"cli:{uid}"
