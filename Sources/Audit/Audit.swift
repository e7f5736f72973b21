// Audit: who changed what, when, by which door and why, in a chain that shows whether anything of it was touched.
//
// `AuditTrail` appends an `AuditEntry` of an `Actor` in the transaction of the change itself: both commit, or neither.
// Each entry's code is an HMAC-SHA-256, under a key that is never in the database, over the code before it, the entry's
// fields each with its length, and its number (`ChainedEntry`). `AuditVerification` finds the first place where that no
// longer holds, and says what was done there. It cannot see by itself that the newest entries were cut off, or the
// database put back as a whole: `AnchorWriter` signs the head every minute into a file and the log, outside of it.
// Nothing here stands against somebody who holds the key, can write the database and reaches every anchor.
//
// Decided where the pages are silent: the key is the credential `audit.key`, else a file of the state directory, made
// at the first start; the first daemon's key is the chain's, and another one is refused. JSON is kept as text, since
// the code covers bytes and `jsonb` writes its own. A restore is an entry itself, and excuses what it set back.
