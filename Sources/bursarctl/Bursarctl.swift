import Glibc
import OperatorCommands

/// The operator's tool: all of it is in OperatorCommands.
@main
struct Main {
    static func main() async {
        exit(await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), in: .process).rawValue)
    }
}
