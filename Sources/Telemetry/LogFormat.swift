/// The format of log and access lines.
package enum LogFormat: String, CaseIterable, Sendable {
    case json
    case text
}
