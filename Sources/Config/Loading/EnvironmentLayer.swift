/// What the variables say. The environment is an argument: nothing here reads the process's own.
struct EnvironmentLayer {
    /// Below the files: what systemd says of its own accord.
    private(set) var ambient = Layer()
    /// Above the files.
    private(set) var overriding = Layer()

    /// Every variable that is read.
    static let names = Settings.all.flatMap { [$0.variable, $0.ambientVariable].compactMap(\.self) }

    init(_ environment: [String: String], problems: inout ProblemList) {
        for setting in Settings.all {
            if let variable = setting.variable, let value = environment[variable], !value.isEmpty {
                overriding.settings[setting.path] = Self.entry(setting, variable, value, &problems)
            }
            if let variable = setting.ambientVariable, let value = environment[variable], !value.isEmpty {
                // systemd lists several directories with colons between them.
                let first = String(value.prefix { $0 != ":" })
                ambient.settings[setting.path] = Self.entry(setting, variable, first, &problems)
            }
        }
        Self.warnOfUnknown(environment, problems: &problems)
    }

    private static func entry(
        _ setting: Setting<Configuration>, _ variable: String, _ value: String, _ problems: inout ProblemList
    ) -> Layer.Entry<Configuration>? {
        let node = YAMLNode(mark: SourceMark(line: 1, column: 1), content: .scalar(value, .environment))
        let origin = ConfigurationOrigin.environment(variable)
        do {
            return Layer.Entry(origin: origin, assign: try setting.assignment(from: node))
        } catch {
            problems.refuse(error.message(for: setting.path), at: origin, hint: error.hint, path: setting.path)
            return nil
        }
    }

    /// A misspelt variable would be passed over in silence.
    private static func warnOfUnknown(_ environment: [String: String], problems: inout ProblemList) {
        for variable in environment.keys.sorted() where !names.contains(variable) {
            guard variable.hasPrefix("CALCULATION_") || variable.hasPrefix("BURSAR_") else { continue }
            let near = suggestion(for: variable, among: names)
            guard near != nil || variable.hasPrefix("CALCULATION_") else { continue }
            problems.warn(
                "nothing reads this variable", at: .environment(variable), hint: near.map { "did you mean \($0)?" })
        }
    }
}
