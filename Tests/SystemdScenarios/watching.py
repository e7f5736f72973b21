"""The watchdog: what hangs is told by name, then restarted; what only waits is left alone."""

import time

from scenario import expect, scenario, until

# Short, so that the scenarios are.
UNIT_TIMES = "[Service]\nWatchdogSec=8s\nTimeoutAbortSec=5s\n"


def restarted(bursar, pid, limit=75):
    until(
        lambda: f"a restart: {bursar.account()}", lambda: bursar.pid not in (0, pid) and bursar.state == "active", limit
    )


def stalled(bursar, drill, loop):
    """A drill blocks a loop: a report names it, then the manager restarts the daemon."""
    bursar.reset()
    bursar.drop_in(UNIT_TIMES)
    bursar.environment(BURSAR_DRILL=f"stall:{drill}@2s")
    bursar.start()
    pid, cursor = bursar.pid, bursar.cursor()
    # The next life must not be drilled.
    bursar.environment()
    bursar.wait_event("BRS-1101", cursor, limit=60)
    restarted(bursar, pid)
    # A loop that blocks its actor takes others with it; the one that moved last is named as the one to look at.
    events = bursar.events("BRS-1101", cursor)
    named = [event.get("BURSAR_LOOP", "") for event in events] + [event.get("BURSAR_LAST_MOVED", "") for event in events]
    expect(any(word in name for word in loop for name in named), f"the reports name {named}")
    expect(bursar.restarts >= 1, "no restart was counted")
    names = [entry.get("MESSAGE", "") for entry in bursar.journal(after=cursor)]
    expect(any("atchdog" in name for name in names), "systemd says nothing of the watchdog")
    expect(bursar.events("BRS-1102", cursor), "the trigger is not told")
    bursar.begin_run("--wait")


@scenario("SIGSTOP: the watchdog restarts it, and the next start logs what was in flight")
def stopped(bursar):
    bursar.reset()
    bursar.drop_in(UNIT_TIMES)
    bursar.configure("investments:\n  batch_size: 8\n")
    bursar.start()
    bursar.big_school(20000)
    pid, cursor = bursar.pid, bursar.cursor()
    execution = bursar.begin_run()
    until(lambda: f"progress: {bursar.progress(execution)}", lambda: bursar.progress(execution)[0] > 0, 30, 0.05)
    bursar.run(f"kill -STOP {pid}")
    expect(bursar.progress(execution)[1] == "", "the run was too short for this")
    restarted(bursar, pid)
    event = bursar.wait_event("BRS-1007", cursor)
    job = bursar.sql(f"select job_id from bursar.run where execution_id = '{execution}'")[0][0]
    expect(job in str(event), f"job {job} is not named: {event.get('MESSAGE')}")
    until(
        lambda: f"the run ends: {bursar.progress(execution)}",
        lambda: bursar.progress(execution)[1] in ("success", "warning"),
        120,
        0.5,
    )


@scenario("a blocked scheduler: a report names it, then a restart")
def scheduler(bursar):
    stalled(bursar, "scheduler", ["scheduler"])


@scenario("a blocked dispatcher: a report names it, then a restart")
def dispatcher(bursar):
    stalled(bursar, "dispatcher", ["dispatcher"])


@scenario("a blocked beat: a report names it, then a restart")
def beat(bursar):
    stalled(bursar, "beat", ["beat"])


@scenario("an exhausted thread pool: a report names it, then a restart")
def pool(bursar):
    stalled(bursar, "pool", ["pool"])


@scenario("a drill that is none is refused with 78")
def no_drill(bursar):
    bursar.reset()
    bursar.environment(BURSAR_DRILL="stall:moon@5s")
    bursar.start(wait=False)
    bursar.wait_failed()
    expect(int(bursar.show("ExecMainStatus")) == 78, bursar.account)


@scenario("a database that does not answer, but takes connections, is no stall")
def black_hole(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()
    bursar.drop_in(UNIT_TIMES)
    bursar.start()
    pid, cursor = bursar.pid, bursar.cursor()
    servers = "$(pgrep -u postgres postgres)"
    bursar.run(f"kill -STOP {servers}")
    try:
        time.sleep(30)
        expect(bursar.pid == pid and bursar.restarts == 0, bursar.account)
        expect(
            not bursar.events("BRS-1101", cursor), lambda: f"a stall was reported: {bursar.events('BRS-1101', cursor)}"
        )
    finally:
        bursar.run(f"kill -CONT {servers}")
    until(lambda: f"ready again: {bursar.account()}", lambda: bursar.status.startswith("ready"), 60)
