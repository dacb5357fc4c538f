"""`hongyan registration`: where signatures stand with the carriers, and what moves them there."""

from __future__ import annotations

from cyclopts import App, Parameter

from hongyan.cli.registration.answering import import_
from hongyan.cli.registration.closing import close
from hongyan.cli.registration.hearing import answer
from hongyan.cli.registration.keeping import keep_alive
from hongyan.cli.registration.listing import lapsing, list_, show, start
from hongyan.cli.registration.migrating import migrate
from hongyan.cli.registration.packing import pack
from hongyan.cli.registration.testing import send_tests
from hongyan.cli.registration.waving import waves

app = App(
    name="registration",
    help="Real-name registration with the carriers: list, start, packs, answers, waves, tests. 运营商实名报备。",
    default_parameter=Parameter(negative=()),
)
app.command(list_, name="list")
app.command(show)
app.command(start)
app.command(lapsing)
app.command(keep_alive)
app.command(answer)
app.command(close)
app.command(pack)
app.command(import_, name="import")
app.command(waves)
app.command(migrate)
app.command(send_tests, name="test")
