"""The installed daemon as an operator meets it: systemctl, journalctl, bursarctl, psql, files under /etc."""

import json
import re

from scenario import expect, until

UNIT = "bursard.service"
DROP_INS = "/etc/systemd/system/bursard.service.d"
CONFIGURATION = "/etc/bursar/bursar.yaml"
OVERLAYS = "/etc/bursar/bursar.yaml.d"

# Short times, so that what waits for a dead daemon is not what a scenario waits for.
QUICK = "engine:\n  lease: 6s\n  beat: 500ms\n  poll: 1s\n  drain: 10s\n"
SCHEDULE = "investments.daily"
EXTERNAL = "postgresql://bursar@/bursar?host=/run/postgresql"


class Bursar:
    """The daemon of one machine. Scenarios begin with `fresh` and leave what they like behind."""

    def __init__(self, machine, package, long=False):
        self.machine, self.package, self.long = machine, package, long
        # Something was changed that the next `fresh` must put back.
        self.soiled = True
        self.run = machine.run

    # State

    def show(self, name, unit=UNIT):
        return self.run(f"systemctl show -P {name} {unit}").output.strip()

    @property
    def state(self):
        return self.show("ActiveState")

    @property
    def status(self):
        return self.show("StatusText")

    @property
    def pid(self):
        return int(self.show("MainPID"))

    @property
    def restarts(self):
        return int(self.show("NRestarts"))

    def wait_active(self, limit=60):
        until(lambda: f"active; it is {self.account()}", lambda: self.state == "active", limit)

    def wait_failed(self, limit=60):
        until(lambda: f"failed; it is {self.account()}", lambda: self.state == "failed", limit)

    def account(self):
        """For a message: how it stands."""
        names = ("ActiveState", "SubState", "Result", "ExecMainStatus", "NRestarts", "StatusText")
        lines = self.journal(lines=6)
        said = " / ".join(str(entry.get("MESSAGE"))[:160] for entry in lines)
        return ", ".join(f"{name}={self.show(name)}" for name in names) + f"; journal: {said}"

    # Journal

    def cursor(self):
        text = self.run("journalctl -n 0 --show-cursor").output
        return text.split("cursor: ", 1)[1].strip() if "cursor: " in text else None

    def journal(self, *matches, after=None, lines=None, unit=True):
        words = ["journalctl", "-o", "json", "--no-pager", "-q"]
        if unit:
            words += ["-u", UNIT]
        if after:
            # Not --after-cursor: with matches, systemd 252 passes over the first entry that matches.
            words.append(f"--cursor='{after}'")
        if lines:
            words += ["-n", str(lines)]
        words += [f"'{match}'" for match in matches]
        found = self.run("journalctl --sync; " + " ".join(words), check=False).output
        entries = [json.loads(line) for line in found.split("\n") if line.startswith("{")]
        entries = [entry for entry in entries if entry["__CURSOR"] != after]
        for entry in entries:
            message = entry.get("MESSAGE")
            if isinstance(message, list):
                entry["MESSAGE"] = bytes(message).decode(errors="replace")
        return entries

    def events(self, code, after=None):
        return self.journal(f"BURSAR_EVENT={code}", after=after)

    def wait_event(self, code, after=None, limit=30):
        return until(lambda: f"event {code}; {self.account()}", lambda: self.events(code, after), limit, pause=0.3)[-1]

    # Configuration

    def configure(self, text, name="50-scenario.yaml"):
        """Lays a drop-in over the configuration; empty text takes it away."""
        path = f"{OVERLAYS}/{name}"
        if text:
            self.machine.write(path, text)
        else:
            self.machine.path(path).unlink(missing_ok=True)
        self.soiled = True

    def drop_in(self, text, name="50-scenario.conf"):
        self.machine.write(f"{DROP_INS}/{name}", text)
        self.run("systemctl daemon-reload")
        self.soiled = True

    def environment(self, **variables):
        lines = "".join(f'Environment="{name}={value}"\n' for name, value in variables.items())
        self.drop_in("[Service]\n" + lines, name="60-environment.conf")

    def stop(self):
        self.run("systemctl stop bursard.socket bursard.service 2>&1", timeout=150)

    def start(self, wait=True):
        self.run("systemctl reset-failed bursard.socket bursard.service 2>/dev/null || true")
        self.run("systemctl start --no-block bursard.socket bursard.service")
        if wait:
            self.wait_active()

    def restart(self):
        self.stop()
        self.start()

    def reset(self):
        """The configuration and unit as shipped, with short times; nothing runs."""
        self.stop()
        self.run(f"rm -rf {DROP_INS} {OVERLAYS}/* /etc/systemd/system/bursard.socket.d")
        self.run("systemctl unmask bursard.socket 2>/dev/null; systemctl daemon-reload")
        # Anchors belong to one database, and the scenarios use several with one state directory.
        self.run("rm -f /var/lib/bursar/audit-anchors.log*")
        self.machine.path(CONFIGURATION).write_text(self.shipped)
        self.configure(QUICK, name="10-quick.yaml")

    @property
    def shipped(self):
        """The configuration as the package has it."""
        return self.run(f"dpkg-deb --fsys-tarfile /bursar.deb | tar -xO .{CONFIGURATION}").output

    def fresh(self):
        """Runs on its embedded database, ready, with a school in it."""
        if not self.soiled and self.state == "active":
            return
        self.reset()
        if not self.run("test -e /var/lib/bursar/postgres/data/PG_VERSION", check=False).status == 0:
            self.drop_in("[Service]\nExecStart=\nExecStart=/usr/sbin/bursard --demo\n", name="20-demo.conf")
            self.start()
            self.wait_idle()
            self.reset()
        self.start()
        self.soiled = False

    # Work

    def tool(self, words, check=True, user=None, timeout=60):
        return self.run(f"bursarctl {words}", check=check, user=user, timeout=timeout)

    def sql(self, query, database=None):
        """Rows of text, as root on the embedded database, or on the one that is named."""
        target = database or self.tool("db url").output.strip()
        options = "-XAtq -v ON_ERROR_STOP=1"
        who = "postgres" if database else None
        found = self.run(f'psql {options} "{target}"', stdin=query, user=who, timeout=300)
        return [line.split("|") for line in found.output.strip().split("\n") if line]

    def open_jobs(self, database=None):
        return int(self.sql("select count(*) from bursar.job", database)[0][0])

    def wait_idle(self, limit=120, database=None):
        until(
            lambda: f"all jobs done; {self.sql('select id, state, error from bursar.job', database)}",
            lambda: self.open_jobs(database) == 0,
            limit,
            pause=0.3,
        )

    def big_school(self, students):
        """Adds students with coins to the demo school, once, so that a run takes its time."""
        self.sql(f"""
            insert into investments.students (id, registro, name, email, class_id, is_enabled)
            select n, 1000 + n, format('Student %s', n), format('student%s@example.org', n), 1 + (n - 1) % 6, true
            from generate_series(100001, 100000 + {students}) n on conflict do nothing;
            insert into investments.investments (student_id, fecha, monto, concepto)
            select n, timestamptz '2025-03-03 12:00+00' + ((n * 37 + k * 101) % 560) * interval '1 day', 50 + n % 450,
                format('Challenge %s', k)
            from generate_series(100001, 100000 + {students}) n, generate_series(1, 6) k
            where not exists (select from investments.investments where student_id = n);
            """)

    def begin_run(self, words=""):
        """Starts a run by hand, and returns its execution id."""
        answer = self.tool(f"schedules run {SCHEDULE} {words} --json").output
        found = re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", answer)
        expect(found, f"no execution id in {answer}")
        return found[0]

    def progress(self, execution, database=None):
        rows = self.sql(
            f"select progress_done, coalesce(outcome, '') from bursar.run where execution_id = '{execution}'", database
        )
        return int(rows[0][0]), rows[0][1]

    # Another database

    def external(self):
        """A fresh database of the packaged PostgreSQL, reached by peer authentication; not migrated."""
        self.run("systemctl start postgresql", timeout=90)
        self.sql("drop database if exists bursar with (force)", "dbname=postgres")
        self.sql("drop role if exists bursar; create role bursar login", "dbname=postgres")
        self.sql("create database bursar owner bursar", "dbname=postgres")
        self.configure(f'database:\n  url: "{EXTERNAL}"\n')

    def migrate(self):
        self.run("bursarctl migrate", user="bursar", timeout=120)
