// ProviderSupport: another company for tests, honest in its ledger and unreliable in everything else.
//
// It counts effects per business key, whatever the caller believes: requests are `business key|amount`. It drops the
// connection before or after it carried a request out, carries out late, throttles, refuses, forgets keys after their
// life, shows effects late, lets them fail or be reversed, and tells of all that in webhooks that repeat and change
// places. Its time and its chance are the test's: the same seed makes the same day.
//
// Never here: a stand-in for the database.
