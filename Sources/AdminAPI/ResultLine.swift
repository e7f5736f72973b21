/// One student's amount in a run, as JSON lines show it.
package struct ResultLine: Sendable, Hashable, Codable {
    package var studentID: IntegerText
    /// Null for a student in error; a finding of the run says why.
    @Nullable package var amount: IntegerText?

    private enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case amount
    }

    package init(studentID: IntegerText, amount: IntegerText? = nil) {
        self.studentID = studentID
        self.amount = amount
    }
}
