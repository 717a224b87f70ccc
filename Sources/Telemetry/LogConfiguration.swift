package import Logging
internal import Synchronization

/// The level and the format of the log, which a reload changes for all loggers at once.
package final class LogConfiguration: Sendable {
    package struct Values: Sendable, Equatable {
        package var level: Logger.Level
        package var format: LogFormat
    }

    private let values: Mutex<Values>

    package init(level: Logger.Level, format: LogFormat) {
        values = Mutex(Values(level: level, format: format))
    }

    package var value: Values { values.withLock { $0 } }

    package func replace(level: Logger.Level, format: LogFormat) {
        values.withLock { $0 = Values(level: level, format: format) }
    }
}

/// The form of the access lines that are written from now on; only the thread of the writer and a reload take its lock.
package final class CurrentAccessLog: Sendable {
    private let log: Mutex<AccessLog>

    package init(_ log: AccessLog) { self.log = Mutex(log) }

    package func line(_ record: RequestRecord) -> [UInt8] { log.withLock { $0 }.line(record) }

    package func replace(by log: AccessLog) { self.log.withLock { $0 = log } }
}
