/// A value of the command line; it overrides the file and the environment.
package struct ConfigurationOverride: Sendable, Equatable {
    /// The name of the key as in the file: `upstream.timeouts.first_byte`.
    package var key: String
    package var value: String
    /// The option as it was typed, for messages: `--listen`.
    package var flag: String

    package init(key: String, value: String, flag: String) {
        self.key = key
        self.value = value
        self.flag = flag
    }
}
