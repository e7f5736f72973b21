"""Boots a Debian machine in a container, installs the package, and proves what operators rely on.

    python3 Tests/SystemdScenarios PACKAGE.deb [PATTERN…] [--long] [--keep] [--stop-early] [--list]

One line a scenario: `ok NN name (seconds)` or `FAIL NN name: what was seen`. Patterns are regular expressions over
number and name; the first three scenarios are the installation and run always. --long stops the database for five
minutes instead of 70 s. The exit status is 0 when all passed.
"""

import argparse
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import scenario
from daemon import Bursar
from machine import Machine, MachineError

# The order of the scenarios.
import installing
import readiness
import reloading
import watching
import databases
import stopping
import telling
import upgrading

GROUPS = (installing, readiness, reloading, watching, databases, stopping, telling, upgrading)
ALWAYS = r"^0[13] "


def arguments():
    parser = argparse.ArgumentParser(prog="systemd-test")
    parser.add_argument("package", type=Path)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--stop-early", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    if options.list:
        for number, each in enumerate(scenario.SCENARIOS, start=1):
            print(f"{number:02} {each.name}")
        return 0
    directory = Path(__file__).resolve().parents[2] / ".build" / "systemd-test"
    machine = Machine(directory, keep=options.keep)
    # However this ends, the container does too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    begun = time.monotonic()
    try:
        machine.boot()
        shutil.copy(options.package, machine.root / "bursar.deb")
        print(f"systemd-test: a machine is up after {time.monotonic() - begun:.0f} s", flush=True)
        chosen = [*options.patterns, ALWAYS] if options.patterns else []
        failed = scenario.run_all(Bursar(machine, options.package, options.long), chosen, options.stop_early)
        if failed and options.keep:
            print(f"systemd-test: the machine is at {machine.root}; enter by nsenter -t {machine.leader} -a")
            input("systemd-test: Return ends it ")
    except MachineError as error:
        print(f"systemd-test: {error}", file=sys.stderr)
        return 69
    finally:
        machine.down()
    ran = len(scenario.SCENARIOS) if not options.patterns else "chosen"
    print(f"systemd-test: {ran} scenarios, {failed} failed, {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("systemd-test: SKIP SKIP SKIP: booting a machine needs root; nothing was tested", file=sys.stderr)
        sys.exit(0)
    sys.exit(main())
