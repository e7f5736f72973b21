import Postgres

@testable import JobsPostgres

/// Every statement of the target, by name.
enum AllStatements {
    static let list: [any Statement.Type] = [
        AbandonJob.self, AcknowledgeBatch.self, AdoptKind.self, AllSchedules.self, BeatDaemon.self, BlockBucket.self,
        BuildsOfKind.self, ClaimBatch.self, ClaimGatedJobs.self, ClaimJobs.self, CloseBreaker.self, CloseRuns.self,
        CommitPasses.self, CommittedSteps.self, CountFindings.self, CountJobs.self, CountSchedules.self,
        CurrentScheduleFile.self, DecisionsOfTicks.self, DeclareKinds.self, DeleteSchedule.self, DescendantsOfRun.self,
        DigestOfText.self, DropHistory.self, DueSchedules.self, EndClockHold.self, EndDaemon.self,
        EndStaleTransactions.self, EndUnwantedJob.self, EndedJobForEdit.self, EndedUnderLease.self, EnqueueAlike.self,
        FenceStep.self, FindingsAfter.self, FinishJob.self, FinishedJob.self, FinishedJobs.self, FirstFindings.self,
        FoldTally.self, ForgetHolds.self, FreeKnownKinds.self, FreeParkedJob.self, HeldSchedules.self, HolderOfKey.self,
        InsertBackfill.self, InsertClockHold.self, InsertFindings.self, InsertJob.self, InsertPassedOver.self,
        InsertPlainJob.self, InsertToggle.self, IsKindKnown.self, IsKindMoney.self, JobForEdit.self, JobObstacles.self,
        KeepToIndexes.self, KindForEdit.self, LastRuns.self, LeftInFlight.self, LineUpRuns.self, LiveDaemons.self,
        LockGates.self, LockKind.self, LockScheduleEdits.self, LockedRules.self, MakeHistoryDays.self, MendLines.self,
        MoveNextDue.self, NextDueJob.self, NextOpening.self, NextScheduleToFire.self, NoteServerLife.self,
        OtherFileHolder.self, ParkJob.self, ParkedJobs.self, PauseKind.self, PauseSchedule.self, PeriodsRun.self,
        PostponeJob.self, Queues.self, ReadClock.self, ReadKind.self, ReadOutlook.self, RecentRuns.self,
        ReckonedRules.self, RecordScheduleFile.self, RegisterDaemon.self, RemoveSchedules.self, RepeatJob.self,
        RequestCancellation.self, ResumeKind.self, ResumeSchedule.self, RetakeForgotten.self, RetakeFromDead.self,
        RetakeOverdue.self, RunByExecution.self, RunningJobs.self, RunsOfSchedule.self, ScheduleByName.self,
        ScheduleForEdit.self, ServerGreeting.self, SetFileDigest.self, SettleWaiting.self, SpelledPayloads.self,
        StandInLine.self, StandInLineOfJob.self, StandInLines.self, StoreClock.self, StoredRules.self,
        StretchesOfTicks.self, StrikeBreaker.self, SwitchSchedule.self, TallyForStatus.self, TellOfJobs.self,
        TellOfMany.self, TellOfSchedules.self, TicksOfSchedule.self, TryHistoryLock.self, UnfinishedJob.self,
        UnfinishedJobs.self, UpsertSchedule.self,
    ]
}
