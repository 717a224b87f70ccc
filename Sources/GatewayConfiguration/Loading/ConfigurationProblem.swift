/// Something wrong, or doubtful, in what the operator set, and where it stands.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package var location: ConfigurationLocation
    package var message: String

    package var description: String { "\(location): \(message)" }
}

/// Where a value came from.
package enum ConfigurationLocation: Sendable, Equatable, CustomStringConvertible {
    /// Line and column count from 1; a column is a Unicode scalar.
    case file(String, line: Int, column: Int)
    /// The file as a whole.
    case wholeFile(String)
    case variable(String)
    case flag(String)
    /// Nobody set it: the default does not fit what was set elsewhere.
    case standard(key: String)

    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .wholeFile(let name): name
        case .variable(let name): "environment variable \(name)"
        case .flag(let name): "option \(name)"
        case .standard(let key): key
        }
    }

    /// The order of a report: the file from top to bottom, then variables, then flags.
    fileprivate var order: (source: Int, line: Int, column: Int, name: String) {
        switch self {
        case .wholeFile(let name): (0, 0, 0, name)
        case .file(let name, let line, let column): (0, line, column, name)
        case .variable(let name): (1, 0, 0, name)
        case .flag(let name): (2, 0, 0, name)
        case .standard(let key): (3, 0, 0, key)
        }
    }
}

/// All that is wrong, in the order in which it stands.
package struct ConfigurationProblems: Error, Sendable, Equatable, CustomStringConvertible {
    package var all: [ConfigurationProblem]

    package var description: String { all.map(\.description).joined(separator: "\n") }
}

extension [ConfigurationProblem] {
    var inOrder: Self {
        sorted {
            $0.location.order == $1.location.order
                ? $0.message < $1.message : $0.location.order < $1.location.order
        }
    }
}

/// A configuration without a fault, and what is doubtful about it.
package struct LoadedConfiguration: Sendable, Equatable {
    package var configuration: Configuration
    package var warnings: [ConfigurationProblem]
}

/// A value given on the command line: it overrides the file and the environment.
package struct ConfigurationOverride: Sendable, Equatable {
    /// As in the file: `upstream.timeouts.first_byte`.
    package var key: String
    package var value: String
    /// What the person typed, for messages: `--listen`.
    package var flag: String

    package init(key: String, value: String, flag: String) {
        self.key = key
        self.value = value
        self.flag = flag
    }
}
