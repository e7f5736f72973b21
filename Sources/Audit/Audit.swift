// Audit: who changed what, when, by which door and why, in a chain that shows whether anything of it was touched.
//
//   AuditEntry, Actor      what is written down
//   AuditKey               the secret of the chain's codes, never in the database
//   AuditTrail             appends an entry in the transaction of the change itself: both commit, or neither
//   AuditChain             the codes, pure: what is hashed, in which bytes
//
// Each entry's code is an HMAC-SHA-256 over the code before it and the entry's own fields, each with its length. It
// proves to the holder of the key that entries were not altered, taken out, put in or moved. It cannot prove that the
// newest entries were not cut off, or the database put back to an older state: anchors outside the database do, for
// what is older than them. Nor can it stand against somebody who holds the key and can write the database.
//
// Decided where the pages are silent: the key is the credential `audit.key`, else a file of the state directory, made
// at the first start. A daemon with another key than the chain's runs its jobs, and refuses what would be written down.
