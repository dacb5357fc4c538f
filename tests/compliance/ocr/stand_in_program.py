"""Stands in for the program that reads papers: speaks as it does, and does what the first bytes of a "paper" say.

`page`: two pages; `hang`: never answers; `fall`: leaves; `tired`: leaves unless it is the first paper; `rubbish`: says
something else; `damaged`: as the real one says it; `memory`: leaves as one that took too much; `secret`: tells its environment.
"""

import json
import os
import sys
import time

PAGE = {
    "width": 10,
    "height": 20,
    "turned": 0,
    "coloured": False,
    "seals": [],
    "passes": [
        {"name": "plain", "lines": [{"text": "字", "corners": [0, 0, 1, 0, 1, 1, 0, 1], "score": 1.0}]}
    ],
}


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


def main() -> None:
    if "broken" in sys.argv[0]:
        sys.exit(1)
    say({"ready": f"stand-in {os.getpid()}"})
    served = 0
    while len(length := sys.stdin.buffer.read(4)) == 4:
        header = json.loads(sys.stdin.buffer.read(int.from_bytes(length, "big")))
        order = sys.stdin.buffer.read(header["size"]).decode()
        if order == "hang":
            time.sleep(600)
        if order == "fall" or (order == "tired" and served):
            os._exit(3)
        if order == "memory":
            os._exit(77)
        if order == "rubbish":
            print("no answer", flush=True)
            continue
        if order == "damaged":
            say({"problem": "damaged"})
            continue
        if order == "secret":
            line = PAGE["passes"][0]["lines"][0] | {"text": ",".join(sorted(os.environ))}
            say({"page": PAGE | {"passes": [{"name": "plain", "lines": [line]}]}})
        else:
            say({"page": PAGE})
            say({"page": PAGE})
        say({"done": True})
        served += 1


if __name__ == "__main__":
    main()
