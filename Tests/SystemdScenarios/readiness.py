"""READY is withheld for each of its conditions, and says which."""

import re
import time

from daemon import CONFIGURATION
from scenario import expect, scenario, until

HOLD = 6


def refused(bursar, codes, pattern):
    """A start that must fail once, with one of the exit codes and a line that matches."""
    cursor = bursar.cursor()
    bursar.start(wait=False)
    bursar.wait_failed()
    code = int(bursar.show("ExecMainStatus"))
    expect(code in codes, f"it ended with {code}: {bursar.account()}")
    time.sleep(2)
    expect(bursar.restarts == 0 and bursar.state == "failed", f"it was tried again: {bursar.account()}")
    said = "\n".join(str(entry.get("MESSAGE")) for entry in bursar.journal(after=cursor))
    expect(re.search(pattern, said), f"no /{pattern}/ in the journal: {said[-800:]}")
    expect(not bursar.events("BRS-1001", cursor), "it said that it was ready")


def withheld(bursar, pattern, seconds=HOLD):
    """A start that must neither fail nor get ready, and says in STATUS what it waits for."""
    cursor = bursar.cursor()
    bursar.start(wait=False)
    until(lambda: f"/{pattern}/ in STATUS; {bursar.account()}", lambda: re.search(pattern, bursar.status), 30)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        expect(bursar.state == "activating", f"it is {bursar.account()}")
        time.sleep(0.5)
    expect(bursar.restarts == 0, f"it was restarted: {bursar.account()}")
    expect(bursar.events("BRS-1005", cursor) or bursar.events("BRS-4003", cursor), "no event tells of it")


@scenario("READY is withheld: a wrong configuration ends with 78 and its line and column, once")
def wrong_configuration(bursar):
    bursar.reset()
    text = bursar.shipped.replace("pool_size: 10", "pool_size: ten")
    line = next(number for number, each in enumerate(text.split("\n"), 1) if "pool_size: ten" in each)
    bursar.machine.path(CONFIGURATION).write_text(text)
    refused(bursar, {78}, rf"bursar\.yaml:{line}:14")
    shown = bursar.run("systemctl status bursard", check=False).output
    expect(f"bursar.yaml:{line}:14" in shown, f"systemctl status does not name the place: {shown[-600:]}")


@scenario("READY is withheld: a wrong configuration and calls on the socket make no endless restarts")
def knocking(bursar):
    bursar.reset()
    bursar.configure("nonsense: 1\n")
    cursor = bursar.cursor()
    bursar.start(wait=False)
    bursar.wait_failed()
    for _ in range(3):
        bursar.run("timeout 2 bursarctl status", check=False)
    until(lambda: f"failed; {bursar.account()}", lambda: bursar.state == "failed", 30)
    time.sleep(3)
    starts = sum("Starting bursard" in str(entry.get("MESSAGE")) for entry in bursar.journal(after=cursor))
    expect(starts <= 12, f"{starts} starts")
    bursar.configure("")
    bursar.start()


@scenario("READY is withheld: a credential that is not there")
def missing_credential(bursar):
    bursar.reset()
    bursar.drop_in("[Service]\nLoadCredential=audit.key:/etc/bursar/credentials/none\n")
    bursar.start(wait=False)
    until(lambda: bursar.account(), lambda: int(bursar.show("ExecMainStatus")) == 243, 30)
    expect(bursar.state != "active", bursar.account)
    bursar.stop()


@scenario("READY is withheld: a credential that cannot be read ends with its path")
def unreadable_credential(bursar):
    bursar.reset()
    bursar.machine.write("/etc/bursar/credentials/audit.key", "x" * 64)
    bursar.drop_in("[Service]\nEnvironment=CREDENTIALS_DIRECTORY=/etc/bursar/credentials\n")
    refused(bursar, {77, 78}, r"/etc/bursar/credentials")
    bursar.machine.path("/etc/bursar/credentials/audit.key").unlink()


@scenario("READY is withheld: a database without the schema ends with 76 and the command")
def schema_missing(bursar):
    bursar.reset()
    bursar.external()
    refused(bursar, {76}, r"bursarctl migrate")


