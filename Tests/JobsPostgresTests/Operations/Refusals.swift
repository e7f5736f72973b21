import JobsPostgres
import Testing

/// Expects a refusal of that kind, and gives it.
@discardableResult
func refused(
    _ kind: OperationRefusal.Kind, at location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> OperationRefusal? {
    do {
        try await body()
        Issue.record("it was granted", sourceLocation: location)
    } catch let refusal as OperationRefusal {
        #expect(refusal.kind == kind && !refusal.detail.isEmpty && !refusal.hint.isEmpty, sourceLocation: location)
        return refusal
    } catch {
        Issue.record(error, sourceLocation: location)
    }
    return nil
}
