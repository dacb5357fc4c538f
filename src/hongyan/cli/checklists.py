"""A reviewer's checklist for people: what was applied for, what speaks for and against it, what happened before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

from rich.cells import cell_len

from hongyan.cli.check.screens import report_lines
from hongyan.cli.language import language, say
from hongyan.compliance import Kind, Recorded, TemplateView
from hongyan.compliance.model import ProofKind
from hongyan.compliance.ocr import FIELDS, Look, LookState, Outcome
from hongyan.compliance.papers import StoredPaper
from hongyan.compliance.review import Checklist, checklist_facts
from hongyan.compliance.rules import PAPERS
from hongyan.kernel.clock import beijing
from hongyan.kernel.visible import visible

KINDS: Final[Mapping[Recorded, tuple[str, str]]] = {
    Kind.QUALIFICATION: ("资质", "qualification"),
    Kind.SIGNATURE: ("签名", "signature"),
    Kind.TEMPLATE: ("模板", "template"),
    ProofKind.LETTER: ("授权委托书", "letter of authorization"),
    ProofKind.TRADEMARK: ("商标", "trademark"),
    ProofKind.APP_RECORD: ("App 备案", "app record"),
}
_STATES: Final = {
    LookState.READ: ("已识别", "read"),
    LookState.WAITING: ("正在识别", "being read"),
    LookState.UNREADABLE: ("无法识别", "cannot be read"),
    LookState.NOT_READ: ("未识别", "not read"),
}
_OUTCOMES: Final = {
    Outcome.EQUAL: ("一致", "equal"),
    Outcome.DIFFERS: ("不一致", "differs"),
    Outcome.WIDENED: ("表单超出", "the form says more"),
    Outcome.NARROWED: ("表单较少", "the form says less"),
    Outcome.NOT_READ: ("未找到", "not found"),
}
_FIELDS: Final = {
    "admin": ("管理员", "administrator"),
    "admin_phone": ("管理员手机", "administrator's phone"),
    "app_record_id": ("App 备案", "app record"),
    "apply_scene": ("场景链接", "scene"),
    "category": ("类型", "category"),
    "company_name": ("企业名称", "company"),
    "company_type": ("企业类型", "company type"),
    "content": ("内容", "content"),
    "id_number": ("证件号码", "ID number"),
    "id_type": ("证件类型", "ID type"),
    "industry": ("行业", "industry"),
    "international_type": ("国际短信类型", "international type"),
    "legal_person": ("法定代表人", "legal representative"),
    "letter_id": ("授权委托书", "letter of authorization"),
    "license_validity": ("执照有效期", "licence's validity"),
    "name": ("名称", "name"),
    "organization_code": ("统一社会信用代码", "credit code"),
    "qualification_id": ("资质", "qualification"),
    "related_sign_name": ("关联签名", "related signature"),
    "remark": ("申请说明", "remark"),
    "rules": ("变量属性", "attributes of variables"),
    "shared": ("共享", "shared"),
    "sign_type": ("签名类型", "type"),
    "source": ("签名来源", "source"),
    "third_party": ("他用", "for others"),
    "trademark_id": ("商标", "trademark"),
    "traffic_driving": ("引流信息", "links and numbers declared"),
    "use_by_self": ("自用", "own use"),
    "validity": ("有效期", "validity"),
}
"""What people call a field of the material; keys of papers stand among the papers."""
_PAPERS: Final = frozenset(
    {"licenses", "papers", "paper_kinds", "other_papers", "emblem_side", "portrait_side"}
)


def checklist_lines(found: Checklist, *, reveal: bool) -> Iterator[str]:
    """Everything that `checklist_facts` says, in the reader's language."""
    facts = checklist_facts(found, reveal=reveal)
    subject = found.subject
    order = subject.order
    kind, label = say(*KINDS[order.kind]), visible(order.label)
    yield f"{kind} {label} · {facts['state']} · " + say(
        f"第 {order.revision} 版", f"revision {order.revision}"
    )
    account = subject.account
    who = " ".join(visible(each) for each in (account.name, account.company_name, account.uscc) if each)
    yield from _lines(
        (say("申请账号", "account"), f"{account.id} {who}"),
        (say("提交", "submitted"), _when(order.submitted_ms)),
        (say("承诺", "promised"), _when(order.promised_ms)),
        (say("领取", "claimed by"), order.claimed.by if order.claimed else ""),
        (say("第一次通过", "first approval"), order.first_approver or ""),
        (
            say("须两人审核", "two people, because of"),
            "、".join(r.name.words(language()) for r in subject.risks),
        ),
    )
    yield from _section(say("申请材料", "Material"), _lines(*_material(facts["material"])))
    checked = subject.view.material.content if isinstance(subject.view, TemplateView) else order.label
    yield from _section(say("规则", "Rules"), report_lines(subject.report, checked))
    yield from _section(
        say("识别结果与表单", "Read on papers, beside the form"),
        (line for look in subject.looks for line in _look_lines(look)),
    )
    papers: list[tuple[Recorded, StoredPaper]] = [(order.kind, each) for each in found.papers]
    papers += [(each.kind, each.paper) for each in found.evidence]
    yield from _section(
        say("材料图片", "Papers"),
        (_paper_line(kind, each) + _kind_words(found, kind, each.key) for kind, each in papers),
    )
    yield from _section(
        say("先例", "Precedents"),
        (
            f"{each.likeness:3}  {visible(each.name)}  {each.verdict}  {each.reviewer}  {_first(each.reason)}"
            for each in found.precedents
        ),
    )
    yield from _section(
        say("其他账号的同名签名", "Called the same, of other accounts"),
        (f"{account_id}  {state}" for account_id, state in found.same_name),
    )
    own = subject.qualification.id if subject.qualification else None
    tied = [each for each in found.ties.qualifications if each[1] != own] if found.ties else []
    yield from _section(
        say("管理员相同的资质", "Qualifications with the same administrator"),
        (f"{account_id}  {number}" for account_id, number in tied),
    )
    yield from _section(
        say("可选理由（--because）", "Reasons to choose from (--because)"),
        (f"{each.id}  {each.words.words(language())}" for each in found.reasons),
    )
    yield from _section(say("经过", "History"), _history(found))


