// Effects: what happens outside the database, once. Intents (another company is asked to do something), the inbox (what
// companies tell), the outbox (what is sent to people).
//
//   planned → submitting → accepted → done → reversed
//      ↑          │  ├──→ refused      (also from accepted, when the company says that it failed)
//      └─throttled┘  └──→ unknown → submitting (same key, same bytes) | look-up | parked (needs a person)
//
// `IntentMachine` decides; `Intents` performs. An intent is committed before the call, the call is outside any
// transaction, its answer counts only for the attempt that asked. Never here: a random key, a second key without a
// definite refusal, a company's protocol (its client conforms to `EffectProvider`).
//
// Decided where the pages are silent: a business key is one obligation in the whole database, whatever the target, and
// its revisions keep target and operation. A refusal is believed at once only if no earlier attempt may have been
// carried out; else a look-up must confirm it. A target begins held, until what it did of late was compared. An intent
// older than the company keeps keys is looked up before it is first sent. A success that fails later is reversed.
