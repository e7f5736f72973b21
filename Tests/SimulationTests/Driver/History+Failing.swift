import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport

extension History {
    /// A verb of which some statement fails: it is granted all the same, or it left everything as it was, or it did all
    /// of it and could not say so.
    mutating func performFailing(_ fuse: StatementFuse) async throws {
        let before = self
        let process = try await livingProcess()
        fuse.set(after: random.below(7), random.pick(StatementFuse.Blow.allCases), process: process)
        do {
            try await performOne()
            fuse.remove()
            _ = try await livingProcess()
            try await compare()
        } catch let error as Disagreement {
            throw error
        } catch let error as QueueModel.Broken {
            throw error
        } catch {
            fuse.remove()
            let (advanced, told) = (random, steps)
            self = before
            random = advanced
            steps = told
            note("it failed: \("\(error)".prefix(120))")
            _ = try await livingProcess()
            try await adopt()
        }
    }

    /// The server process of the pool's connection; another one when it was just ended.
    private func livingProcess() async throws -> Int32 {
        for _ in 0..<5 {
            if let process = try? await fleet.pool.value("select pg_backend_pid()", as: Int32.self) { return process }
        }
        return try await fleet.pool.value("select pg_backend_pid()", as: Int32.self)
    }

    /// Nobody was told what became of the verb: the rows say. Nothing of it may be there in part, which `checkEffects`
    /// and the sums over all jobs show.
    private mutating func adopt() async throws {
        rows = try await QueueRows(via: fleet.reader)
        if model.difference(from: rows) == nil { return try await compare() }
        note("and was done")
        for (id, job) in model.jobs where rows.jobs[id] == nil { model.last[id] = job }
        for job in rows.jobs.values where model.jobs[job.id] == nil {
            model.enqueued.insert(job.id)
            if let key = job.orderKey { keptKeys[job.id] = key }
        }
        for (id, job) in rows.jobs { stepped[id] = job.steps == 0 ? nil : Int64(job.steps) }
        let told = Set(grips.map(\.claim.key))
        for job in rows.jobs.values {
            if let key = job.key, !told.contains(key), model.forgotten[key] == nil { model.forgotten[key] = now }
        }
        for lease in rows.batches.keys where !batchGrips.contains(where: { $0.batch.lease == lease }) {
            model.forgottenBatches[lease] = model.forgottenBatches[lease] ?? now
        }
        model.jobs = rows.jobs
        model.ended = rows.ended
        model.runs = rows.runs
        model.batches = rows.batches
        model.lastJob = max(model.lastJob, rows.jobs.keys.max() ?? 0)
        model.lastLease = max(
            model.lastLease,
            try await fleet.reader.value(
                "select last_value from bursar.lease_number", as: Int64.self))
        for (id, end) in rows.ended where end.state == .done && model.last[id]?.kind != Fleet.bulk {
            model.finishes.insert(id)
        }
        model.buckets["sim"]?.fullAt = rows.fullAt
        model.buckets["sim"]?.blockedUntil = rows.blockedUntil
        for id in rows.buried { model.daemons[id]?.isBuried = true }
        // Some may have had their sessions ended for sitting on an attempt: so that it is known of all, all have.
        for (id, daemon) in model.daemons where !daemon.isBuried {
            try await fleet.cutSession(of: id)
            model.daemons[id]?.holdsLock = false
        }
        model.breakers["sim"]?.failures = rows.strikes
        model.breakers["sim"]?.openUntil = rows.openUntil
        model.breakers["sim"]?.probe = rows.probe
        // The counters must agree with what was adopted.
        try await compare()
    }
}
