import Postgres

/// Notes that a key was done, and how often.
struct PutMark: Statement {
    let key: String

    static let sql = """
        insert into crash.mark as m (key, times) values ($1, 1)
        on conflict (key) do update set times = m.times + 1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(key)
    }
}
