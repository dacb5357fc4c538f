"""Why connections with carriers end or are of no use: codes that can be counted, words for people."""

from __future__ import annotations

import socket
import ssl

from hongyan.kernel.languages import CodeWords, in_language

SILENT = "silent"
"""Of a link that is bound, whose carrier answers nothing that is submitted."""
ENDINGS = {
    row.code: row
    for row in (
        CodeWords("no_answer", "nobody answers there", "对端无应答"),
        CodeWords("nobody_listens", "nobody listens there", "该地址没有服务在监听"),
        CodeWords("host_unknown", "the host name is not known", "无法解析主机名"),
        CodeWords("certificate", "its certificate is not trusted", "证书不受信任"),
        CodeWords("tls", "it does not speak TLS as we do", "TLS 握手失败"),
        CodeWords("unreachable", "cannot connect", "无法连接"),
        CodeWords("login_refused", "the carrier refuses the login", "运营商拒绝登录"),
        CodeWords(
            "other_version",
            "the carrier speaks another version: edit the channel with the one it offers",
            "运营商使用其他协议版本：请将通道改为其提供的版本",
        ),
        CodeWords(SILENT, "the carrier answers no submit", "运营商不应答提交"),
        CodeWords("bind_timeout", "the login was not answered", "登录未获应答"),
        CodeWords("enquire_unanswered", "heartbeats are not answered", "心跳未获应答"),
        CodeWords("bad_length", "what comes makes no frames", "收到的数据无法组成报文"),
        CodeWords(
            "torn_frame", "a frame was begun and not ended in time", "报文只收到一部分，未在时限内收完"
        ),
        CodeWords("connection_lost", "the connection broke", "连接中断"),
        CodeWords("unbound", "one side took leave", "一方已注销"),
        CodeWords("unbind_timeout", "our leave was not answered", "注销未获应答"),
        CodeWords("wrong_login", "the carrier's login to us is wrong", "运营商的反向登录信息有误"),
        CodeWords("too_many", "too many connections", "连接数过多"),
    )
}
"""By code. The reasons of a session (protocols.session.events) are among them."""

FAULTS = (OSError, ValueError, OverflowError)
"""What connecting may raise; the last two for what no system takes as a host or a port."""
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no_answer"),
    (ConnectionRefusedError, "nobody_listens"),
    (socket.gaierror, "host_unknown"),
    (UnicodeError, "host_unknown"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (Exception, "unreachable"),
)
"""What connecting may meet, the narrower class first."""


def ending_of(fault: Exception) -> tuple[CodeWords, str]:
    """Why a connection was not had, and what the system says beyond these words ("" when they say it all)."""
    code = next(code for kind, code in _CODES if isinstance(fault, kind))
    if code in ("no_answer", "nobody_listens"):
        return ENDINGS[code], ""
    return ENDINGS[code], getattr(fault, "verify_message", "") or getattr(fault, "strerror", "") or str(fault)


def because(code: str, detail: str, language: str) -> str:
    """Why, for people. A code that is not known here is shown as it is."""
    row = ENDINGS.get(code)
    return told(row.words(language) if row is not None else code, detail, language)


def told(words: str, detail: str, language: str) -> str:
    """Words, and what the system says beyond them."""
    if not detail:
        return words
    return in_language(language, en=f"{words} ({detail})", zh=f"{words}（{detail}）")
