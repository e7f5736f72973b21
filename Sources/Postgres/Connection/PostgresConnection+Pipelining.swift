internal import CLibPQ

/// What a request became: its result, or the error that stopped it.
typealias RequestOutcome = Result<ResultSet, PostgresError>

extension PostgresConnection {
    /// What goes over the wire for some requests, in order.
    private enum Command {
        case begin(String)
        case prepare(Int, as: Session.Prepared)
        case execute(Int)
    }

    /// Sends all requests at once and reads their results: one round trip, ended by one Sync. An error aborts the rest.
    func performPipeline(_ requests: [Request], _ session: Session) async throws(PostgresError) -> [RequestOutcome] {
        guard PQenterPipelineMode(session.handle) == 1 else { throw lost(session) }
        let commands = try send(requests, session)
        guard PQpipelineSync(session.handle) == 1 else { throw lost(session) }
        try await flush(session)
        let outcomes = try await receive(commands, requests, session)
        guard let end = try await nextResult(session), end.status == PGRES_PIPELINE_SYNC,
            PQexitPipelineMode(session.handle) == 1
        else { throw lost(session) }
        return outcomes
    }

    private func send(_ requests: [Request], _ session: Session) throws(PostgresError) -> [Command] {
        var commands: [Command] = []
        var hasSent = true
        if let begin = transactionState.pendingBegin {
            transactionState.pendingBegin = nil
            hasSent = PQsendQueryParams(session.handle, begin, 0, nil, nil, nil, nil, 0) == 1
            commands.append(.begin(begin))
        }
        var coming: [ObjectIdentifier: Session.Prepared] = [:]
        for (index, request) in requests.enumerated() where hasSent {
            if let type = request.type {
                var prepared = session.prepared[type] ?? coming[type]
                if prepared == nil {
                    let new = Session.Prepared(
                        name: session.newStatementName(for: request.name), types: request.bindings.types)
                    hasSent = session.sendPrepare(request, as: new.name)
                    commands.append(.prepare(index, as: new))
                    coming[type] = new
                    prepared = new
                }
                if let prepared { hasSent = hasSent && session.sendExecute(request, prepared) }
            } else {
                hasSent = session.sendUnprepared(request)
            }
            commands.append(.execute(index))
        }
        guard hasSent else { throw lost(session) }
        return commands
    }

    private func receive(
        _ commands: [Command], _ requests: [Request], _ session: Session
    ) async throws(PostgresError) -> [RequestOutcome] {
        var outcomes: [RequestOutcome] = []
        var failure: PostgresError?
        for command in commands {
            let outcome = try await finishPipelined(session)
            switch (command, outcome) {
            case (.begin, .failure(let error)): failure = failure ?? error?.naming("BEGIN", phase: .begin)
            case (.prepare(let index, _), .failure(let error)): failure = failure ?? error?.naming(requests[index].name)
            case (.prepare(let index, let prepared), .success):
                if let type = requests[index].type { session.prepared[type] = prepared }
            case (.execute, .success(let result)): outcomes.append(.success(result))
            case (.execute(let index), .failure(let error)):
                failure = failure ?? error?.naming(requests[index].name)
                outcomes.append(.failure(failure ?? PostgresError(.protocolViolation, "aborted without an error")))
            case (.begin, .success): break
            }
        }
        return outcomes
    }

    /// One command's result. The error is nil where an earlier one has aborted it.
    private enum PipelinedResult {
        case success(ResultSet)
        case failure(PostgresError?)
    }

    private func finishPipelined(_ session: Session) async throws(PostgresError) -> PipelinedResult {
        guard let result = try await nextResult(session) else { throw lost(session) }
        let outcome: PipelinedResult
        switch result.status {
        case PGRES_PIPELINE_ABORTED: outcome = .failure(nil)
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: outcome = .success(result)
        default:
            let error = PostgresError(result)
            if error.sqlState == nil || PQstatus(session.handle) == CONNECTION_BAD || error.isConnectionLost {
                throw lost(session, error)
            }
            outcome = .failure(error)
        }
        guard try await nextResult(session) == nil else { throw lost(session) }
        return outcome
    }
}
