"""Why a channel does not run as it is configured: codes that can be counted, words for people."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.carriers.endings import told
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.languages import CodeWords

FAULTS = {
    row.code: row
    for row in (
        CodeWords("channel.stored", "its settings in the database cannot be read", "数据库中的设置无法读取"),
        CodeWords("channel.unfit", "what is set does not fit its protocol", "设置不符合其协议"),
        CodeWords(
            "channel.certificate",
            "its file of certificates (tls_ca) cannot be read on this machine",
            "本机无法读取其证书文件（tls_ca）",
        ),
        CodeWords("channel.cannot_listen", "it cannot listen for the carrier", "无法监听运营商的连接"),
        CodeWords(
            "vault.wrong_key", "its password was sealed with another master key", "密码由另一个主密钥加密"
        ),
        CodeWords("vault.damaged", "its sealed password was changed or moved", "加密的密码被修改或移动过"),
    )
}
"""By the code of the error, whose page says what to do. Others say themselves in English."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`code`: of an error. `detail`: what the system says of it."""

    code: str
    detail: str = ""

    def words(self, language: str) -> str:
        """For people."""
        row = FAULTS.get(self.code)
        return told(row.words(language) if row is not None else self.code, self.detail, language)


def fault_of(error: HongyanError) -> Fault:
    """What is kept of an error."""
    known = "" if error.code in FAULTS else error.en
    return Fault(error.code, str(error.facts.get("detail", known)))
