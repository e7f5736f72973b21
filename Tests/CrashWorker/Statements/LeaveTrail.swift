import Postgres

/// Writes down that a job of an order key took effect, after those that did before.
struct LeaveTrail: Statement {
    let key: String
    let job: Int64

    static let sql = "insert into crash.trail (key, job) values ($1, $2)"

    func bind(to bindings: inout Bindings) {
        bindings.append(key)
        bindings.append(job)
    }
}
