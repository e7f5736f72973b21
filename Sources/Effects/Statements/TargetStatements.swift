import Postgres
package import Primitives

/// How a target stands.
package struct TargetStanding: Sendable, Hashable {
    package let name: String
    package let heldSince: Instant?
    package let heldWhy: String?
    /// From when on its list must reach; nil: all that it can tell.
    package let reconcileFrom: Instant?
    package let reconciledAt: Instant?
    /// The database's present history.
    package let history: String
    package var now: Instant

    var from: Instant? { reconcileFrom }
}

struct TargetStandings: Statement {
    let now: Instant?

    static let sql = """
        select name, held_since, held_why, reconcile_from, reconciled_at, bursar.history_name(),
            coalesce($1, clock_timestamp())
        from bursar.effect_target order by name
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> TargetStanding {
        TargetStanding(
            name: try row.next(), heldSince: try row.next(), heldWhy: try row.next(), reconcileFrom: try row.next(),
            reconciledAt: try row.next(), history: try row.next(), now: try row.next())
    }
}

/// Makes a target known; no row when it is.
struct RegisterTarget: Statement {
    let name: String
    let now: Instant?

    static let why = "it is new here: what it did of late is not known"

    static let sql = """
        insert into bursar.effect_target (name, history, held_since, held_why, created_at)
        select $1, bursar.history_name(), clock.now, $2, clock.now
        from (select coalesce($3, clock_timestamp()) as now) clock
        on conflict do nothing returning name
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
        bindings.append(Self.why)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Holds a target; no row when it was held already. What must be reconciled begins with the last submission that this
/// database knows: whatever it has lost was begun later. Plans do not count, since they are made while it is held too.
struct HoldTarget: Statement {
    let name: String
    let why: String
    let now: Instant?

    /// How far the company's clock may be ahead of ours.
    static let skew = Duration.seconds(3_600)

    /// Of the target `t`, with `skew` as $3.
    static let lastKnown = """
        greatest(t.reconciled_at, (select max(i.sent_at) from bursar.intent i where i.target = t.name))
            - $3 * interval '1 microsecond'
        """
    static let sql = """
        update bursar.effect_target t set
            held_since = coalesce($1, clock_timestamp()), held_why = $2, reconcile_from = \(lastKnown)
        where t.name = $4 and t.held_since is null returning t.name
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(why)
        bindings.append(Self.skew.wholeMicroseconds)
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Holds every target, or one, that was last reconciled or held in another history of the database.
///
/// One that the copy has as held begins its wait anew: the history that the copy was taken from may have released it,
/// and sent, a moment ago. From when on it must be reconciled stays: that is older than whatever was lost.
struct HoldMovedTargets: Statement {
    /// Nil: all.
    var name: String?
    let now: Instant?

    static let why = """
        the database was restored, cloned, or moved to another server: what was sent since may be lost here
        """

    static let sql = """
        update bursar.effect_target t set
            held_since = coalesce($1, clock_timestamp()), held_why = $2, history = bursar.history_name(),
            reconcile_from = case when t.held_since is null then \(HoldTarget.lastKnown) else t.reconcile_from end
        where t.history <> bursar.history_name() and ($4::text is null or t.name = $4) returning t.name
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(now)
        bindings.append(Self.why)
        bindings.append(HoldTarget.skew.wholeMicroseconds)
        bindings.append(name)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}

/// Releases a target that was reconciled; no row when it was held anew, or the history is another by now.
struct ReleaseTarget: Statement {
    let name: String
    let heldSince: Instant?
    let history: String
    let now: Instant?

    static let sql = """
        update bursar.effect_target set
            held_since = null, held_why = null, reconcile_from = null, history = $3,
            reconciled_at = coalesce($4, clock_timestamp())
        where name = $1 and held_since is not distinct from $2 and bursar.history_name() = $3
        returning name
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(name)
        bindings.append(heldSince)
        bindings.append(history)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> String {
        try row.next()
    }
}
