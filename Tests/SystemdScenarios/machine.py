"""A Debian machine in a container, booted with its own systemd and journal.

The root directory comes from a tarball that debootstrap made once. No command goes through a machine manager: they
enter the container's namespaces. Its network is its own, with nothing but the loopback device.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

PACKAGES = [
    "systemd",
    "systemd-sysv",
    "dbus",
    "libpq5",
    "postgresql",
    "pgbouncer",
    "tzdata",
    "procps",
    "python3-minimal",
    "man-db",
    "zlib1g",
]
SUITE = "bookworm"
BOOT_LIMIT = 90


class MachineError(Exception):
    """The machine itself could not be had: no scenario is to blame."""


class Result:
    """How a command ended and what it said."""

    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    @property
    def text(self):
        return (self.output + self.errors).strip()


def debian_source():
    """Where this machine's apt gets Debian from."""
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in lists:
        if not path.is_file():
            continue
        for line in path.read_text(errors="replace").split("\n"):
            for word in line.split():
                if (
                    line.startswith(("deb ", "URIs:"))
                    and word.startswith("http")
                    and word.rstrip("/").endswith("/debian")
                ):
                    return word
    return "http://deb.debian.org/debian"


def tarball(directory):
    """Makes the root's tarball unless it is there."""
    path = directory / f"{SUITE}-root.tar"
    wanted = directory / f"{SUITE}-root.packages"
    if path.exists() and wanted.exists() and wanted.read_text().split() == PACKAGES:
        return path
    print(f"systemd-test: makes the root of a Debian {SUITE}, once", flush=True)
    root = directory / "making"
    shutil.rmtree(root, ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "debootstrap.log"
    with log.open("w") as out:
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, root, debian_source()]
        if subprocess.run(command, stdout=out, stderr=subprocess.STDOUT).returncode != 0:
            raise MachineError(f"debootstrap failed: see {log}")
    for archive in (root / "var/cache/apt/archives").glob("*.deb"):
        archive.unlink()
    subprocess.run(["tar", "-C", root, "-cf", f"{path}.new", "."], check=True)
    shutil.rmtree(root, ignore_errors=True)
    os.replace(f"{path}.new", path)
    wanted.write_text("\n".join(PACKAGES) + "\n")
    return path


class Machine:
    """One boot of one root directory."""

    def __init__(self, directory, keep=False):
        self.directory = directory
        self.root = directory / f"root-{os.getpid()}"
        self.name = f"bursar-{os.getpid()}"
        self.keep = keep
        self.container = None
        self.leader = None
        self.cgroups = set(self._own_cgroups())

    def boot(self):
        self.root.mkdir(parents=True)
        subprocess.run(["tar", "-C", self.root, "-xf", tarball(self.directory)], check=True)
        (self.root / "etc/machine-id").write_text("")
        (self.root / "etc/hostname").write_text("bursar-test\n")
        # The journal of the container is what is looked at: all of it, on disk, and nothing dropped.
        (self.root / "var/log/journal").mkdir(exist_ok=True)
        conf = self.root / "etc/systemd/journald.conf.d"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "test.conf").write_text("[Journal]\nRateLimitBurst=0\n")
        for unit in ("apt-daily.timer", "apt-daily-upgrade.timer", "man-db.timer", "pgbouncer.service"):
            self._mask(unit)
        self._log = (self.directory / "boot.log").open("w")
        self.container = subprocess.Popen(
            [
                "systemd-nspawn",
                "--quiet",
                "--register=no",
                "--keep-unit",
                "--private-network",
                "--boot",
                f"--machine={self.name}",
                "--directory",
                self.root,
                "--console=pipe",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._find_leader()
        state = self.run("systemctl is-system-running --wait", check=False, timeout=BOOT_LIMIT).output.strip()
        if state not in ("running", "degraded"):
            raise MachineError(f"the container did not come up: {state or 'no answer'}")

    def _mask(self, unit):
        link = self.root / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")

    def _find_leader(self):
        deadline = time.monotonic() + BOOT_LIMIT
        while time.monotonic() < deadline:
            if self.container.poll() is not None:
                raise MachineError(f"systemd-nspawn ended at once: see {self.directory / 'boot.log'}")
            children = Path(f"/proc/{self.container.pid}/task/{self.container.pid}/children").read_text().split()
            for child in children:
                self.leader = int(child)
                if (self.path("/run/systemd/private")).exists():
                    return
            time.sleep(0.1)
        raise MachineError("the container's systemd did not start")

    def path(self, path):
        """A path of the container, as seen from here."""
        return Path(f"/proc/{self.leader}/root{path}")

    def run(self, command, user=None, check=True, timeout=60, environment=None, stdin=None):
        """Runs a shell command in the container."""
        inner = ["/bin/bash", "-c", command]
        if user:
            inner = ["runuser", "-u", user, "--", *inner]
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", **(environment or {})}
        enter = ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "--wdns=/", "--"]
        try:
            done = subprocess.run(
                [*enter, *inner],
                env=bare,
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"`{command}` took longer than {timeout} s") from error
        result = Result(done.returncode, done.stdout, done.stderr)
        if check and result.status != 0:
            raise AssertionError(f"`{command}` ended with {result.status}: {result.text[-1500:]}")
        return result

    def write(self, path, text, mode=0o644):
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def down(self):
        """Ends the container and removes its root, whatever happened."""
        if self.container and self.container.poll() is None:
            self.container.send_signal(signal.SIGTERM)
            try:
                self.container.wait(20)
            except subprocess.TimeoutExpired:
                # The container's init takes all its processes along.
                if self.leader:
                    os.kill(self.leader, signal.SIGKILL)
                self.container.kill()
                self.container.wait()
        if not self.keep:
            shutil.rmtree(self.root, ignore_errors=True)
        for group in sorted(set(self._own_cgroups()) - self.cgroups, key=lambda path: -len(path.parts)):
            for path, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(path)
                except OSError:
                    pass

    def _own_cgroups(self):
        """What systemd-nspawn makes below the group that it was started in."""
        found = []
        for line in Path("/proc/self/cgroup").read_text().split("\n"):
            if line.count(":") < 2:
                continue
            number, controllers, path = line.split(":", 2)
            names = ["unified", "."] if number == "0" else [controllers.removeprefix("name=")]
            for name in names:
                base = Path("/sys/fs/cgroup") / name / path.lstrip("/")
                found += [base / each for each in ("payload", "supervisor") if (base / each).exists()]
        return found
