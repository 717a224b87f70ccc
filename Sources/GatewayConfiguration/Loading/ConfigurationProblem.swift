/// A fault, or a doubtful value, in the configuration of an operator, with its location.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package var location: ConfigurationLocation
    package var message: String

    package init(location: ConfigurationLocation, message: String) {
        self.location = location
        self.message = message
    }

    package var description: String { "\(location): \(message)" }
}

/// All faults of a configuration, in the order of their locations.
package struct ConfigurationProblems: Error, Sendable, Equatable, CustomStringConvertible {
    package var all: [ConfigurationProblem]

    package init(all: [ConfigurationProblem]) { self.all = all }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}

extension [ConfigurationProblem] {
    /// The problems in the order of a report, and those of one location by their messages.
    var inOrder: Self {
        sorted {
            $0.location.order == $1.location.order
                ? $0.message < $1.message : $0.location.order < $1.location.order
        }
    }
}
