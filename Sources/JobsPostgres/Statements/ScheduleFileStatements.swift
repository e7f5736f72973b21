import Postgres
import Primitives

import struct FoundationEssentials.UUID

/// Says which file holds from now on.
struct RecordScheduleFile: Statement {
    let digest: String
    let by: String
    let daemon: DaemonID?
    let now: Instant

    static let sql = """
        insert into bursar.schedule_file (digest, applied_by, daemon_id, applied_at) values ($1, $2, $3, $4)
        on conflict (only_row) do update
        set digest = excluded.digest, applied_by = excluded.applied_by, daemon_id = excluded.daemon_id,
            applied_at = excluded.applied_at
        where schedule_file.digest <> excluded.digest
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(digest)
        bindings.append(by)
        bindings.append(daemon?.uuid)
        bindings.append(now)
    }
}

/// The daemon that stands by the file that holds, if that is another file than ours.
///
/// A daemon's life is told by its session lock alone: a process that ended has let go of it at once, whatever its beat
/// says, and its successor may come with another file.
struct OtherFileHolder: Statement {
    let digest: String
    let daemon: DaemonID?

    static let sql = """
        select f.digest, f.applied_at, f.applied_by, f.daemon_id, d.id, d.host, d.pid
        from bursar.schedule_file f join bursar.daemon d on d.file_digest = f.digest
        where f.digest <> $1 and d.ended_at is null and ($2::uuid is null or d.id <> $2)
          and exists (
              select from pg_locks l
              where l.locktype = 'advisory' and l.granted and l.objsubid = 1
                and l.database = (select oid from pg_database where datname = current_database())
                and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key)
        order by d.started_at, d.id limit 1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(digest)
        bindings.append(daemon?.uuid)
    }

    static func output(from row: inout Row) throws(PostgresError) -> ScheduleFileHolder {
        let file = RecordedScheduleFile(
            digest: try row.next(), appliedAt: try row.next(), appliedBy: try row.next(),
            daemon: try row.next(UUID?.self).map { DaemonID($0) })
        return ScheduleFileHolder(
            file: file, daemon: DaemonID(try row.next(UUID.self)), host: try row.next(), pid: try row.next())
    }
}

/// Writes into a daemon's row which file it has.
struct SetFileDigest: Statement {
    let daemon: DaemonID
    let digest: String?

    static let sql = "update bursar.daemon set file_digest = $2 where id = $1 and file_digest is distinct from $2"

    func bind(to bindings: inout Bindings) {
        bindings.append(daemon.uuid)
        bindings.append(digest)
    }
}
