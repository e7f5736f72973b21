"""Ends of all kinds: in order, in mid-run, by force, by a bug; and starts without a refused call."""

import re
import socket
import threading
import time

from daemon import UNIT
from scenario import expect, scenario, until

STUDENTS = 20000


def run_under_way(bursar, configuration=""):
    """A long run with some progress; returns its execution id and how far it was."""
    bursar.reset()
    bursar.configure("investments:\n  batch_size: 8\n" + configuration)
    bursar.start()
    bursar.big_school(STUDENTS)
    execution = bursar.begin_run()
    done = until(lambda: f"progress: {bursar.progress(execution)}", lambda: bursar.progress(execution)[0], 30, 0.05)
    return execution, done


def finishes(bursar, execution):
    until(
        lambda: f"the run ends: {bursar.progress(execution)}, {bursar.account()}",
        lambda: bursar.progress(execution)[1] in ("success", "warning"),
        120,
        0.5,
    )
    # Students whose class has no value are counted as such; every other has its row, once.
    rows, valued, unvalued, total = bursar.sql(
        "select (select count(*) from investments.result join investments.valuation using (run_no) where "
        f"execution_id = '{execution}'), (totals->>'students')::int, (totals->>'unvalued')::int, progress_total "
        f"from bursar.run where execution_id = '{execution}'"
    )[0]
    expect(rows == valued, f"{rows} rows for {valued} valued students")
    expect(int(valued) + int(unvalued) == int(total), f"{valued} valued, {unvalued} not, of {total} students")


@scenario("a stop in mid-run releases it in order; the next start goes on from the checkpoint")
def mid_run(bursar):
    execution, _ = run_under_way(bursar, "engine:\n  lease: 6s\n  beat: 500ms\n  poll: 1s\n  drain: 1s\n")
    cursor = bursar.cursor()
    begun = time.monotonic()
    bursar.stop()
    took = time.monotonic() - begun
    expect(bursar.state == "inactive" and int(bursar.show("ExecMainStatus")) == 0, bursar.account)
    expect(took < 40, f"the stop took {took:.0f} s")
    expect(bursar.events("BRS-1002", cursor) and bursar.events("BRS-1003", cursor), "the stop is not told")
    left = bursar.run("pgrep -u bursar -a", check=False).output
    expect(not left, f"left behind: {left}")
    bursar.start()
    done, outcome = bursar.progress(execution)
    expect(done > 0, "the checkpoint is lost")
    finishes(bursar, execution)
    expect(outcome in ("", "success", "warning"), outcome)
    attempts = bursar.sql(
        f"select attempt, failures from bursar.finished_job where id = "
        f"(select job_id from bursar.run where execution_id = '{execution}')"
    )
    expect(int(attempts[0][1]) == 0, f"the stop cost an attempt: {attempts}")


@scenario("a stop waits for a run that ends within the drain")
def drained(bursar):
    bursar.fresh()
    execution = bursar.begin_run()
    bursar.stop()
    bursar.start()
    bursar.wait_idle()
    expect(bursar.progress(execution)[1] in ("success", "warning"), f"{bursar.progress(execution)}")


@scenario("kill -9: ready again by itself, the embedded database with it, and its jobs are retaken")
def killed(bursar):
    execution, _ = run_under_way(bursar)
    pid, cursor = bursar.pid, bursar.cursor()
    begun = time.monotonic()
    bursar.run(f"kill -KILL {pid}")
    until(lambda: f"a restart: {bursar.account()}", lambda: bursar.pid not in (0, pid) and bursar.state == "active", 60)
    took = time.monotonic() - begun
    expect(took < 30, f"it took {took:.0f} s")
    bursar.wait_event("BRS-1007", cursor)
    finishes(bursar, execution)


@scenario("20 restarts under socket activation refuse no call")
def restarts(bursar):
    bursar.fresh()
    path = str(bursar.machine.path("/run/bursar/admin.sock"))
    finished, refused, cut, answered = threading.Event(), [], [], []

    def call():
        while not finished.is_set():
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(60)
            try:
                client.connect(path)
            except OSError as error:
                refused.append(repr(error))
                continue
            try:
                client.sendall(b"GET /livez HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\r\n")
                first = client.recv(64)
                (answered if first.startswith(b"HTTP/1.1 200") else cut).append(first)
            except OSError as error:
                cut.append(repr(error))
            finally:
                client.close()
            time.sleep(0.02)

    callers = [threading.Thread(target=call) for _ in range(3)]
    for caller in callers:
        caller.start()
    try:
        for number in range(20):
            # Or systemd would take this many starts for a crash loop.
            bursar.run("systemctl reset-failed bursard; systemctl restart bursard", timeout=90)
            expect(bursar.state == "active", lambda: f"restart {number + 1}: {bursar.account()}")
    finally:
        finished.set()
        for caller in callers:
            caller.join()
    expect(not refused, lambda: f"{len(refused)} calls were refused, such as {refused[0]}")
    expect(not cut, lambda: f"{len(cut)} of {len(cut) + len(answered)} calls were cut off, such as {cut[0]!r}")
    expect(len(answered) >= 40, f"only {len(answered)} calls were made")


@scenario("a call on the socket starts a daemon that was not running")
def activated(bursar):
    bursar.fresh()
    bursar.run("systemctl stop bursard 2>&1", timeout=90)
    expect(bursar.state == "inactive", bursar.account)
    answer = bursar.tool("status", check=False)
    expect("bursar" in answer.output, f"no answer: {answer.text}")
    bursar.wait_active(20)


@scenario("a crash leaves function, file and line in the journal, and registers and memory nowhere")
def crash(bursar):
    bursar.reset()
    bursar.drop_in("[Service]\nRestart=no\n")
    bursar.environment(BURSAR_DRILL="crash@1s")
    cursor = bursar.cursor()
    bursar.start(wait=False)
    bursar.wait_failed(90)
    said = "\n".join(str(entry.get("MESSAGE")) for entry in bursar.journal(after=cursor))
    expect(re.search(r"Drill\.\w+\(.*Drill\.swift:\d+", said), f"no function with its line: {said[-1500:]}")
    expect(not re.search(r"^r[a-d]x 0x", said, re.M), "registers were told")
    expect(bursar.show("Result") in ("signal", "core-dump", "exit-code"), bursar.account)


@scenario("without a notify socket the daemon runs, and says that nobody hears it")
def deaf(bursar):
    bursar.reset()
    bursar.drop_in("[Service]\nType=exec\nWatchdogSec=0\nEnvironment=NOTIFY_SOCKET=/run/nobody/listens\n")
    cursor = bursar.cursor()
    bursar.start()
    bursar.wait_event("BRS-1001", cursor)
    bursar.wait_event("BRS-1105", cursor)
    time.sleep(8)
    gone = len(bursar.events("BRS-1105", cursor))
    expect(gone == 1, f"it was said {gone} times")
    bursar.begin_run("--wait")
    expect(bursar.show("MainPID", UNIT) != "0", bursar.account)
