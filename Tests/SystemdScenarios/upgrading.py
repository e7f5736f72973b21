"""The package's life: upgrades that look before they leap, downgrade, removal and purge, twice."""

import re

from daemon import CONFIGURATION
from scenario import expect, scenario


def another(bursar, version):
    """The same package under another version."""
    bursar.run(
        "rm -rf /repack && dpkg-deb -R /bursar.deb /repack"
        f" && sed -i 's/^Version: .*/Version: {version}/' /repack/DEBIAN/control"
        f" && dpkg-deb --root-owner-group -Znone -b /repack /bursar-{version}.deb && rm -rf /repack",
        timeout=180,
    )
    return f"/bursar-{version}.deb"


@scenario("an upgrade restarts the daemon under the new version")
def upgrade(bursar):
    bursar.fresh()
    pid = bursar.pid
    package = another(bursar, "9.1")
    bursar.run(f"dpkg -i {package}", timeout=240)
    expect(bursar.state == "active" and bursar.pid != pid, bursar.account)
    expect("9.1" in bursar.run("dpkg-query -W bursar").output, "the version is not the new one")
    bursar.begin_run("--wait")
    owner = bursar.run(f"stat -c '%a %G' {CONFIGURATION}").output.strip()
    expect(owner == "640 bursar-admin", f"the configuration is {owner}")


@scenario("an upgrade whose configuration check fails leaves the old daemon running, and says so")
def refused_upgrade(bursar):
    bursar.fresh()
    pid = bursar.pid
    package = another(bursar, "9.2")
    bursar.configure("engine:\n  wrokers: 4\n")
    answer = bursar.run(f"dpkg -i {package}", timeout=240)
    expect(bursar.pid == pid and bursar.state == "active", f"it was restarted: {bursar.account()}")
    expect(re.search(r"50-scenario\.yaml:2:3", answer.text), f"the place is not told: {answer.text}")
    expect("goes on running" in answer.text and "systemctl restart bursard" in answer.text, answer.text)
    bursar.tool("status")
    bursar.configure("")
    bursar.run("systemctl restart bursard", timeout=90)


@scenario("a removal stops it in order and keeps configuration and data; a new installation goes on with them")
def removal(bursar):
    bursar.fresh()
    bursar.run(f"echo '# a remark' >> {CONFIGURATION}")
    runs = bursar.sql("select count(*) from bursar.run")
    bursar.run("dpkg -r bursar", timeout=150)
    left = bursar.run("pgrep -u bursar -a", check=False).output
    expect(not left, f"left running: {left}")
    expect(not bursar.machine.path("/run/bursar/admin.sock").exists(), "the socket is still there")
    expect(bursar.machine.path(CONFIGURATION).exists(), "the configuration is gone")
    expect(bursar.machine.path("/var/lib/bursar/postgres").exists(), "the data are gone")
    bursar.run("dpkg -i /bursar.deb", timeout=240)
    expect("# a remark" in bursar.machine.path(CONFIGURATION).read_text(), "the configuration was overwritten")
    bursar.soiled = True
    bursar.start()
    expect(bursar.sql("select count(*) from bursar.run") == runs, "the runs are others")


@scenario("install, upgrade, remove and purge, twice; a purge keeps the data and nothing else")
def purged(bursar):
    package = another(bursar, "9.3")
    for _ in range(2):
        bursar.run("dpkg -i --force-downgrade /bursar.deb", timeout=240)
        bursar.run("systemctl enable --now bursard.socket bursard 2>&1", timeout=90)
        bursar.run(f"dpkg -i {package}", timeout=240)
        expect(bursar.state == "active", bursar.account)
        bursar.run("dpkg -r bursar", timeout=150)
        answer = bursar.run("rm -f /etc/bursar/bursar.yaml.d/* /etc/bursar/credentials/*; dpkg -P bursar", timeout=150)
        expect("rm -r /var/lib/bursar" in answer.text, f"what is kept is not told: {answer.text}")
        left = bursar.run(
            "find / -xdev \\( -name 'bursar*' -o -name '_bursar*' \\) -not -path '/proc/*' "
            "-not -path '/var/lib/bursar*' -not -path '/tmp/*' -not -name '*.deb' -not -path '/var/log/*' 2>/dev/null"
        ).output.split()
        left = [path for path in left if not re.match(r"/(sys|run/systemd|run/credentials|var/cache/man|var/spool|var/tmp)/", path)]
        expect(not left, f"left behind: {left}")
        expect(bursar.machine.path("/var/lib/bursar/postgres").exists(), "the data are gone")
        expect(bursar.run("dpkg-query -W bursar", check=False).status != 0, "dpkg still knows it")
    bursar.run("dpkg -i /bursar.deb", timeout=240)
    bursar.soiled = True
    bursar.fresh()
