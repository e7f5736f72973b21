import Cron

/// Makes the configuration of all layers merged into one, and checks what takes more than one key to judge.
struct Resolution {
    private(set) var configuration = Configuration()
    private(set) var rows: [ConfigurationRow] = []
    private(set) var problems: ProblemList
    private let layer: Layer
    private let knownKinds: Set<String>?
    private let batchedKinds: Set<String>

    init(_ layer: Layer, knownKinds: Set<String>?, batchedKinds: Set<String>, problems: ProblemList) {
        self.layer = layer
        self.knownKinds = knownKinds
        self.batchedKinds = batchedKinds
        self.problems = problems
    }

    mutating func resolve() {
        for setting in Settings.all {
            layer.settings[setting.path]?.assign(&configuration)
        }
        for setting in Settings.all {
            rows.append(
                ConfigurationRow(
                    path: setting.path, value: setting.show(configuration), origin: origin(ofSetting: setting.path)))
        }
        checkBeat()
        for (kind, said) in layer.limits.sorted(by: { $0.key < $1.key }) { resolve(said, of: kind) }
        let shipped = Dictionary(uniqueKeysWithValues: ShippedSchedule.all.map { ($0.name, $0) })
        let names = Set(shipped.keys).union(layer.schedules.keys).sorted()
        if names.count > ScheduleDefinition.countMax {
            let limit = ScheduleDefinition.countMax
            let last = names.compactMap { layer.schedules[$0]?.origin }.last ?? .builtIn
            problems.refuse("too many schedules (expected at most \(limit), got \(names.count))", at: last)
        }
        for name in names { resolve(name, shipped: shipped[name]) }
    }

    private func origin(ofSetting path: String) -> ConfigurationOrigin {
        layer.settings[path]?.origin ?? .builtIn
    }

    /// A daemon that beats rarely would count as dead between two beats.
    private mutating func checkBeat() {
        let engine = configuration.engine
        let paths = ["engine.beat", "engine.lease"]
        guard engine.beat * 4 > engine.lease, problems.refusedPaths.isDisjoint(with: paths) else { return }
        let culprit = paths.first { origin(ofSetting: $0) != .builtIn } ?? paths[0]
        problems.refuse(
            "engine.beat is more than a quarter of engine.lease "
                + "(expected at most \((engine.lease / 4).settingText), got \(engine.beat.settingText))",
            at: origin(ofSetting: culprit), hint: "shorten the beat or lengthen the lease")
    }
}

extension Resolution {
    /// A limit that nothing heeds would be taken for one that holds.
    private mutating func resolve(_ said: Layer.Limit, of kind: String) {
        var limit = Configuration.KindLimit()
        for setting in LimitSettings.all(of: kind) {
            guard let entry = said.entries[setting.path] else { continue }
            entry.assign(&limit)
            rows.append(
                ConfigurationRow(
                    path: "\(Settings.limits).\(kind).\(setting.path)", value: setting.show(limit),
                    origin: entry.origin))
        }
        configuration.engine.limits[kind] = limit
        if let knownKinds, !knownKinds.contains(kind) {
            let near = suggestion(for: kind, among: knownKinds.sorted())
            problems.refuse(
                "\(Settings.limits): this build has no job kind \(quoted(kind)) "
                    + "(expected one of \(knownKinds.sorted().joined(separator: ", ")))",
                at: said.origin, hint: near.map { "did you mean \"\($0)\"?" } ?? "`bursarctl queues` shows the kinds")
        } else if batchedKinds.contains(kind) {
            problems.refuse(
                "\(Settings.limits): jobs of kind \(quoted(kind)) are taken by the batch, and no limit holds them",
                at: said.origin, hint: "to stop the kind: bursarctl queues pause \(kind)")
        }
    }

    private mutating func resolve(_ name: String, shipped: ShippedSchedule?) {
        let said = layer.schedules[name]
        let path = "schedules." + name
        var draft = shipped?.draft ?? ScheduleDraft()
        for setting in ScheduleSettings.all { said?.entries[setting.path]?.assign(&draft) }
        check(draft, path: path, said: said)
        guard let definition = draft.definition(named: name) else {
            refuseMissing(draft, path: path, said: said, shipped: shipped)
            return
        }
        configuration.schedules.append(definition)
        for setting in ScheduleSettings.all {
            rows.append(
                ConfigurationRow(
                    path: path + "." + setting.path, value: setting.show(draft),
                    origin: said?.entries[setting.path]?.origin ?? .builtIn))
        }
    }

