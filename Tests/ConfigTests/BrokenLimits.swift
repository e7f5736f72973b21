extension BrokenInput {
    /// Limits of kinds, and how long the history is.
    static let limits: [BrokenInput] = [
        .init(
            "engine:\n  limits:\n    investments.value: {concurrency: ▸0}\n",
            "engine.limits.investments.value.concurrency is out of range "
                + "(expected a whole number from 1 to 10000, got \"0\")",
            "to stop a kind: bursarctl queues pause investments.value"),
        .init(
            "engine:\n  limits:\n    k:\n      per_key: ▸-3\n", "engine.limits.k.per_key is out of range",
            "to stop a kind: bursarctl queues pause k"),
        .init("engine:\n  limits:\n    k: {concurrency: ▸10001}\n", "out of range (expected a whole number from 1"),
        .init("engine:\n  limits:\n    k: {concurrency: ▸many}\n", "is not a whole number"),
        .init("engine:\n  limits:\n    k: {concurrency: ▸\"2\"}\n", "remove the quotes"),
        .init("engine:\n  limits:\n    k: {concurrency: ▸~}\n", "engine.limits.k.concurrency has no value"),
        .init("engine:\n  limits:\n    k: {concurrency: ▸0, per_key: ▸0}\n", "concurrency is out", "per_key is out"),
        .init(
            "engine:\n  limits:\n    k: {▸concurency: 2}\n",
            "unknown key \"concurency\" in engine.limits.k (expected one of concurrency, per_key)",
            "did you mean \"concurrency\"?"),
        .init("engine:\n  limits:\n    k: {▸name: k}\n", "the name is the key above"),
        .init(
            "engine:\n  limits:\n    investments:\n      ▸value: {concurrency: 2}\n",
            "write a kind's name in one: \"investments.value\""),
        .init("engine:\n  limits:\n    k: ▸2\n", "engine.limits.k is not a mapping (expected key: value lines"),
        .init("engine:\n  limits: ▸2\n", "engine.limits is not a mapping"),
        .init("engine:\n  limits: ▸[k]\n", "engine.limits is not a mapping (expected key: value lines, got a list)"),
        .init("engine:\n  limits:\n    ▸no kind: {concurrency: 2}\n", "a bad name of a job kind", "got \"no kind\""),
        .init(
            "engine:\n  limits:\n    k: {concurrency: 1}\n    ▸k: {concurrency: 2}\n",
            "duplicate key \"k\" in engine.limits (first in line 3)"),
        .init("engine:\n  limits:\n    k: {per_key: 1, ▸per_key: 2}\n", "duplicate key \"per_key\" in engine.limits.k"),
        .init("▸limits:\n  k: {concurrency: 1}\n", "unknown key \"limits\"", "did you mean engine.limits?"),
        .init("▸engine.limits: {}\n", "write \"limits\" below \"engine:\""),
        .init("engine:\n  ▸limit: {}\n", "did you mean \"limits\"?"),
        .init(
            "engine:\n  history: ▸0d\n",
            "engine.history is out of range (expected a duration from 1d to 3660d, or none, got \"0d\")",
            "write none to keep it for ever"),
        .init("engine:\n  history: ▸0\n", "engine.history is not a duration", "add a unit, such as 0s"),
        .init("engine:\n  history: ▸12h\n", "engine.history is out of range", "write none to keep it for ever"),
        .init("engine:\n  history: ▸3661d\n", "engine.history is out of range"),
        .init("engine:\n  history: ▸ever\n", "engine.history is not a duration", "write none for no such limit"),
    ]
}
