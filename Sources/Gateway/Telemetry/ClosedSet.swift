/// A label: an enum whose cases are all there will ever be, so that counters can be an array.
protocol ClosedSet: CaseIterable, RawRepresentable where RawValue == String, AllCases == [Self] {}

extension ClosedSet where Self: Equatable {
    static var count: Int { allCases.count }

    /// Its place among the cases.
    var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension CacheOutcome: ClosedSet {}
extension ThrottlePolicy: ClosedSet {}
extension ThrottleOutcome: ClosedSet {}
extension RetryReason: ClosedSet {}
extension RefusalReason: ClosedSet {}
extension InvalidationReason: ClosedSet {}
extension RevalidationOutcome: ClosedSet {}
extension CredentialsSourceName: ClosedSet {}