    private mutating func refuseMissing(
        _ draft: ScheduleDraft, path: String, said: Layer.Schedule?, shipped: ShippedSchedule?
    ) {
        guard !problems.isIncomplete, !problems.refusedPaths.contains(path) else { return }
        let isThere = ["kind": draft.kind != nil, "cron": draft.cron != nil, "zone": draft.zone != nil]
        let missing = ScheduleSettings.required.filter {
            isThere[$0] == false && !problems.refusedPaths.contains(path + "." + $0)
        }
        guard !missing.isEmpty else { return }
        if let shipped {
            problems.refuse(
                "\(path): the zone files of this machine lack \(shipped.zone)", at: said?.origin ?? .builtIn,
                hint: "install tzdata")
            return
        }
        let expected = ScheduleSettings.required.joined(separator: ", ")
        let near = suggestion(for: String(path.dropFirst("schedules.".count)), among: ShippedSchedule.all.map(\.name))
        problems.refuse(
            "\(path) lacks \(missing.joined(separator: ", ")) (expected \(expected))", at: said?.origin ?? .builtIn,
            hint: near.map { "did you mean \"\($0)\"?" } ?? "add \(missing.map { "\($0): …" }.joined(separator: ", "))")
    }

    /// What two keys of a schedule make wrong together, as far as they are there.
    private mutating func check(_ schedule: ScheduleDraft, path: String, said: Layer.Schedule?) {
        func origin(_ keys: String...) -> ConfigurationOrigin {
            keys.lazy.compactMap { said?.entries[$0]?.origin }.first ?? said?.origin ?? .builtIn
        }
        let refused = problems.refusedPaths
        if let cron = schedule.cron, !refused.contains(path + ".cron") {
            let isEither = schedule.days == .either
            if cron.restrictsBothDays, !isEither, !refused.contains(path + ".days") {
                problems.refuse(
                    "\(path).cron restricts both day fields, and then a day that matches either of them suffices "
                        + "(expected \"days: either\" beside it, got \(quoted(cron.text)))",
                    at: origin("cron"), hint: "add days: either, or make one of the two fields *")
            }
            if isEither, !cron.restrictsBothDays {
                problems.warn(
                    "\(path).days has no effect: the expression does not restrict both day fields", at: origin("days"))
            }
            if schedule.money, !cron.isFixed, !refused.contains(path + ".money") {
                problems.refuse(
                    "\(path).cron is no fixed time, as a schedule of money must have "
                        + "(expected a minute and an hour that do not begin with *, got \(quoted(cron.text)))",
                    at: origin("cron", "money"),
                    hint: "list the times, such as \"0 0-23 * * *\"; a schedule that only wakes workers is not money")
            }
        }
        checkStagger(schedule, path: path, at: origin("stagger", "cron"))
        if let knownKinds, let kind = schedule.kind, !knownKinds.contains(kind) {
            let near = suggestion(for: kind, among: knownKinds.sorted())
            problems.warn(
                "\(path).kind: this build has no job kind \(quoted(kind)); its jobs would park",
                at: origin("kind"), hint: near.map { "did you mean \"\($0)\"?" })
        }
    }

    /// A job that begins after the next tick would stand for a period that is over.
    private mutating func checkStagger(_ schedule: ScheduleDraft, path: String, at origin: ConfigurationOrigin) {
        let refused = problems.refusedPaths
        guard let stagger = schedule.stagger, let interval = schedule.cron?.shortestInterval, stagger >= interval,
            !refused.contains(path + ".stagger"), !refused.contains(path + ".cron")
        else { return }
        problems.refuse(
            "\(path).stagger reaches the next tick (expected less than \(interval.settingText), "
                + "got \(stagger.settingText))",
            at: origin, hint: "shorten it, or have the schedule tick more rarely")
    }

    /// Warns of files that more people may read or write than should.
    mutating func checkModes(of sources: [ConfigurationSource]) {
        for source in sources {
            guard let mode = source.mode else { continue }
            if mode & 0o002 != 0 {
                problems.warn("everyone may write this file", wholeFile: source.file, hint: "chmod o-w")
            }
            guard mode & 0o004 != 0, case .file(source.file, let line, let column) = origin(ofSetting: "database.url"),
                DatabaseURL.holdsPassword(configuration.database.url)
            else { continue }
            problems.warn(
                "database.url holds a password, and everyone may read this file",
                at: .file(source.file, line: line, column: column),
                hint: "chmod 0640, or use peer authentication, which needs none")
        }
    }
}
