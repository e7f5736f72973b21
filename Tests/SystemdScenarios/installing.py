"""What the package brings, what it starts (nothing), and the first start."""

import re
import time

from daemon import UNIT
from scenario import expect, scenario, until


@scenario("the package installs, and enables and starts nothing")
def installs(bursar):
    answer = bursar.run("dpkg -i /bursar.deb", timeout=180)
    expect("systemctl enable --now" in answer.text, f"the installation does not say how to start: {answer.text}")
    expect(bursar.state == "inactive", f"the daemon is {bursar.state}")
    for unit in ("bursard.service", "bursard.socket"):
        enabled = bursar.run(f"systemctl is-enabled {unit}", check=False).output.strip()
        expect(enabled == "disabled", f"{unit} is {enabled}")
    modes = bursar.run(
        "stat -c '%a %U %G %n' /etc/bursar/bursar.yaml /etc/bursar/credentials /run/bursar /usr/sbin/bursard"
    ).output
    for line in (
        "640 root bursar-admin /etc/bursar/bursar.yaml",
        "700 root root /etc/bursar/credentials",
        "755 bursar bursar /run/bursar",
        "755 root root /usr/sbin/bursard",
    ):
        expect(line in modes, f"no `{line}` in {modes}")
    expect("bursar-admin" in bursar.run("id bursar").output, "the daemon is not of the operators' group")
    bursar.run("bursarctl config check", user="bursar")


@scenario("man pages, completions and the journal's catalog are in their places")
def documents(bursar):
    for page in ("bursarctl.1", "bursarctl-schedules.1", "bursard.8", "bursar.yaml.5"):
        section = page.rsplit(".", 1)[1]
        # Debian leaves manuals out of small containers; the package has them all the same.
        listed = bursar.run(f"dpkg-deb -c /bursar.deb | grep -c 'man{section}/{page}.gz'", check=False).output.strip()
        expect(listed == "1", f"{page} is missing")
    rendered = bursar.run(
        "dpkg-deb --fsys-tarfile /bursar.deb | tar -xO ./usr/share/man/man8/bursard.8.gz > /tmp/bursard.8.gz; "
        "man -l /tmp/bursard.8.gz"
    ).output
    expect("EXIT STATUS" in rendered and "78" in rendered, "bursard(8) does not tell the exit codes")
    bursar.run("bash -n /usr/share/bash-completion/completions/bursarctl")
    catalog = bursar.run("journalctl --list-catalog --no-pager").output
    expect(catalog.count("bursar") > 0 or "BRS" in catalog, "the journal's catalog knows nothing of Bursar")
    events = len(
        re.findall(r"^-- [0-9a-f]{32}", bursar.run("cat /usr/lib/systemd/catalog/bursar.catalog").output, re.M)
    )
    expect(events >= 30, f"the catalog has {events} events")


@scenario("systemctl enable --now starts it; it is not active before it is ready")
def first_start(bursar):
    bursar.drop_in("[Service]\nExecStart=\nExecStart=/usr/sbin/bursard --demo\n", name="20-demo.conf")
    bursar.configure("engine:\n  lease: 6s\n  beat: 500ms\n  poll: 1s\n  drain: 10s\n", name="10-quick.yaml")
    cursor = bursar.cursor()
    bursar.run("systemctl enable bursard.socket bursard 2>&1; systemctl start --no-block bursard.socket bursard")
    seen = []
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and (not seen or seen[-1][0] not in ("active", "failed")):
        text = bursar.run(f"systemctl show -p ActiveState,StatusText {UNIT}").output
        fields = dict(line.split("=", 1) for line in text.strip().split("\n"))
        seen.append((fields["ActiveState"], fields["StatusText"]))
    expect(seen[-1][0] == "active", f"it became {seen[-1]}: {bursar.account()}")
    expect(any(state == "activating" for state, _ in seen), f"it was active at once: {seen}")
    early = [text for state, text in seen if state == "active" and text.startswith("starting")]
    expect(not early, f"active while {early}")
    bursar.wait_event("BRS-1001", cursor)
    group = bursar.run("stat -c '%a %U %G' /run/bursar/admin.sock").output.strip()
    expect(group == "660 root bursar-admin", f"the socket is {group}")
    bursar.tool("status")
    bursar.wait_idle()


@scenario("the embedded PostgreSQL works inside the whole sandbox")
def embedded(bursar):
    expect(bursar.state == "active", "the daemon is not active")
    status = bursar.run(f"cat /proc/{bursar.pid}/status").output
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"):
        expect(line in status, f"no `{line}` in the daemon's status")
    servers = bursar.run("ps -o user:20=,args= -C postgres | grep /var/lib/bursar").output
    expect(servers.startswith("bursar "), f"the server runs as {servers}")
    before = bursar.sql("select count(*) from bursar.run where outcome in ('success', 'warning')")
    expect(before[0][0] != "0", "the demo school was not valued")
    execution = bursar.begin_run("--wait")
    expect(bursar.progress(execution)[1] in ("success", "warning"), f"a run ended {bursar.progress(execution)}")
    bursar.reset()


@scenario("systemd-analyze security is at most 1.5")
def exposure(bursar):
    bursar.fresh()
    text = bursar.run("systemd-analyze security bursard.service --no-pager").output
    score = float(re.search(r"Overall exposure level for bursard.service: ([\d.]+)", text)[1])
    expect(score <= 1.5, f"it is {score}")
    verified = bursar.run(
        "cd /usr/lib/systemd/system; systemd-analyze verify ./bursard.service ./bursard.socket 2>&1 | grep -v 'man '",
        check=False,
    ).output
    expect(not verified.strip(), f"systemd-analyze verify says {verified}")


@scenario("STATUS is one line of live truth, and changes")
def status_line(bursar):
    bursar.fresh()
    text = until("a status with figures", lambda: "waiting" in bursar.status and bursar.status, 15)
    for word in ("ready", "running", "parked", "next", "database", "configuration"):
        expect(word in text, f"no `{word}` in `{text}`")
