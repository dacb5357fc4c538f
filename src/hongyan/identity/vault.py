"""What is secret in the database is sealed with a key that is not in the database.

One master key of 32 bytes, from the environment or from a file in the data folder. Each purpose has a sub-key
of its own (HKDF-SHA256), so that a value sealed as one thing never opens as another. Sealed bytes:

    version 1 | mark of the master key 4 | nonce 12 | AES-256-GCM ciphertext and tag

The mark tells a wrong master key from damaged data. Sources: RFC 5869 (HKDF), NIST SP 800-38D (GCM).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hongyan.kernel.errors import Misconfigured

KEY_BYTES: Final = 32
KEY_FILE: Final = "master.key"
_VERSION: Final = b"\x01"
_MARK_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEAD: Final = len(_VERSION) + _MARK_BYTES + _NONCE_BYTES


class Vault:
    """Seals and opens values, and makes keyed hashes by which sealed values can be found again."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise Misconfigured(
                "vault.key_length",
                en=f"the master key must be {KEY_BYTES} bytes, not {len(master_key)}",
                zh=f"主密钥必须是 {KEY_BYTES} 字节，现在是 {len(master_key)} 字节",
            )
        self._master_key = master_key
        self._mark = self._derive("mark of the master key")[:_MARK_BYTES]
        self._ciphers: dict[str, AESGCM] = {}
        self._hash_keys: dict[str, bytes] = {}

    def seal(self, plain: bytes, purpose: str, *, row: str = "") -> bytes:
        """Encrypt `plain`. It opens only with the same `purpose` (a column) and `row` (its key)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher(purpose).encrypt(nonce, plain, _bound_to(purpose, row))
        return b"".join((_VERSION, self._mark, nonce, sealed))

    def open(self, sealed: bytes, purpose: str, *, row: str = "") -> bytes:
        """The value again. Raises Misconfigured when the key is not the one it was sealed with, or when it was changed."""
        if sealed[:1] != _VERSION or sealed[1 : 1 + _MARK_BYTES] != self._mark:
            raise Misconfigured(
                "vault.wrong_key",
                en="this data was sealed with another master key; start with the key file (or "
                "HONGYAN_MASTER_KEY) that belongs to it",
                zh="这些数据是用另一个主密钥加密的；请使用与之对应的密钥文件（或 HONGYAN_MASTER_KEY）启动",
                purpose=purpose,
            )
        nonce, ciphertext = sealed[_HEAD - _NONCE_BYTES : _HEAD], sealed[_HEAD:]
        try:
            return self._cipher(purpose).decrypt(nonce, ciphertext, _bound_to(purpose, row))
        except InvalidTag:
            raise Misconfigured(
                "vault.damaged",
                en="a sealed value was changed or moved outside of Hongyan; restore the database",
                zh="加密数据在鸿雁之外被修改或移动过；请从备份恢复数据库",
                purpose=purpose,
                row=row,
            ) from None

    def blind_index(self, value: str, purpose: str) -> int:
        """A keyed hash, 64 bits signed (fits a BIGINT): equal values of one purpose are found without being readable."""
        key = self._hash_keys.get(purpose)
        if key is None:
            key = self._hash_keys[purpose] = self._derive(f"blind index: {purpose}")
        digest = hashlib.blake2b(value.encode(), key=key, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    def signing_key(self, purpose: str) -> bytes:
        """32 bytes of this purpose alone, to sign what leaves us and comes back, as the policy of an upload does."""
        return self._derive(f"sign: {purpose}")

    def _cipher(self, purpose: str) -> AESGCM:
        cipher = self._ciphers.get(purpose)
        if cipher is None:
            cipher = self._ciphers[purpose] = AESGCM(self._derive(f"seal: {purpose}"))
        return cipher

    def _derive(self, info: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=b"hongyan", info=info.encode()).derive(self._master_key)


def _bound_to(purpose: str, row: str) -> bytes:
    return f"{purpose}\0{row}".encode()


def open_vault(data_folder: Path, master_key: str | None = None) -> Vault:
    """The vault of a data folder.

    `master_key`: HONGYAN_MASTER_KEY, 32 bytes as base64; without it the key file is read, or made on first start.
    Raises Misconfigured when the key cannot be read, is malformed, or others may read it.
    """
    if master_key:
        return Vault(_decode(master_key, "HONGYAN_MASTER_KEY"))
    path = data_folder / KEY_FILE
    if not path.exists():
        _create(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured(
            "vault.key_permissions",
            en=f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}",
            zh=f"{path} 可被其他用户读取（权限 {mode:04o}）；请执行：chmod 600 {path}",
            path=str(path),
        )
    return Vault(_decode(path.read_text("ascii"), str(path)))


def _decode(text: str, source: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise Misconfigured(
            "vault.key_format",
            en=f"{source} is not base64; it must be {KEY_BYTES} random bytes, for example from: openssl rand -base64 32",
            zh=f"{source} 不是 base64；应为 {KEY_BYTES} 字节随机数，例如：openssl rand -base64 32",
        ) from None


def _create(path: Path) -> None:
    """Write a new key file whole or not at all; of several processes at first start, one wins and all read its key."""
    draft = path.with_name(f".{KEY_FILE}.{secrets.token_hex(8)}")
    try:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())  # without the key everything sealed is lost
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)
