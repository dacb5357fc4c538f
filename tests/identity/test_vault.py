from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.identity import Vault, open_vault
from hongyan.kernel.errors import Misconfigured

VAULT = Vault(bytes(range(32)))


@given(plain=st.binary(max_size=300), purpose=st.text(max_size=20), row=st.text(max_size=20))
def test_what_was_sealed_opens_again(plain: bytes, purpose: str, row: str) -> None:
    assert VAULT.open(VAULT.seal(plain, purpose, row=row), purpose, row=row) == plain


def test_sealing_twice_gives_different_bytes_and_never_the_plain_ones() -> None:
    one, two = (VAULT.seal(b"a secret that is long enough", "key") for _ in range(2))
    assert one != two
    assert b"secret" not in one


@pytest.mark.parametrize(("purpose", "row"), [("key", "other"), ("other", "row"), ("key", "")])
def test_a_value_moved_to_another_column_or_row_does_not_open(purpose: str, row: str) -> None:
    sealed = VAULT.seal(b"secret", "key", row="row")
    with pytest.raises(Misconfigured) as refused:
        VAULT.open(sealed, purpose, row=row)
    assert refused.value.code == "vault.damaged"


@given(place=st.integers(0, 60), flip=st.integers(1, 255))
def test_a_changed_value_does_not_open(place: int, flip: int) -> None:
    sealed = bytearray(VAULT.seal(b"secret", "key"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(Misconfigured):
        VAULT.open(bytes(sealed), "key")


def test_another_master_key_is_told_from_damage() -> None:
    with pytest.raises(Misconfigured) as refused:
        Vault(bytes(32)).open(VAULT.seal(b"secret", "key"), "key")
    assert refused.value.code == "vault.wrong_key"


@given(value=st.text(max_size=50))
def test_a_blind_index_is_stable_fits_a_bigint_and_differs_by_purpose(value: str) -> None:
    index = VAULT.blind_index(value, "number")
    assert index == VAULT.blind_index(value, "number")
    assert -(2**63) <= index < 2**63
    assert index != VAULT.blind_index(value, "nonce")
    assert index != Vault(bytes(32)).blind_index(value, "number")


def test_a_signing_key_is_a_purposes_own() -> None:
    keys = {VAULT.signing_key("a"), VAULT.signing_key("b"), Vault(bytes(32)).signing_key("a")}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 3
    assert VAULT.signing_key("a") == Vault(bytes(range(32))).signing_key("a")


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path).seal(b"secret", "key")
    path = tmp_path / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_vault(tmp_path).open(sealed, "key") == b"secret"
    assert [entry.name for entry in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    open_vault(tmp_path)
    path = tmp_path / "master.key"
    path.chmod(mode)
    with pytest.raises(Misconfigured) as refused:
        open_vault(tmp_path)
    assert refused.value.code == "vault.key_permissions"
    assert f"chmod 600 {path}" in refused.value.en


def test_a_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    assert open_vault(tmp_path, key).open(VAULT.seal(b"secret", "key"), "key") == b"secret"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "code"),
    [("not base64!", "vault.key_format"), (base64.b64encode(b"short").decode(), "vault.key_length")],
)
def test_a_malformed_key_is_refused(tmp_path: Path, key: str, code: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        open_vault(tmp_path, key)
    assert refused.value.code == code
