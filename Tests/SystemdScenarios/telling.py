"""What the journal, the audit and the manuals tell, and what nobody tells: secrets."""

import json
import re
import time

from daemon import SCHEDULE
from scenario import expect, scenario, until

CANARY = "canary7f3a9c51e2"


@scenario("journalctl BURSAR_RUN_ID=… tells the run's story")
def story(bursar):
    bursar.fresh()
    execution = bursar.begin_run("--wait")
    entries = until("lines of the run", lambda: bursar.journal(f"BURSAR_RUN_ID={execution}", unit=False), 10)
    text = " / ".join(str(entry.get("MESSAGE")) for entry in entries)
    expect(len(entries) >= 2, f"only: {text}")
    last = entries[-1]
    for field in ("BURSAR_JOB_ID", "BURSAR_KIND", "CODE_FILE", "CODE_LINE", "PRIORITY", "SYSLOG_IDENTIFIER"):
        expect(any(field in entry for entry in entries), f"no {field} in {last}")
    expect(any("BURSAR_OUTCOME" in entry for entry in entries), f"no outcome in {text}")
    rows = sum("tudent" in str(entry.get("MESSAGE")) for entry in entries)
    expect(len(entries) < 60, f"{len(entries)} lines, {rows} of students")


@scenario("journalctl -x shows an event's runbook with the job's id")
def runbook(bursar):
    bursar.fresh()
    cursor = bursar.cursor()
    # A kind that no build knows is parked, and asks for a person.
    job = bursar.sql(
        "insert into bursar.job (kind, payload, state, run_at, money, created_at) "
        "values ('investments.value', '{\"mode\":\"sideways\"}', 'waiting', now(), false, now()) returning id"
    )[0][0]
    until(
        "an event of the job",
        lambda: [entry for entry in bursar.journal(f"BURSAR_JOB_ID={job}", after=cursor) if entry.get("MESSAGE_ID")],
        30,
    )
    text = bursar.run(f"journalctl -x --no-pager BURSAR_JOB_ID={job}").output
    explained = "\n".join(line for line in text.split("\n") if line.startswith("░░"))
    expect(explained, f"no runbook: {text[-800:]}")
    expect(job in explained, f"the job {job} is not in the runbook: {explained[:900]}")
    bursar.soiled = True
    bursar.sql(f"delete from bursar.job where id = {job}")


@scenario("an operator who is not root acts, and the audit and the journal have that person's name")
def person(bursar):
    bursar.fresh()
    bursar.run("id alice >/dev/null 2>&1 || useradd --groups bursar-admin alice")
    bursar.run("id mallory >/dev/null 2>&1 || useradd mallory")
    cursor = bursar.cursor()
    refused = bursar.tool("status", user="mallory", check=False)
    expect(refused.status in (69, 77), f"a stranger's call ended with {refused.status}: {refused.text}")
    bursar.tool(f"schedules pause {SCHEDULE} --reason 'month end'", user="alice")
    bursar.tool(f"schedules resume {SCHEDULE} --reason 'month end is over'", user="alice")
    bursar.tool(f"schedules run {SCHEDULE} --reason 'asked by the school'", user="alice")
    rows = bursar.sql(
        "select actor, uid, channel, action, subject, reason from bursar.audit_entry order by sequence desc limit 8"
    )
    uid = bursar.run("id -u alice").output.strip()
    acted = [row for row in rows if row[0] == "alice" and row[1] == uid]
    expect(len(acted) >= 3, f"the audit has {rows}")
    expect(any("month end" in row[5] for row in acted), f"no reason in {acted}")
    entries = until("lines in the journal", lambda: bursar.journal("BURSAR_ACTOR=alice", after=cursor), 10)
    expect(len(entries) >= 3, f"{[entry.get('MESSAGE') for entry in entries]}")
    listed = bursar.tool("audit list --json", check=False)
    expect("alice" in listed.output, f"bursarctl audit list: {listed.text[:300]}")
    verified = bursar.tool("audit verify", check=False)
    expect(verified.status == 0, f"bursarctl audit verify ended with {verified.status}: {verified.text[:300]}")


