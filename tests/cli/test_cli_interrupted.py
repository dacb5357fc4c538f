"""Ctrl-C at any moment of a command."""

from __future__ import annotations

import os
import sys

import pytest

from hongyan import cli


def test_an_interrupt_while_rooms_are_imported_ends_without_a_stack_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_module: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", interrupted)
    monkeypatch.setattr(sys, "argv", ["hongyan", "status"])
    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
