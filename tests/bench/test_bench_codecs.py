from __future__ import annotations

import pytest

from bench import codecs


@pytest.mark.parametrize("name", codecs.PROTOCOLS)
def test_every_protocol_is_measured_with_frames_that_are_read_as_what_they_are(name: str) -> None:
    codec = codecs.PROTOCOLS[name]()
    found = codecs.rates(codec, 0.001)
    assert len(found) == len(codecs.COLUMNS)
    assert all(rate > 0 for rate in found)
    assert codec.submit() == codec.submit()


def test_others_are_measured_with_the_same_octets() -> None:
    rows = list(codecs.compare(codecs.PROTOCOLS["smpp34"](), 0.001))
    assert len(rows) == 5
    assert all(row.encode > 0 and row.decode > 0 for row in rows)
