"""Records of messages where somebody prints them, such as in a log."""

from __future__ import annotations

from hongyan.messaging.model import MessageView, ReplyView, SendItem, SendRequest

NUMBER, SECRET = "8613800138000", "482913"


def test_no_printed_record_shows_whom_it_is_for_or_what_it_says() -> None:
    item = SendItem(NUMBER, "云雁", {"code": SECRET})
    records = (
        SendRequest(7, "SMS_1", (item,), "R-1"),
        MessageView(
            1, 1, 7, NUMBER, "云雁", "SMS_1", 0, f"【云雁】{SECRET}", 1, 450, "accepted", "", None, 0, None, 0,
            "R-1", "1069", 1, (),
        ),
        ReplyView(1, 7, NUMBER, "1069", SECRET, 0),
    )  # fmt: skip
    for record in records:
        assert NUMBER not in repr(record)
        assert SECRET not in repr(record)
