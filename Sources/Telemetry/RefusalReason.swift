package import Serving

/// The `reason` label of refusals: those of the server, and the bound on requests in flight.
package struct RefusalReason: ClosedSet, Hashable, Sendable {
    package let position: Int

    private static let labels = Refusal.allCases.map(\.rawValue) + ["in_flight"]

    package static let allCases = labels.indices.map { Self(position: $0) }
    package static let inFlight = Self(position: labels.count - 1)

    private init(position: Int) { self.position = position }

    package init(_ refusal: Refusal) {
        position = Refusal.allCases.firstIndex(of: refusal) ?? 0
    }

    package init?(rawValue: String) {
        guard let position = Self.labels.firstIndex(of: rawValue) else { return nil }
        self.position = position
    }

    package var rawValue: String { Self.labels[position] }
}
