"""A packaged PostgreSQL by peer authentication, its outage, and two daemons on it."""

import time

from scenario import expect, scenario, until


def on_external(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()


@scenario("peer authentication to a packaged PostgreSQL works inside the whole sandbox")
def peer(bursar):
    on_external(bursar)
    bursar.start()
    users = bursar.sql(
        "select distinct usename from pg_stat_activity where application_name like 'bursard%'", "dbname=bursar"
    )
    expect(users == [["bursar"]], f"connected as {users}")
    servers = bursar.run("pgrep -u bursar -a postgres", check=False).output
    expect(not servers, f"an embedded server runs too: {servers}")
    execution = bursar.begin_run("--wait")
    expect(bursar.progress(execution, "dbname=bursar")[1] in ("success", "warning"), "no run could be made")


@scenario("a database that is stopped makes it degraded, never restarted; it recovers by itself")
def outage(bursar):
    on_external(bursar)
    bursar.drop_in("[Service]\nWatchdogSec=15s\n")
    bursar.start()
    pid, cursor = bursar.pid, bursar.cursor()
    bursar.run("systemctl stop postgresql@15-main", timeout=90)
    begun = time.monotonic()
    until(lambda: f"degraded: {bursar.status}", lambda: bursar.status.startswith("degraded"), 30)
    length = 300 if bursar.long else 70
    while time.monotonic() - begun < length:
        expect(bursar.state == "active" and bursar.pid == pid, bursar.account)
        time.sleep(2)
    expect(bursar.status.startswith("degraded"), bursar.status)
    bursar.wait_event("BRS-4001", cursor)
    told = len(bursar.journal(after=cursor))
    expect(told < 40 + length, f"{told} lines in {length} s")
    down = bursar.tool("status", check=False)
    expect(down.status in (0, 1, 69), f"bursarctl status ended with {down.status}")
    bursar.run("systemctl start postgresql@15-main", timeout=90)
    until(lambda: f"ready again: {bursar.account()}", lambda: bursar.status.startswith("ready"), 45)
    expect(bursar.pid == pid and bursar.restarts == 0, bursar.account)
    bursar.wait_event("BRS-4002", cursor)
    execution = bursar.begin_run("--wait")
    expect(bursar.progress(execution, "dbname=bursar")[1] in ("success", "warning"), "no run could be made")


@scenario("two daemons with different files: one file holds, the other daemon says so and goes on")
def two_files(bursar):
    on_external(bursar)
    bursar.start()
    first = bursar.pid
    unit = bursar.run("cat /usr/lib/systemd/system/bursard.service").output
    unit = unit.replace("ExecStart=/usr/sbin/bursard", "ExecStart=/usr/sbin/bursard --config /etc/bursar/second.yaml")
    unit = unit.replace("StateDirectory=bursar\n", "StateDirectory=bursar-second\n")
    unit = unit.replace("RuntimeDirectory=bursar\n", "RuntimeDirectory=bursar-second\n")
    unit = unit.replace("WorkingDirectory=/var/lib/bursar\n", "").replace("bursard.socket", "")
    bursar.machine.write("/etc/systemd/system/bursar-second.service", unit)
    text = bursar.shipped.replace('url: ""', 'url: "postgresql://bursar@/bursar?host=/run/postgresql"')
    text = text.replace("/run/bursar/admin.sock", "/run/bursar-second/admin.sock")
    text = text.replace('cron: "0 2 * * *"', 'cron: "7 3 * * *"')
    bursar.machine.write("/etc/bursar/second.yaml", text)
    try:
        bursar.run("systemctl daemon-reload; systemctl start bursar-second", timeout=60)
        shown = until(
            "a dispute in its status",
            lambda: (lambda text: "fires no schedule" in text and text)(bursar.show("StatusText", "bursar-second")),
            20,
        )
        events = bursar.journal("BURSAR_EVENT=BRS-2202", "_SYSTEMD_UNIT=bursar-second.service", unit=False)
        expect(events, f"no event tells of it; status {shown}")
        rule = bursar.sql("select expression from bursar.schedule where name = 'investments.daily'", "dbname=bursar")
        expect(rule == [["0 2 * * *"]], f"the schedule is {rule}")
        expect(bursar.pid == first and "fires no schedule" not in bursar.status, bursar.account)
    finally:
        bursar.run(
            "systemctl stop bursar-second; rm -rf /etc/systemd/system/bursar-second.service /etc/bursar/second.yaml "
            "/var/lib/bursar-second; systemctl daemon-reload",
            check=False,
            timeout=120,
        )
