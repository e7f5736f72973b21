import Postgres

/// Moves money between two accounts and writes down what moved, for which business key and under which lease. Posting
/// one key twice is what the tests look for, so nothing here prevents it.
struct PostTransfer: Statement {
    let key: String
    let transfer: TransferOrder
    let job: Int64
    let lease: Int64

    static let sql = """
        with held as materialized (
            select id from crash.account where id in ($2, $3) order by id for update),
        moved as (
            update crash.account a set balance = a.balance + case when a.id = $2 then -$4 else $4 end
            from held where a.id = held.id)
        insert into crash.transfer (business_key, debit, credit, amount, job, lease) values ($1, $2, $3, $4, $5, $6)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(key)
        bindings.append(transfer.debit)
        bindings.append(transfer.credit)
        bindings.append(transfer.amount)
        bindings.append(job)
        bindings.append(lease)
    }
}
