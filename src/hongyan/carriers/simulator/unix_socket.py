"""Unix sockets that only the owner may use, also below folders whose names are too long for one.

The kernel takes about a hundred octets of path (sun_path); longer ones go through the folder's descriptor.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

_MAX_PATH = 100


def listen(path: Path) -> socket.socket:
    """A listening socket at `path`, mode 0600; a file left by an ended process gives way.

    The caller makes sure that no other process listens there. Raises OSError.
    """
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with _short(path) as name:
            server.bind(name)
    except OSError:
        server.close()
        raise
    finally:
        os.umask(mask)
    server.listen(16)
    server.setblocking(False)
    return server


def connect(path: Path) -> socket.socket:
    """A blocking connection to the socket at `path`. Raises OSError."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as name:
            link.connect(name)
    except OSError:
        link.close()
        raise
    return link


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    name = str(path)
    if len(os.fsencode(name)) <= _MAX_PATH:
        yield name
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
