"""Answer sheets are read as carriers write them: every row finds its registration, or says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.registration import ReasonCode, Registration, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.sheets.answers import ANSWER_COLUMNS, AnswerRow, read_answers
from hongyan.compliance.registration.sheets.grid import Sheet
from hongyan.compliance.registration.sheets.headings import plain_heading
from hongyan.compliance.registration.sheets.matching import ROW_PROBLEMS, Book, Fit, Judged, judge_answers
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.compliance.registration.sheets.words import Result, read_moment, read_reason, read_result
from hongyan.kernel.clock import DAY_MS
from hongyan.kernel.errors import Refused

NOW = int(datetime(2026, 11, 21, 4, tzinfo=UTC).timestamp() * 1000)
FILED = NOW - 8 * DAY_MS
S = RegistrationState


def registration(number: int, name: str, code: str, **changes: object) -> Registration:
    made = Registration(
        id=number,
        account_id=1,
        signature_id=number,
        sign_name=name,
        network="mobile",
        channel_id=1,
        access_number="1069000012",
        extension_code=code,
        state=S.REGISTERING,
        reason=ReasonCode.REGISTERING,
        signature_revision=1,
        qualification_id=1,
        qualification_revision=1,
        registrar="pack",
        simulated=False,
        started_ms=FILED,
        filed_ms=FILED,
        reference=f"HY{number}-A",
        answered_ms=None,
        since_ms=FILED,
    )
    return replace(made, **changes)


BOOK = [
    registration(1, "云雁科技", "0012"),
    registration(2, "飞鸿商城", "0034"),
    registration(3, "飞鸿商城", "0056"),
    registration(4, "燕归来", ""),
    registration(5, "未报", "0078", filed_ms=None, reference=""),
]


def judged(text: str, book: list[Registration] = BOOK) -> list[Judged]:
    rows = read_answers(open_sheets(text.encode()), "mobile")
    return judge_answers(rows, Book.of("mobile", book), NOW)


def fits(text: str, book: list[Registration] = BOOK) -> list[tuple[int | None, str]]:
    return [
        (each.registration and each.registration.id, each.problem or each.fit.value)
        for each in judged(text, book)
    ]


@pytest.mark.parametrize(
    ("heading", "row", "found"),
    [
        ("签名,端口号,结果", "云雁科技,10690000120012,通过", (1, "new")),
        ("短信签名内容（必填）,接入号,子端口,审核结果", "【云雁科技】,1069000012,0012,审核通过", (1, "new")),
        ("结果,扩展码,签名名称", "已报备,0012,云雁科技", (1, "new")),
        ("报备状态,签名", "成功,云雁科技", (1, "new")),
        ("*报备编号,是否通过", "hy1-a,是", (1, "new")),
        ("子端口号,报备结果", "10690000120034,OK", (2, "new")),
        ("号码,签名,移动结果,联通结果", "8610690000120034,飞鸿商城,驳回,通过", (2, "new")),
        ("签名,端口号,运营商,结果", "云雁科技,10690000120012,CMCC,Approved", (1, "new")),
        ("签名,接入号,子端口,端口全号,结果", "云雁科技,1069000012,0012,10690000120012,通过", (1, "new")),
        ("签名,接入号,子端口,端口全号,结果", "燕归来,1069000012,,1069000012,通过", (4, "new")),
        ("签名,接入号,子端口,结果", "燕归来,1069000012,9999,通过", (None, "answer.number_unknown")),
        ("签名,接入号,结果", "燕归来,1069000012,通过", (4, "new")),
        ("签名,结果", "云雁科技,审核中", (1, "waiting")),
        ("签名,结果", "云雁科技,", (1, "waiting")),
        ("签名,结果", "飞鸿商城,通过", (None, "answer.several")),
        ("签名,结果", "没有的,通过", (None, "answer.signature_unknown")),
        ("签名,端口号,结果", "云雁科技,10690000129999,通过", (None, "answer.number_unknown")),
        ("签名,端口号,结果", "云雁科技,10690000120034,通过", (None, "answer.number_of_other")),
        ("签名,端口号,结果", "云雁科技,1.069E+13,通过", (1, "new")),
        ("端口号,结果", "1.069E+13,通过", (None, "answer.number_rounded")),
        ("签名,端口号,运营商,结果", "云雁科技,10690000120012,联通,通过", (None, "answer.other_network")),
        ("签名,端口号,运营商,结果", "云雁科技,10690000120012,铁通,通过", (None, "answer.network_unknown")),
        ("签名,结果", "云雁科技,嗯", (None, "answer.result_unknown")),
        ("签名,报备编号,结果", "云雁科技,HY1-B,通过", (None, "answer.reference_stale")),
        ("签名,报备编号,结果", "飞鸿商城,HY1-A,通过", (None, "answer.number_of_other")),
        ("签名,流水号,结果", "云雁科技,2026112100017,通过", (1, "new")),
        ("签名,结果", "未报,通过", (5, "answer.not_filed")),
        ("签名,结果,审核时间", "云雁科技,通过,2026-11-01", (1, "answer.before_filing")),
        ("签名,备注,结果", ",合计,通过", (None, "answer.names_nothing")),
    ],
)
def test_a_row_finds_its_registration_or_says_why_not(
    heading: str, row: str, found: tuple[int | None, str]
) -> None:
    assert fits(f"{heading}\n{row}\n") == [found]


def test_titles_above_and_headings_on_every_page_are_no_answers() -> None:
    text = "中国移动行业短信报备结果反馈表,,\n制表：张三,,\n\n签名,子端口,结果\n云雁科技,0012,通过\n签名,子端口,结果\n飞鸿商城,0034,驳回\n"
    assert fits(text) == [(1, "new"), (2, "new")]


def test_headings_of_two_lines_are_read_by_their_lower_one() -> None:
    rows = [["签名", "结果", "结果"], ["签名", "报备状态", "失败原因"], ["云雁科技", "驳回", "营业执照过期"]]
    (row,) = read_answers([Sheet("", rows)], "mobile")
    assert (row.result, row.reason) == (Result.REFUSED, ReasonCode.QUALIFICATION_ERROR)


def test_a_sheet_may_be_called_by_its_result() -> None:
    rows = [["签名", "子端口"], ["云雁科技", "0012"]]
    found = read_answers([Sheet("成功", rows), Sheet("失败", rows), Sheet("说明", rows)], "mobile")
    assert [each.result for each in found] == [Result.ACCEPTED, Result.REFUSED]


def test_a_spreadsheet_that_took_the_zeros_of_a_code_does_no_harm() -> None:
    rows = [["签名", "扩展码", "结果"], ["云雁科技", 12, "通过"]]
    (row,) = read_answers([Sheet("", rows)], "mobile")
    (found,) = judge_answers([row], Book.of("mobile", BOOK), NOW)
    assert found.registration is not None
    assert found.registration.id == 1


def test_opposite_rows_about_one_registration_change_nothing() -> None:
    assert fits("签名,结果\n云雁科技,通过\n云雁科技,驳回\n燕归来,通过\n燕归来,通过\n") == [
        (1, "answer.contradicts"),
        (1, "answer.contradicts"),
        (4, "new"),
        (4, "known"),
    ]


@pytest.mark.parametrize(
    ("state", "reason", "said", "fit"),
    [
        (S.AWAITING, ReasonCode.DETECTING, "通过", "known"),
        (S.SUCCESS, ReasonCode.DETECT_SUCCESS, "通过", "known"),
        (S.FAILED, ReasonCode.OTHERS_ERROR, "驳回", "known"),
        (S.FAILED, ReasonCode.REGISTER_TIMEOUT, "驳回", "new"),
        (S.FAILED, ReasonCode.REGISTER_TIMEOUT, "通过", "new"),
        (S.SUCCESS, ReasonCode.DETECT_SUCCESS, "驳回", "answer.state"),
        (S.LAPSED, ReasonCode.NO_SEND_RECORD, "通过", "answer.state"),
        (S.NOT_REGISTERED, ReasonCode.NON_REGISTER, "通过", "answer.state"),
    ],
)
def test_what_is_so_already_is_known_and_what_cannot_be_is_told(
    state: S, reason: ReasonCode, said: str, fit: str
) -> None:
    book = [replace(BOOK[0], state=state, reason=reason)]
    assert fits(f"签名,结果\n云雁科技,{said}\n", book) == [(1, fit)]


def test_what_only_a_simulator_was_told_is_not_filed() -> None:
    assert fits("签名,结果\n云雁科技,通过\n", [replace(BOOK[0], simulated=True)]) == [(1, "answer.not_filed")]


def test_a_refusal_brings_its_reason_and_its_day() -> None:
    (found,) = judged("签名,结果,驳回原因,审核日期\n云雁科技,不通过,签名与企业名称不一致,2026年11月20日\n")
    assert found.fit is Fit.NEW
    assert found.event is RegistrationEvent.REFUSED
    assert found.reason is ReasonCode.SIGNATURE_QUALIFICATION_ERROR
    assert found.at_ms == int(datetime(2026, 11, 19, 16, tzinfo=UTC).timestamp() * 1000)


def test_an_answer_after_the_time_out_is_remarked() -> None:
    book = [replace(BOOK[0], state=S.FAILED, reason=ReasonCode.REGISTER_TIMEOUT)]
    (found,) = judged("签名,结果\n云雁科技,通过\n", book)
    assert (found.fit, found.remarks) == (Fit.NEW, ("answer.after_time_out",))


def test_days_that_nobody_can_read_are_told_and_do_no_harm() -> None:
    found = judged("签名,结果,日期\n云雁科技,通过,上周五\n燕归来,通过,2027-01-01\n")
    assert [(each.fit, each.remarks, each.at_ms) for each in found] == [
        (Fit.NEW, ("answer.day_unreadable",), NOW),
        (Fit.NEW, ("answer.day_in_future",), NOW),
    ]


def test_two_columns_that_both_look_like_the_result_are_not_guessed_between() -> None:
    with pytest.raises(Refused) as caught:
        judged("签名,初审结果,终审结果\n云雁科技,通过,驳回\n")
    assert caught.value.code == "sheet.same_column_twice"


def test_a_file_without_a_heading_says_what_was_looked_for() -> None:
    with pytest.raises(Refused) as caught:
        judged("云雁科技,通过\n")
    assert caught.value.code == "sheet.no_heading"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *(
            (text, Result.ACCEPTED)
            for text in ("通过", "成功", "已报备", "报备成功", "审核通过", "已通过", "√", "OK", "Pass", "是")
        ),
        *(
            (text, Result.REFUSED)
            for text in (
                "失败",
                "驳回",
                "不通过",
                "未通过",
                "审核不通过",
                "报备失败",
                "拒绝",
                "Rejected",
                "否",
                "×",
            )
        ),
        *((text, Result.WAITING) for text in ("审核中", "报备中", "待审核", "已提交", "Pending")),
        *((text, None) for text in ("通过吗", "可能", "12", "不")),
    ],
)
def test_words_of_results(text: str, result: Result | None) -> None:
    assert read_result(f" {text}。") is result


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("一码多签", ReasonCode.ONE_CODE_MULTIPLE_SIGN),
        ("该子码已被占用", ReasonCode.ONE_CODE_MULTIPLE_SIGN),
        ("法人身份证过期", ReasonCode.QUALIFICATION_ERROR),
        ("签名为中性词", ReasonCode.SIGNATURE_ERROR),
        ("签名与营业执照名称不符", ReasonCode.SIGNATURE_QUALIFICATION_ERROR),
        ("缺少授权书", ReasonCode.SIGNATURE_QUALIFICATION_ERROR),
        ("signature_error", ReasonCode.SIGNATURE_ERROR),
        ("详见邮件", ReasonCode.OTHERS_ERROR),
        ("", ReasonCode.OTHERS_ERROR),
    ],
)
def test_words_of_reasons(text: str, reason: ReasonCode) -> None:
    assert read_reason(text) is reason


@pytest.mark.parametrize(
    "value",
    [
        *(
            "2026-11-20",
            "2026/11/20",
            "2026.11.20",
            "20261120",
            "2026年11月20日",
            "46346",
            46346,
            46346.0,
            20261120,
        ),
        datetime(2026, 11, 20, tzinfo=UTC),
    ],
)
def test_days_are_read_however_they_are_written(value: str | float | datetime) -> None:
    assert read_moment(value) == int(datetime(2026, 11, 19, 16, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("value", ["", "上周", "2026-13-01", "2026-02-30", "12", 7, "inf", "nan", "1e99"])
def test_what_is_no_day_is_none(value: str | int) -> None:
    assert read_moment(value) is None


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 30)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_is_read(day: date, how: str) -> None:
    found = read_moment(day.strftime(how))
    assert found == int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) - 8 * 3_600_000


@given(
    st.lists(
        st.lists(st.text(max_size=12) | st.integers() | st.floats(allow_nan=False) | st.none(), max_size=6),
        max_size=8,
    )
)
def test_whatever_stands_below_a_heading_is_judged(rows: list[list[str | int | float | None]]) -> None:
    answers: list[AnswerRow] = read_answers(
        [Sheet("", [["签名", "端口号", "扩展码", "结果", "原因", "日期"], *rows])], "mobile"
    )
    for each in judge_answers(answers, Book.of("mobile", BOOK), NOW):
        assert each.fit is not Fit.UNFIT or each.problem in ROW_PROBLEMS


def test_no_heading_means_two_columns() -> None:
    headings = [
        "签名",
        "签名内容",
        "端口号",
        "接入号",
        "子端口",
        "扩展码",
        "审核结果",
        "报备状态",
        "失败原因",
        "备注",
        "审核时间",
        "报备编号",
        "运营商",
        "Status",
        "Remark",
    ]
    for heading in headings:
        fitting = [each.means for each in ANSWER_COLUMNS if each.pattern.fullmatch(plain_heading(heading))]
        assert len(fitting) == 1, heading
