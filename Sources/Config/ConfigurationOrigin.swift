/// Where a value came from.
package enum ConfigurationOrigin: Sendable, Hashable {
    case builtIn
    /// Line and column count from 1; columns are Unicode scalars.
    case file(String, line: Int, column: Int)
    case environment(String)
}

extension ConfigurationOrigin: CustomStringConvertible {
    /// `default`, `file:line:column` or `environment VARIABLE`.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let file, let line, let column): "\(file):\(line):\(column)"
        case .environment(let variable): "environment \(variable)"
        }
    }
}
