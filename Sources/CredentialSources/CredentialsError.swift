/// Why there are no credentials, or none that are newer.
///
/// For the log: names files, lines, variables, profiles and properties, never what stands in them.
package struct CredentialsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whose fault it is; nil where no source is configured at all.
    package var source: CredentialsSourceName?
    package var description: String

    package init(_ source: CredentialsSourceName?, _ description: String) {
        self.source = source
        self.description = description
    }
}
