import Logging

// Of the loops and the service manager: BRS-11xx.
extension Event {
    static let supervisionEvents: [Event] = [
        .loopStalled, .watchdogTriggered, .watchdogMissing, .drillAnnounced, .notifySocketGone,
    ]

    package static let loopStalled = Event(
        "BRS-1101", "loop-stalled", .critical, id: "e10175c4ca70ca698664990768a1a826",
        summary: "A loop of the daemon has stopped moving",
        meaning: """
            One loop of the daemon, which the message names, has not made a turn for
            longer than it may. The process lives but no longer does that part of its
            work. A database that is down never shows like this: waiting for it is not a
            stall.
            """,
        impact: """
            As long as it hangs: scheduler, no tick is decided here; dispatcher or
            look-out, no job begins here; beat, this daemon will be taken for dead and its
            jobs retaken; admin socket, bursarctl gets no answer. Under a watchdog the
            service manager is asked to restart the process next.
            """,
        diagnosis: """
            The entry lists the other loops: one that hangs alone is a deadlock of its
            own; all of them, with "thread pool", mean that something blocks every thread,
            or that the machine starves.
              bursarctl logs --event BRS-1101 --since 1h
              cat /proc/pressure/cpu /proc/pressure/io /proc/pressure/memory
            """,
        action: """
            Under systemd's watchdog wait for the restart: the jobs go on from their last
            step. Without it, take a stack first if you can, then restart:
              gdb -p $(systemctl show bursard -P MainPID) -batch -ex "thread apply all bt" > stall.txt
              systemctl restart bursard
            """)

    package static let watchdogTriggered = Event(
        "BRS-1102", "watchdog-triggered", .critical, id: "082ea8acd462025a6f49f542281b689c",
        summary: "The daemon asks the service manager to restart it",
        meaning: """
            A loop hung (the entry BRS-1101 right before this one names it), so the daemon
            asked its service manager to kill and restart it, rather than to go on in
            half.
            """,
        impact: """
            What ran was cut off. Each job goes on from its last committed step after the
            restart; nothing that was not committed happened, nothing is done twice.
            """,
        diagnosis: """
            Which loop, the backtrace that was written when the process was killed, and
            whether the new one is well. No core is kept, since it would hold secrets:
              bursarctl logs --event BRS-1101 --since 1h
              journalctl -u bursard -S -1h -n 300
              systemctl status bursard
            """,
        action: """
            Nothing for the jobs. If it comes again within a day, keep the journal of that
            time for whoever maintains Bursar, and see whether the machine is starved of
            processor or disk:
              systemctl show bursard -p NRestarts,CPUUsageNSec,MemoryCurrent
            """)

    package static let watchdogMissing = Event(
        "BRS-1103", "watchdog-missing", .error, id: "7643068245b3de94fa45655d5a925b1a",
        summary: "Nothing watches the loops of the daemon",
        meaning: """
            The daemon could not start the thread that watches its loops: the machine or
            the unit's TasksMax allows no more threads.
            """,
        impact: """
            Jobs run, but nobody would notice one that hangs, and under a service manager
            with a watchdog the process is killed soon, since nobody pets it.
            """,
        diagnosis: """
            How many threads there are, and how many there may be:
              systemctl show bursard -p TasksCurrent,TasksMax
              cat /proc/sys/kernel/threads-max
            """,
        action: """
            Raise TasksMax of the unit, or end what uses up the threads of the machine;
            then restart:
              systemctl edit bursard
              systemctl restart bursard
            """)

    package static let drillAnnounced = Event(
        "BRS-1104", "drill-announced", .warning, id: "c20d1090717ea7e01aa95439a09dc335",
        summary: "A drill is about to harm this daemon on purpose",
        meaning: """
            The environment variable BURSAR_DRILL is set: this daemon will hang or crash
            on purpose at the time that the message says, so that alarms can be seen to
            work.
            """,
        impact: """
            What runs then is cut off and goes on from its last step after the restart. On
            a machine that moves money this is a rehearsal that somebody should know of.
            """,
        diagnosis: """
            Where the variable comes from:
              systemctl show bursard -p Environment,EnvironmentFiles
              systemctl cat bursard
            """,
        action: """
            If nobody announced a drill, take the variable out and restart before its
            time:
              systemctl revert bursard
              systemctl restart bursard
            """)

    package static let notifySocketGone = Event(
        "BRS-1105", "notify-socket-gone", .warning, id: "0a5666b0bc7c46cba9d67574b8178331",
        summary: "The service manager does not hear the daemon",
        meaning: """
            A message to the service manager (readiness, status, watchdog) could not be
            sent: the socket in NOTIFY_SOCKET is gone, full or not permitted. It is said
            once until one gets through again.
            """,
        impact: """
            Jobs run. But `systemctl status` shows an old line, and a watchdog that hears
            nothing will restart the daemon.
            """,
        diagnosis: """
            Whether the service manager itself is well, and how the unit lets it notify:
              systemctl is-system-running
              systemctl show bursard -p Type,NotifyAccess,WatchdogUSec
              ls -l /run/systemd/notify
            """,
        action: """
            With Type=notify and NotifyAccess=main as shipped, nothing is to do but to
            mend the service manager. If the unit was edited, take the edit back:
              systemctl revert bursard
              systemctl daemon-reexec
            """)
}
