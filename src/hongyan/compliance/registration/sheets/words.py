"""The words that answers are given in: what means yes and no, what is complained of, and how days are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from hongyan.compliance.registration.reasons import REASONS, ReasonCode
from hongyan.compliance.registration.sheets.grid import Value, text_of
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import BEIJING, Millis


class Result(Enum):
    """What one row answers."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAITING = "waiting"
    """The carrier is still at it."""


_RESULT_WORDS: Final[tuple[tuple[Result, str], ...]] = (
    (
        Result.REFUSED,
        r"(?:审核|报备|审批|备案|复核|初审|终审)?(?:不|未|没有?)(?:予)?(?:通过|成功|同意|合格|批准|报备成功)|(?:审核|报备|审批|备案)?(?:失败|驳回|被驳回|已驳回|拒绝|已拒绝|退回|已退回|打回)"
        r"|不可用|不合规|不符合|否|n|no|ng|fail(?:ed|ure)?|reject(?:ed)?|refused?|denied|×|✗|x",
    ),
    (
        Result.WAITING,
        r"(?:待|未)(?:审核|报备|处理|审批|反馈)|(?:审核|报备|处理|审批|备案|办理)中|已(?:提交|受理|上报)|处理|无|pending|processing|submitted|in(?:review|progress)",
    ),
    (
        Result.ACCEPTED,
        r"(?:已|审核|报备|审批|备案|复核|初审|终审)*(?:通过|成功|同意|合格|批准|完成|生效)|已(?:报备|备案|入库|开通|完成)|正常|可用|是|y|yes|ok|pass(?:ed)?|succe(?:ss|eded)|successful|approved|accept(?:ed)?|done|√|✓|✔",
    ),
)
"""In this order: "不通过" holds "通过". Source: ours, what answer sheets of carriers and resellers usually say."""
_RESULTS: Final = tuple((result, re.compile(words)) for result, words in _RESULT_WORDS)
_NO_LETTER: Final = re.compile(r"[\s_\-.。，,、!！:：;；()（）【】\[\]]")

_REASON_WORDS: Final[tuple[tuple[ReasonCode, str], ...]] = (
    (
        ReasonCode.ONE_CODE_MULTIPLE_SIGN,
        r"一码多签|多个签名|(?:端口|子码|扩展码|号码).{0,6}(?:已被|占用|重复|冲突)|已有签名"
        r"|several signatures|(?:code|number|port|sender).{0,20}(?:in use|taken|occupied|duplicate)",
    ),
    (
        ReasonCode.SIGNATURE_QUALIFICATION_ERROR,
        r"签名.{0,8}(?:与|和|同).{0,10}(?:资质|企业|主体|公司|营业执照|商标|名称).{0,6}(?:不符|不一致|不匹配|无关)|(?:主体|资质|企业|公司).{0,10}(?:与|和).{0,6}签名|授权|委托书"
        r"|signature.{0,30}(?:does not belong|mismatch)|authori[sz]ation|authori[sz]ed party|power of attorney",
    ),
    (
        ReasonCode.QUALIFICATION_ERROR,
        r"资质|营业执照|信用代码|法人|经办人|责任人|管理员|身份证|证件|证照|企业(?:名称|信息)|人脸|实名|手机号|材料|附件|图片"
        r"|qualification|licen[cs]e|credit code|legal (?:person|representative)|id (?:card|number)|identity|document|paper",
    ),
    (
        ReasonCode.SIGNATURE_ERROR,
        r"签名|中性|简称|泛化|商标|违规|敏感|唯一性|signature|sign name|neutral|generic|trademark",
    ),
    (ReasonCode.REGISTER_TIMEOUT, r"超时|逾期未|未反馈|time-?out|timed out"),
)
"""In this order: the first that is found. What fits none is OTHERS_ERROR, with the carrier's words in the history."""
_REASONS: Final = tuple((reason, re.compile(words, re.IGNORECASE)) for reason, words in _REASON_WORDS)

_DAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?",
        r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?(?:\s*(\d{1,2})[:时点](\d{2})(?:[:分](\d{2})秒?)?)?",
        r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2})?)?",
    )
)
_EXCEL_DAYS: Final = range(36_526, 73_051)
"""2000-01-01 to 2099-12-31 as days since 1899-12-30: a date whose format was lost. Source: ECMA-376, 18.17.4.1."""


def read_result(text: str) -> Result | None:
    """None for a word that nobody knows."""
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
    return next((result for result, pattern in _RESULTS if pattern.fullmatch(plain)), None)


def read_reason(*texts: str) -> ReasonCode:
    """What a refusal is about, by all that came with it: the vendor's code itself, else by the words."""
    for text in texts:
        code = ReasonCode.__members__.get(text.strip().upper())
        if code is not None and REASONS[code].state is RegistrationState.FAILED:
            return code
    whole = " ".join(texts)
    return next((reason for reason, pattern in _REASONS if pattern.search(whole)), ReasonCode.OTHERS_ERROR)


def read_moment(value: Value) -> Millis | None:
    """A day or a time, in Beijing, however it is written; None when it is none."""
    when = _moment(value)
    return None if when is None else int(when.replace(tzinfo=BEIJING).timestamp() * 1000)


def _moment(value: Value) -> datetime | None:
    from openpyxl.utils.datetime import from_excel

    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    text = text_of(value)
    try:
        serial = float(text)
    except ValueError:
        serial = 0.0
    if _EXCEL_DAYS.start <= serial < _EXCEL_DAYS.stop:  # false for what is no number
        found = from_excel(serial)
        return found if isinstance(found, datetime) else None
    for pattern in _DAYS:
        parts = pattern.fullmatch(text)
        if parts:
            try:
                return datetime(*(int(part or 0) for part in parts.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
            except ValueError:
                return None
    return None


RESULTS_AS_WRITTEN: Final[Mapping[Result, tuple[str, str]]] = {
    Result.ACCEPTED: ("通过", "accepted"),
    Result.REFUSED: ("驳回", "refused"),
    Result.WAITING: ("未答复", "no answer yet"),
}
"""Chinese, English."""
