import AdminAPI
import Cron
import FoundationEssentials
import Jobs
import JobsPostgres
import Primitives

extension RunAnswer {
    /// A run as its view says it.
    init(_ view: RunView) {
        let end = view.finishedAt ?? view.now
        self.init(
            executionID: view.execution, jobID: IntegerText(view.job), kind: view.kind, schedule: view.schedule,
            trigger: view.trigger, source: view.source, state: view.state, tick: view.tick.map(RunTick.init),
            createdAt: view.createdAt, startedAt: view.startedAt, finishedAt: view.finishedAt,
            durationSeconds: view.startedAt.map { max(0, (end - $0).inSeconds) }, outcome: view.outcome,
            error: view.error, progress: ProgressAnswer(view), totals: view.totals.flatMap { JSONValue(text: $0) })
    }
}

extension RunTick {
    /// A tick period; without the offset where this machine does not know its zone.
    init(_ period: TickPeriod) {
        let local = (try? Zone(period.zone)).map { period.instant.local(offset: $0.offset(at: period.instant)) }
        self.init(
            at: period.instant, local: local ?? period.nominal.description, zone: period.zone,
            nominal: period.nominal.description, previousNominal: period.previousNominal?.description)
    }
}

extension ProgressAnswer {
    /// Nil before the run's first step. The rate is that of the whole run so far, up to its last step.
    init?(_ view: RunView) {
        guard let at = view.progressAt, let startedAt = view.startedAt else { return nil }
        let total = view.progressTotal
        let elapsed = (at - startedAt).inSeconds
        let rate = elapsed > 0 && view.progressDone > 0 ? Double(view.progressDone) / elapsed : nil
        var eta: Double?
        if view.outcome == nil, let rate, let total {
            let left = Double(max(0, total - view.progressDone)) / rate
            eta = max(0, left - max(0, (view.now - at).inSeconds))
        }
        self.init(
            done: IntegerText(view.progressDone), total: total.map(IntegerText.init),
            share: total.map { $0 > 0 ? min(1, Double(view.progressDone) / Double($0)) : 1 }, ratePerSecond: rate,
            etaSeconds: eta, updatedAt: at)
    }
}

extension DescendantsAnswer {
    /// What a run waits for, as its view says it.
    init(_ view: Descendants, since: Instant, failed: Int) {
        self.init(
            since: since, waiting: view.waiting, running: view.running, parked: view.parked, failed: failed,
            countedUpTo: DescendantsOfRun.limit, firstParked: view.firstParked.map(IntegerText.init))
    }
}

extension FindingAnswer {
    /// A finding as its view says it.
    init(_ view: FindingView) {
        self.init(
            id: IntegerText(view.id), code: view.code, severity: view.severity, subject: view.subject,
            subjectID: IntegerText(view.subjectID), message: view.message, hint: view.hint, foundAt: view.foundAt)
    }
}

extension JSONValue {
    /// Nil when `text` is no JSON, which a jsonb column never holds.
    init?(text: String) {
        guard let value = try? WireJSON.decode(JSONValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }
}
