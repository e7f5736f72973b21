// bursarctl: the operator's tool as a program.
//
// All of it is in OperatorCommands, where tests reach it; here is only what a process needs: arguments, exit code.

import Glibc
import OperatorCommands

/// Hands the arguments over and exits as the tool says.
@main
struct Main {
    static func main() async {
        exit(await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), in: .process).rawValue)
    }
}
