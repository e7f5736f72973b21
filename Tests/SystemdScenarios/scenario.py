"""What a scenario is, and how all of them are run: one line each.

A scenario is a function that raises AssertionError with what was seen. Those of one file run in its order; the files
run in the order in which they are imported.
"""

import re
import time

SCENARIOS = []


class Scenario:
    def __init__(self, name, body):
        self.name, self.body = name, body


def scenario(name):
    """Registers a function under the sentence that it proves."""

    def register(body):
        SCENARIOS.append(Scenario(name, body))
        return body

    return register


def expect(holds, seen):
    """`seen` says what was there instead; a function is asked only when it must."""
    if not holds:
        raise AssertionError(seen() if callable(seen) else seen)


def until(what, question, limit=30, pause=0.1):
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + limit
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit} s: {what() if callable(what) else what}")
        time.sleep(pause)


def run_all(bursar, chosen, stop_early=False):
    """Runs the scenarios whose names match; returns how many failed."""
    failed = 0
    for number, each in enumerate(SCENARIOS, start=1):
        if chosen and not any(re.search(pattern, f"{number:02} {each.name}") for pattern in chosen):
            continue
        begun = time.monotonic()
        try:
            each.body(bursar)
            print(f"ok {number:02} {each.name} ({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception as error:  # a broken scenario is a failed one
            failed += 1
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            seen = " | ".join(f"{kind}{error}".strip().split("\n"))
            print(f"FAIL {number:02} {each.name}: {seen}", flush=True)
            bursar.soiled = True
            if stop_early:
                break
    return failed
