"""The data folder: made for its owner only, or refused in words that say what is wrong with it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hongyan.bootstrap import open_data
from hongyan.config import Settings
from hongyan.kernel.errors import Misconfigured
from hongyan.server.address import ADDRESS_FILE, read_address


def test_it_is_made_with_its_parents_and_nobody_else_may_look(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    open_data(Settings(data=folder))
    open_data(Settings(data=folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_is_no_folder(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(Misconfigured, match=r"settings\.data"):
        open_data(Settings(data=file / below))
    assert read_address(file / below) is None


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system that was mounted read-only; the tests may run as root, for whom nothing else is."""
    monkeypatch.setattr("os.access", lambda path, _mode: path != tmp_path)
    with pytest.raises(Misconfigured, match=r"settings\.data.* cannot be written"):
        open_data(Settings(data=tmp_path))


def test_a_path_too_long_for_a_socket_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    """The kernel has room for 107 octets."""
    folder = tmp_path / ("长" * 40)
    with pytest.raises(Misconfigured, match=r"settings\.data") as caught:
        open_data(Settings(data=folder))
    assert "107" in caught.value.en
    assert "107" in caught.value.zh


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"pid": "x"}', b'{"pid":999999999,"url":"u","endpoint":"e"}']
)
def test_what_a_server_left_behind_is_no_server(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ADDRESS_FILE).write_bytes(content)
    assert read_address(tmp_path) is None


def test_a_running_server_is_found(tmp_path: Path) -> None:
    import os

    content = b'{"pid":%d,"url":"http://127.0.0.1:1","endpoint":"127.0.0.1:1"}' % os.getpid()
    (tmp_path / ADDRESS_FILE).write_bytes(content)
    address = read_address(tmp_path)
    assert address is not None
    assert address.endpoint == "127.0.0.1:1"
