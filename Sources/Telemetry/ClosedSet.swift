/// A label: an enum whose cases are all there will ever be, so that counters can be an array.
protocol ClosedSet: CaseIterable, RawRepresentable where RawValue == String, AllCases == [Self] {
    /// Its place among the cases.
    var position: Int { get }
}

extension ClosedSet where Self: Equatable {
    static var count: Int { allCases.count }

    var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Counted for every request: spelled out, since searching the cases makes an array of them.
extension CacheOutcome: ClosedSet {
    var position: Int {
        switch self {
        case .hit: 0
        case .derived: 1
        case .absent: 2
        case .stale: 3
        case .joined: 4
        case .lead: 5
        case .pass: 6
        case .none: 7
        }
    }
}

extension ThrottlePolicy: ClosedSet {
    var position: Int {
        switch self {
        case .caller: 0
        case .identity: 1
        case .upstream: 2
        }
    }
}

extension ThrottleOutcome: ClosedSet {
    var position: Int {
        switch self {
        case .admitted: 0
        case .refused: 1
        }
    }
}

extension RetryReason: ClosedSet {}
extension RefusalReason: ClosedSet {}
extension RevalidationOutcome: ClosedSet {}
extension CredentialsSourceName: ClosedSet {}
