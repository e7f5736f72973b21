import AdminAPI
import ArgumentParser

/// The root of all verbs.
struct Bursarctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bursarctl",
        abstract: "Operates Bursar, the daemon that runs the jobs that move money.",
        discussion: """
            Exit status:
              0   done
              1   the answer is bad: a run that failed, a thing that does not exist
              64  typed wrongly
              69  the daemon or the database cannot be reached
              70  a bug
              76  the schema or the daemon is of another version
              77  not permitted
              78  the configuration is wrong
            """,
        version: BuildVersion.name,
        subcommands: [
            StatusCommand.self, ReloadCommand.self, LogsCommand.self, DoctorCommand.self, SchedulesCommand.self,
            QueuesCommand.self, JobsCommand.self, RunsCommand.self, CronCommand.self, ConfigCommand.self,
            MigrateCommand.self, DatabaseCommand.self, BackupCommand.self, RestoreCommand.self, AuditCommand.self,
            InvestmentsCommand.self, ExplainCommand.self, CompleteCommand.self,
        ])
}
