"""A simulated carrier with virtual phones, always a process of its own. See README.md.

Front doors: `python -m hongyan.carriers.simulator`, `handsets.open_inbox`, `control.call`. What the carrier does is kept apart
from the protocol it speaks, so that another protocol is another front (`smpp_front.py` is the first).
"""
