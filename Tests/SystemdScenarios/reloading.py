"""Reloads: good, broken, many, by signal, under load."""

import re
import threading
import time

from daemon import CONFIGURATION, SCHEDULE
from scenario import expect, scenario, until


def generation(bursar):
    found = re.search(r"configuration (\d+)", bursar.status)
    return int(found[1]) if found else 0


@scenario("a reload of a good file applies it, says what changed, and exits 0")
def good(bursar):
    bursar.fresh()
    before, pid, cursor = generation(bursar), bursar.pid, bursar.cursor()
    bursar.configure("engine:\n  drain: 11s\n")
    answer = bursar.run("systemctl reload bursard", check=False)
    expect(answer.status == 0, f"systemctl reload ended with {answer.status}: {answer.text}")
    # It waits: what the command answered to holds already.
    expect(bursar.state == "active" and bursar.pid == pid, bursar.account)
    until(lambda: f"generation {before + 1}: {bursar.status}", lambda: generation(bursar) == before + 1, 6)
    event = bursar.wait_event("BRS-7002", cursor)
    expect("engine.drain" in event.get("BURSAR_CHANGES", "") + event["MESSAGE"], f"the change is not told: {event}")


@scenario("a reload of a broken file keeps the old one; line and column in systemctl status; systemctl reload fails")
def broken(bursar):
    bursar.fresh()
    before, pid, cursor = generation(bursar), bursar.pid, bursar.cursor()
    text = bursar.shipped.replace("workers: 4", "workres: 4")
    line = next(number for number, each in enumerate(text.split("\n"), 1) if "workres" in each)
    bursar.soiled = True
    bursar.machine.path(CONFIGURATION).write_text(text)
    answer = bursar.run("systemctl reload bursard", check=False)
    expect(answer.status != 0, "systemctl reload ended with 0")
    shown = bursar.run("systemctl status bursard --no-pager -l", check=False).output
    expect(f"bursar.yaml:{line}:3" in shown, f"no bursar.yaml:{line}:3 in systemctl status: {shown[:900]}")
    expect(f"bursar.yaml:{line}:3" in bursar.status, f"STATUS is `{bursar.status}`")
    expect(bursar.state == "active" and bursar.pid == pid, bursar.account)
    bursar.wait_event("BRS-7003", cursor)
    direct = bursar.run("bursarctl reload --wait", check=False)
    expect(direct.status == 78, f"bursarctl reload --wait ended with {direct.status}: {direct.text}")
    bursar.machine.path(CONFIGURATION).write_text(bursar.shipped)
    bursar.run("systemctl reload bursard")
    until(lambda: f"the refusal is taken back: {bursar.status}", lambda: "refused" not in bursar.status, 6)
    expect(generation(bursar) >= before, bursar.status)


@scenario("a plain SIGHUP reloads too, and a broken file keeps the old one")
def hang_up(bursar):
    bursar.fresh()
    cursor, before = bursar.cursor(), generation(bursar)
    bursar.configure("engine:\n  drain: 12s\n")
    bursar.run("systemctl kill -s HUP --kill-who=main bursard")
    bursar.wait_event("BRS-7002", cursor)
    until(lambda: bursar.status, lambda: generation(bursar) == before + 1, 6)
    bursar.configure("engine: [\n")
    bursar.run("systemctl kill -s HUP --kill-who=main bursard")
    bursar.wait_event("BRS-7003", cursor)
    until(lambda: bursar.status, lambda: "50-scenario.yaml:" in bursar.status, 6)
    expect(bursar.state == "active", bursar.account)


@scenario("100 reloads under load lose no job")
def many_under_load(bursar):
    bursar.fresh()
    pid = bursar.pid
    before = int(bursar.sql("select count(*) from bursar.run")[0][0])
    wrong, begun = [], []

    def load():
        while not finished.is_set() and len(begun) < 60:
            answer = bursar.tool(f"schedules run {SCHEDULE} --json", check=False)
            (begun if answer.status == 0 else wrong).append(answer.text)

    finished = threading.Event()
    worker = threading.Thread(target=load)
    worker.start()
    try:
        for number in range(100):
            bursar.configure(
                f"engine:\n  drain: {10 + number % 2}s\nlogging:\n  level: {('info', 'notice')[number % 2]}\n"
            )
            answer = bursar.run("systemctl reload bursard", check=False)
            expect(answer.status == 0, f"reload {number + 1} ended with {answer.status}: {answer.text}")
    finally:
        finished.set()
        worker.join()
    expect(not wrong, lambda: f"{len(wrong)} runs could not be started, such as: {wrong[0]}")
    expect(len(begun) >= 10, f"only {len(begun)} runs were started")
    bursar.wait_idle()
    rows = bursar.sql(
        "select coalesce(outcome, 'open'), count(*) from bursar.run where source like 'operator%' "
        f"group by 1 order by 1 -- {before}"
    )
    total = int(bursar.sql("select count(*) from bursar.run")[0][0]) - before
    bad = [row for row in rows if row[0] not in ("success", "warning")]
    expect(not bad, f"runs ended otherwise: {rows}")
    expect(total == len(begun), f"{len(begun)} runs were started, {total} are known")
    expect(bursar.pid == pid, "the daemon was restarted")


@scenario("a storm of SIGHUP is taken calmly")
def storm(bursar):
    bursar.fresh()
    pid, cursor = bursar.pid, bursar.cursor()
    bursar.run(f"for n in $(seq 3000); do kill -HUP {pid}; done", timeout=120)
    bursar.run("systemctl reload bursard", timeout=90)
    time.sleep(3)
    expect(bursar.pid == pid and bursar.state == "active", bursar.account)
    bursar.tool("status")
    lines = len(bursar.journal(after=cursor))
    expect(lines < 6000, f"{lines} lines were logged")
    execution = bursar.begin_run("--wait")
    expect(bursar.progress(execution)[1] in ("success", "warning"), "no run could be made")
