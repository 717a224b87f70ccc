/// A fault, or a doubtful value, in the configuration of an operator, with its location.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package var location: ConfigurationLocation
    /// The sentence behind the location; it begins with the name of the key where there is one.
    package var message: String
    /// The key at fault; nil where no key is, such as for a text that is not YAML.
    package var key: String?
    /// The value as the message shows it; nil where it is hidden, or where there is none.
    package var value: String?
    /// The values that the key takes; nil where the value is fine by itself.
    package var allowed: String?

    package init(
        location: ConfigurationLocation,
        message: String,
        key: String? = nil,
        value: String? = nil,
        allowed: String? = nil
    ) {
        self.location = location
        self.message = message
        self.key = key
        self.value = value
        self.allowed = allowed
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
