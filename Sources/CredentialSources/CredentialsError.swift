/// The reason why there are no credentials, or no newer ones.
///
/// It is for the log. It names files, lines, variables, profiles and properties, and never shows their values.
package struct CredentialsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source that failed; nil where none is configured, and where no single source is at fault.
    package var source: CredentialsSourceName?
    package var description: String

    package init(_ source: CredentialsSourceName?, _ description: String) {
        self.source = source
        self.description = description
    }
}
