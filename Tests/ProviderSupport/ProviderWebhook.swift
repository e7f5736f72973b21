package import Effects
package import Primitives
import Synchronization

/// One delivery of an event.
package struct ProviderWebhook: Sendable, Hashable {
    package let event: String
    package let report: EffectReport
    package let deliveredAt: Instant

    package init(event: String, report: EffectReport, deliveredAt: Instant) {
        self.event = event
        self.report = report
        self.deliveredAt = deliveredAt
    }

    /// As the sender writes it: `reference|remote id|status|code|made at`.
    package var body: [UInt8] {
        let fields = [
            report.reference?.description ?? "", report.remoteID, report.status.rawValue, report.code,
            String(report.madeAt.microseconds),
        ]
        return Array(fields.joined(separator: "|").utf8)
    }

    /// Nil when the body is not of that form.
    package static func report(in body: [UInt8]) -> EffectReport? {
        let fields = String(decoding: body, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 5, let status = EffectReport.Status(rawValue: String(fields[2])),
            let made = Int64(fields[4])
        else { return nil }
        return EffectReport(
            reference: IdempotencyKey(String(fields[0])), remoteID: String(fields[1]), status: status,
            code: String(fields[3]), message: String(fields[3]), madeAt: Instant(microseconds: made))
    }
}

extension TestProvider {
    /// The webhooks that are due, taken from the queue, in the order in which they happen to arrive.
    package func takeWebhooks() -> [ProviderWebhook] {
        let now = time.now()
        return state.withLock { state in
            let due = state.webhooks.filter { $0.deliveredAt <= now }
            state.webhooks.removeAll { $0.deliveredAt <= now }
            return due.shuffled(using: &state.random)
        }
    }
}