def leaks(bursar, cursor, children):
    """Everywhere that a secret could show itself to others."""
    pid = bursar.pid
    places = {
        "the journal": json.dumps(bursar.journal(after=cursor, unit=False)),
        "systemctl status": bursar.run("systemctl status bursard -l --no-pager", check=False).output,
        "systemctl show": "\n".join(
            line
            for line in bursar.run("systemctl show bursard").output.split("\n")
            if not line.startswith("Environment=")
        ),
        "command lines": bursar.run("ps -eo args").output,
    }
    for words in (
        "status",
        "status --json",
        "config show --effective",
        "config check",
        "db url",
        "runs list --json",
        "jobs list --json",
        "doctor",
        "config diff",
        "audit list --json",
    ):
        places[f"bursarctl {words}"] = bursar.tool(words, check=False).text
    for route in ("/metrics", "/readyz?verbose", "/livez", "/api/admin/status"):
        places[route] = bursar.run(
            'python3 -c \'import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect("/run/bursar/admin.sock"); '
            f's.sendall(b"GET {route} HTTP/1.1\\r\\nHost: b\\r\\nConnection: close\\r\\n\\r\\n"); '
            's.settimeout(5); data = b""\nwhile True:\n  more = s.recv(65536)\n  data += more\n  if not more: break\n'
            "sys.stdout.write(data.decode())'",
            check=False,
        ).text
    if children:
        places["environments of children"] = bursar.run(
            f"for p in $(pgrep -u bursar); do [ $p = {pid} ] || tr '\\0' '\\n' < /proc/$p/environ; done", check=False
        ).output
    return [place for place, text in places.items() if CANARY in text]


@scenario("a canary secret, by credential, file and environment, shows up nowhere")
def canary(bursar):
    bursar.reset()
    bursar.run(f"umask 077; echo {CANARY} > /etc/bursar/credentials/secret")
    bursar.drop_in("[Service]\nLoadCredential=smtp.password:/etc/bursar/credentials/secret\n")
    bursar.environment(EMAIL_PASS=CANARY, STRIPE_WEBHOOK_SECRET=CANARY)
    cursor = bursar.cursor()
    bursar.start()
    bursar.begin_run("--wait")
    found = leaks(bursar, cursor, children=True)
    expect(not found, f"embedded: in {found}")
    # The password of a database, in the file and by credential; right, wrong, and in a reload that is refused.
    bursar.reset()
    bursar.external()
    bursar.migrate()
    bursar.sql(f"alter role bursar password '{CANARY}'", "dbname=postgres")
    cursor = bursar.cursor()
    bursar.configure(f'database:\n  url: "postgresql://bursar:{CANARY}@127.0.0.1/bursar"\n')
    bursar.start()
    bursar.begin_run("--wait")
    bursar.configure(f'database:\n  url: "postgresql://bursar:{CANARY}@127.0.0.1:x/bursar"\n')
    bursar.run("systemctl reload bursard", check=False)
    time.sleep(1)
    found = leaks(bursar, cursor, children=False)
    expect(not found, f"by the file: in {found}")
    bursar.configure('database:\n  url: "postgresql://bursar@127.0.0.1/bursar"\n')
    bursar.drop_in("[Service]\nLoadCredential=database.password:/etc/bursar/credentials/secret\n")
    bursar.restart()
    bursar.begin_run("--wait")
    found = leaks(bursar, cursor, children=False)
    expect(not found, f"by the credential: in {found}")
    bursar.sql("alter role bursar password 'other'", "dbname=postgres")
    bursar.stop()
    bursar.start(wait=False)
    time.sleep(5)
    said = json.dumps(bursar.journal(after=cursor, unit=False))
    expect(CANARY not in said and CANARY not in bursar.status, "a refused password is told")
    expect(re.search("password", said), "the refusal is not told")
    bursar.stop()
