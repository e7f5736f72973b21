import Logging

// Of what is done outside the database: intents, webhooks, messages.
extension Event {
    static let effectEvents: [Event] = [
        .intentParked, .intentContradicted, .targetHeld, .targetReleased, .effectUnknown, .inboxEventAltered,
        .messageParked, .messageRefused,
    ]

    package static let intentParked = Event(
        "BRS-8101", "intent-parked", .error, id: "b7a04c1f6b0e4c53a7d85d2f9e1c3a64",
        summary: "An effect outside waits for a person",
        meaning: """
            What another company was asked to do can neither be sent again nor be found
            there: its outcome is unknown, and the company may have forgotten its key. The
            message names the intent and its business key.
            """,
        impact: """
            Nothing is sent for it any more, and nothing is lost: it stays as it is. What
            was set aside for it stays set aside.
            """,
        diagnosis: """
            Its history, and its key, by which the company's own pages find it:
              psql "$(bursarctl db url)" -c "select id, business_key, target, key, park_reason \
            from bursar.intent where state = 'parked'"
              psql "$(bursarctl db url)" -c "select at, who, detail from bursar.effect_event where intent_id = ID \
            order by id"
            """,
        action: """
            Look the key up at the company. If it is there, the next webhook or look-up
            moves the intent on. If it is not, and never will be, decide anew under a
            business key of its own. What waits, and for how long:
              bursarctl logs --event BRS-8101 --since today
            """)

    package static let intentContradicted = Event(
        "BRS-8102", "intent-contradicted", .critical, id: "2f5d6c0a9e834b1f8c7be4d1a0936f52",
        summary: "A company contradicts what it said of an effect",
        meaning: """
            A company reported something of an effect that cannot be after what it said
            before: two objects under one key, or one that exists although it was refused.
            """,
        impact: """
            Something may have been done twice, or done although it was booked as not
            done. The intent was left as it stood.
            """,
        diagnosis: """
            What was said, and by whom, in the order in which it was heard:
              psql "$(bursarctl db url)" -c "select found_at, target, reference, remote_id, detail from \
            bursar.effect_finding where code = 'contradiction' and settled_at is null"
            """,
        action: """
            Compare both objects at the company and put right there what was done too
            much. Until it is clear, stop the schedules that send such effects:
              bursarctl schedules pause --help
            """)

    package static let targetHeld = Event(
        "BRS-8201", "target-held", .warning, id: "6ad4e9b80c1745e2b3f1907d5c28ea41",
        summary: "Nothing is submitted to a company for now",
        meaning: """
            The target is new, or the database was restored, cloned, or taken over by
            another server. What was sent before may be missing here, so nothing is sent
            until the company's list of late has been gone through.
            """,
        impact: """
            Effects at this company wait; nothing is lost. Everything else goes on.
            """,
        diagnosis: """
            Which, since when and why, and which history the database has:
              psql "$(bursarctl db url)" -c "select name, held_since, held_why, history, bursar.history_name() from \
            bursar.effect_target"
            """,
        action: """
            Nothing, if the company can be reached: its list is fetched once it must show
            everything, and the hold ends by itself. Look whether the database was meant
            to be moved or restored:
              bursarctl logs --event BRS-8202 --since today
            """)

    package static let targetReleased = Event(
        "BRS-8202", "target-released", .notice, id: "91c3f7da25b64ae08d0e6b7f43a8125c",
        summary: "Effects go to a company again",
        meaning: """
            What the company did of late has been gone through, and every effect with one
            of our keys has been recognised. Intents are submitted again.
            """,
        impact: """
            None. What it had that this database did not know was reported beside this.
            """,
        diagnosis: """
            What was found when the list was gone through:
              bursarctl logs --event BRS-8203 --since today
            """,
        action: """
            Nothing to do. What was found beside this stands in its own entries:
              bursarctl logs --event BRS-8203 --since today
            """)

    package static let effectUnknown = Event(
        "BRS-8203", "effect-unknown", .error, id: "d80e1b5a7c6f4928a5b3c2e94f7061ad",
        summary: "A company did something that is not known here",
        meaning: """
            A company has an effect under one of our keys, and no intent here has that
            key: the database has lost it, most likely by a restore or with a server.
            """,
        impact: """
            It is kept. When its business key is decided again, the same key is made
            again, and the effect is taken over instead of done a second time.
            """,
        diagnosis: """
            Everything that nobody has taken over yet:
              psql "$(bursarctl db url)" -c "select found_at, target, reference, remote_id, status from \
            bursar.effect_finding where code = 'stray' and settled_at is null"
            """,
        action: """
            Let the jobs run that decide such effects: they recognise their own. What is
            left then, compare with the company's pages by hand:
              bursarctl schedules next
            """)

    package static let inboxEventAltered = Event(
        "BRS-8301", "inbox-event-altered", .warning, id: "38b2c05fe91d47769a4d1fc6b7e2053e",
        summary: "A webhook came again with another body",
        meaning: """
            A sender delivered an event under a name that it had used for another body.
            The signature was genuine. The first body is the one that counts.
            """,
        impact: """
            The second one was not processed. If it said something that the first did not,
            only a look-up will tell.
            """,
        diagnosis: """
            Which event, and of whom:
              psql "$(bursarctl db url)" -c "select found_at, target, reference, detail from bursar.effect_finding \
            where code = 'other_body' and settled_at is null"
            """,
        action: """
            Ask the sender. If it happens often, the name that is taken for the event's is
            the wrong one:
              bursarctl logs --event BRS-8301 --since -7d
            """)

    package static let messageParked = Event(
        "BRS-8401", "message-parked", .error, id: "f4c6718e02ab4d95b1e7309cda58f267",
        summary: "A message waits for a person",
        meaning: """
            A message could not be sent in all its attempts, or nobody knows whether it
            was sent and it must not be sent twice.
            """,
        impact: """
            Its receiver has not been told, or cannot be told safely. What the message
            tells of is done all the same.
            """,
        diagnosis: """
            Which messages, and the last error of each:
              psql "$(bursarctl db url)" -c "select id, kind, dedupe_key, attempt, error from bursar.outbox_message \
            where state = 'parked'"
            """,
        action: """
            Mend what the error names: the relay, the address, the template. Then tell the
            receivers yourself, or have the message decided again under another key:
              bursarctl logs --event BRS-8401 --since today
            """)

    package static let messageRefused = Event(
        "BRS-8402", "message-refused", .warning, id: "0de9a3b47f5c4168927c6e51b8d4f30a",
        summary: "A message was refused for good",
        meaning: """
            The receiving side will never take this message as it is: an address that does
            not exist, a content that it rejects.
            """,
        impact: """
            Its receiver has not been told. It is not tried again.
            """,
        diagnosis: """
            Which messages, and why:
              psql "$(bursarctl db url)" -c "select id, kind, dedupe_key, error from bursar.outbox_message \
            where state = 'refused' order by id desc limit 20"
            """,
        action: """
            Correct the address or the content where it comes from; the next message uses
            it:
              bursarctl logs --event BRS-8402 --since today
            """)
}