@scenario("READY is withheld: a schema that is behind ends with 76; migrated, it gets ready")
def schema_behind(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()
    last = bursar.sql("select max(version) from bursar.schema_history", "dbname=bursar")[0][0]
    row = bursar.sql(
        "create table kept as select * from bursar.schema_history order by version desc limit 1;"
        "delete from bursar.schema_history where version = (select version from kept) returning version",
        "dbname=bursar",
    )
    expect(row, "there was no version to take away")
    refused(bursar, {76}, rf"{last}")
    bursar.sql("insert into bursar.schema_history select * from kept; drop table kept", "dbname=bursar")
    bursar.start()


@scenario("READY is withheld while the database is down; the start timeout is extended; up, it gets ready")
def database_down(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()
    bursar.drop_in("[Service]\nTimeoutStartSec=5s\n")
    bursar.run("systemctl stop postgresql@15-main postgresql", timeout=90)
    withheld(bursar, r"(?i)database", seconds=12)
    bursar.run("systemctl start postgresql@15-main postgresql", timeout=90)
    bursar.wait_active(30)


@scenario("READY is withheld behind a pooler that loses LISTEN, and says so")
def pooler(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()
    bursar.run("systemctl unmask pgbouncer 2>/dev/null; mkdir -p /run/pooler; chown postgres: /run/pooler")
    bursar.machine.write(
        "/run/pooler/pgbouncer.ini",
        "[databases]\nbursar = host=/run/postgresql\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = /run/pooler\n"
        "unix_socket_mode = 0777\nlisten_port = 6432\nauth_type = any\npool_mode = transaction\n"
        "logfile = /run/pooler/log\npidfile = /run/pooler/pid\n",
    )
    # The pooler speaks to the server as the account that runs it, with a map to the role.
    bursar.run(
        "cp /etc/postgresql/15/main/pg_hba.conf /run/pg_hba.kept; "
        "sed -i '1i local bursar bursar trust' /etc/postgresql/15/main/pg_hba.conf; systemctl reload postgresql@15-main"
    )
    bursar.machine.write(
        "/run/pooler/pgbouncer.ini",
        bursar.machine.path("/run/pooler/pgbouncer.ini")
        .read_text()
        .replace("host=/run/postgresql", "host=/run/postgresql user=bursar"),
    )
    bursar.run("pgbouncer -d /run/pooler/pgbouncer.ini", user="postgres")
    try:
        bursar.configure('database:\n  url: "postgresql://bursar@/bursar?host=/run/pooler&port=6432"\n')
        cursor = bursar.cursor()
        bursar.start(wait=False)
        time.sleep(12)
        expect(bursar.state in ("activating", "failed"), f"it is {bursar.account()}")
        expect(not bursar.events("BRS-1001", cursor), "it said that it was ready")
        said = bursar.status + "\n".join(str(entry.get("MESSAGE")) for entry in bursar.journal(after=cursor))
        expect(re.search(r"(?i)pooler|notification", said), f"the reason is not told: {bursar.account()}")
    finally:
        bursar.stop()
        bursar.run(
            "kill $(cat /run/pooler/pid); cp /run/pg_hba.kept /etc/postgresql/15/main/pg_hba.conf; "
            "systemctl reload postgresql@15-main",
            check=False,
        )


@scenario("READY is withheld until the lock of the daemon's life is held")
def lock(bursar):
    bursar.reset()
    bursar.external()
    bursar.migrate()
    bursar.run(
        "systemd-run --unit=holder --uid=postgres psql -d bursar -c "
        "'begin; lock table bursar.daemon in access exclusive mode; select pg_sleep(600)'"
    )
    try:
        until(
            "the lock is held",
            lambda: bursar.sql(
                "select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted "
                "and relation = 'bursar.daemon'::regclass",
                "dbname=bursar",
            ),
        )
        bursar.start(wait=False)
        until(lambda: bursar.account(), lambda: re.search(r"(?i)session|lock|life", bursar.status), 20)
        time.sleep(HOLD)
        expect(bursar.state == "activating", bursar.account)
    finally:
        bursar.run("systemctl stop holder", check=False)
        bursar.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where query like 'begin; lock%' and pid <> pg_backend_pid()",
            "dbname=postgres",
        )
    bursar.wait_active(30)


@scenario("READY is withheld: the socket's path is taken by another; it ends and names it")
def socket_taken(bursar):
    bursar.reset()
    bursar.run("systemctl mask --runtime bursard.socket 2>&1; systemctl daemon-reload")
    bursar.run(
        "systemd-run --unit=squatter --uid=bursar python3 -c "
        "'import socket, time; s = socket.socket(socket.AF_UNIX); "
        "s.bind(\"/run/bursar/admin.sock\"); s.listen(); time.sleep(600)'"
    )
    try:
        until("the path is taken", lambda: bursar.machine.path("/run/bursar/admin.sock").exists())
        cursor = bursar.cursor()
        bursar.run("systemctl start --no-block bursard.service")
        bursar.wait_failed()
        expect(int(bursar.show("ExecMainStatus")) in (69, 78), bursar.account)
        said = "\n".join(str(entry.get("MESSAGE")) for entry in bursar.journal(after=cursor))
        expect("/run/bursar/admin.sock" in said, f"the path is not named: {said[-600:]}")
    finally:
        bursar.run(
            "systemctl stop squatter; rm -f /run/bursar/admin.sock; systemctl unmask --runtime bursard.socket 2>&1; "
            "systemctl daemon-reload; systemctl reset-failed bursard 2>/dev/null",
            check=False,
        )