def _material(material: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in material.items():
        words = prefix + say(*_FIELDS.get(name, (name, name)))
        if name in _PAPERS or value in (None, "", (), [], {}):
            continue
        if isinstance(value, dict) and name != "rules":
            yield from _material(value, f"{words} ")
        elif isinstance(value, list | tuple | dict):
            each = value.items() if isinstance(value, dict) else value
            yield words, visible("; ".join(map(_told, each)))
        else:
            yield words, visible(_told(value))


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, tuple):
        return ": ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values() if each)
    return value.name.lower() if isinstance(value, Enum) else str(value)


def _look_lines(look: Look) -> Iterator[str]:
    yield f"{say(*KINDS[look.kind])} {look.object_id}: {say(*_STATES[look.state])}"
    if look.reading is None:
        return
    names = FIELDS[look.reading.kind]
    for each in look.differences:
        said = f"{say('表单', 'form')} {visible(each.form)}"
        if each.outcome is not Outcome.EQUAL and each.read:
            said += f"  {say('识别', 'read')} {visible(each.read.text)} ({each.read.confidence:.0%})"
        yield f"  [{say(*_OUTCOMES[each.outcome])}] {names[each.name].words(language())}  {said}"


def _paper_line(kind: Recorded, paper: StoredPaper) -> str:
    size = (
        f"{paper.width}×{paper.height}" if paper.width else say(f"{paper.pages} 页", f"{paper.pages} pages")
    )
    return f"{say(*KINDS[kind])}  {visible(paper.key)}  {paper.format.value}  {size}  {paper.size:,} B"


def _kind_words(found: Checklist, of: Recorded, key: str) -> str:
    """What a further paper of a signature is; nothing where papers have no kinds."""
    if of is not found.subject.order.kind or key not in found.kinds:
        return ""
    kind = found.kinds[key]
    return f"  [{PAPERS[kind].words(language()) if kind else say('类型未知', 'kind unknown')}]"


def _history(found: Checklist) -> Iterator[str]:
    for each in found.before:
        step = f"{each.before} → {each.after}" if each.before not in ("", each.after) else each.after
        yield f"{_when(each.at_ms)}  {each.actor}  {each.event}  {step}  {_first(each.reason)}".rstrip()
        for change in each.changed:
            yield f"    {change.name}: {visible(change.before)} → {visible(change.after)}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Nothing where there is nothing to tell."""
    told = list(lines)
    if told:
        yield ""
        yield f"— {title} —"
        yield from told


def _lines(*pairs: tuple[str, str]) -> Iterator[str]:
    told = [(name, text) for name, text in pairs if text]
    width = max((cell_len(name) for name, _ in told), default=0)
    for name, text in told:
        yield f"{name}{' ' * (width - cell_len(name) + 2)}{text}"


def _first(text: str) -> str:
    return visible(text.partition("\n")[0])


def _when(at_ms: int) -> str:
    return f"{beijing(at_ms):%Y-%m-%d %H:%M}"
