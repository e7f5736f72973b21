/// How unreliable a company is: shares of the cases, 0 to 1, and times.
package struct ProviderManners: Sendable {
    package var throttles = 0.0
    /// The connection breaks before anything is done.
    package var dropsBefore = 0.0
    /// The connection breaks after everything is done.
    package var dropsAfter = 0.0
    /// The connection breaks, and the request is carried out later all the same.
    package var carriesOutLate = 0.0
    package var lateness = Duration.seconds(300)
    /// Refuses for good, and says the same whenever it is asked again under the key.
    package var refuses = 0.0
    /// Refuses before it looks at the key: the next time it may do it.
    package var refusesLoosely = 0.0
    /// Looking up and listing fail.
    package var failsToTell = 0.0
    /// Ends without effect after it was accepted.
    package var failsLater = 0.0
    /// Undoes what succeeded.
    package var reverses = 0.0
    /// From acceptance to the end, at most.
    package var settling = Duration.seconds(3 * 3_600)
    package var keyLife = Duration.seconds(24 * 3_600)
    /// Effects show up in look-ups and lists within this.
    package var visibilityDelay = Duration.seconds(300)
    /// Webhooks that never come, that come again, and how late they come at most.
    package var losesWebhooks = 0.0
    package var repeatsWebhooks = 0.0
    package var webhookDelay = Duration.seconds(1_800)
    package var throttledFor = Duration.seconds(7)

    /// Does all that is asked, at once, and says so.
    package static let reliable = ProviderManners()

    /// Everything that can go wrong does, often.
    package static let dreadful = {
        var manners = ProviderManners()
        manners.throttles = 0.08
        manners.dropsBefore = 0.1
        manners.dropsAfter = 0.15
        manners.carriesOutLate = 0.08
        manners.refuses = 0.06
        manners.refusesLoosely = 0.06
        manners.failsToTell = 0.15
        manners.failsLater = 0.06
        manners.reverses = 0.06
        manners.losesWebhooks = 0.3
        manners.repeatsWebhooks = 0.4
        return manners
    }()

    package init() {}
}
