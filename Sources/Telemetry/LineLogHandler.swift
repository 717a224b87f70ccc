package import Logging
import Messages

/// A log handler that writes events to the same place, and in the same form, as the access lines.
///
/// It renders an event on the thread of the event: such events are rare. The one that comes with each request is
/// an access line, which the writer renders.
package struct LineLogHandler: LogHandler {
    /// The least level of a line: its own if one was set, else that of the settings.
    package var logLevel: Logger.Level {
        get { ownLevel ?? settings.value.level }
        set { ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let settings: LogConfiguration
    private var ownLevel: Logger.Level?
    private let writer: LogWriter
    private let now: @Sendable () -> Int64

    /// Creates a handler; `now` reads the wall clock in nanoseconds since 1970, UTC.
    package init(
        label: String,
        settings: LogConfiguration,
        writer: LogWriter,
        now: @escaping @Sendable () -> Int64
    ) {
        self.label = label
        self.settings = settings
        self.writer = writer
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var facts = metadata
        if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
        if let explicit = event.metadata { facts.merge(explicit) { $1 } }
        let sorted = facts.sorted { $0.key < $1.key }
        switch settings.value.format {
        case .json:
            var line = JSONLine()
            line.add("@timestamp", RFC3339.text(nanosecondsSince1970: now()))
            line.add("log.level", event.level.rawValue)
            line.add("log.logger", label)
            line.add("message", event.message.description)
            for (name, value) in sorted { line.add(name, value.description) }
            writer.submit(.line(line.finished()))
        case .text:
            var line = TextLine(timestamp: now())
            line.add(event.level.rawValue)
            line.add("\(label):")
            line.add(sentence: event.message.description)
            for (name, value) in sorted { line.add(name, value.description) }
            writer.submit(.line(line.finished()))
        }
    }
}
