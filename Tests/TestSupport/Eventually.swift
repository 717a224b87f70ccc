import Glibc

/// The error of a condition that did not hold in time.
package struct ConditionNotMet: Error, CustomStringConvertible {
    package let description: String

    fileprivate init(_ condition: String, within limit: Duration) {
        description = "not within \(limit): \(condition)"
    }
}

/// Waits until a condition holds; `condition` are its words in the error.
///
/// - Throws: ``ConditionNotMet`` if the condition does not hold within the limit.
package func eventually(
    _ condition: String,
    within limit: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ holds: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < end else { throw ConditionNotMet(condition, within: limit) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// Blocks the thread until a condition holds; `condition` are its words in the error.
///
/// - Throws: ``ConditionNotMet`` if the condition does not hold within the limit.
package func blockUntil(
    _ condition: String,
    within limit: Duration = .seconds(30),
    _ holds: () throws -> Bool
) throws {
    let end = ContinuousClock.now + limit
    while try !holds() {
        guard ContinuousClock.now < end else { throw ConditionNotMet(condition, within: limit) }
        usleep(1000)
    }
}
