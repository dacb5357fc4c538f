"""What holds for all tests. Examples of property tests are not timed: a busy machine is no fault of the code, and tests
that take too long show in their durations."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
