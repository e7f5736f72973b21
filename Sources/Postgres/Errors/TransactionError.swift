/// A transaction's body failed, and so did ROLLBACK. The session was closed; nothing of the transaction happened.
package struct TransactionError: Error, CustomStringConvertible {
    package let body: any Error
    package let rollback: PostgresError

    package var description: String {
        "\(body); then ROLLBACK failed: \(rollback)"
    }
}
