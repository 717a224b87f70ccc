import CredentialSources

/// A label whose values are the cases of an enum, so that its counters are a plain array.
package protocol ClosedSet: CaseIterable, RawRepresentable where RawValue == String, AllCases == [Self] {
    /// The index among the cases.
    var position: Int { get }
}

extension ClosedSet where Self: Equatable {
    package static var count: Int { allCases.count }

    package var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension RetryReason: ClosedSet {}
extension RevalidationOutcome: ClosedSet {}
extension SessionTokenOutcome: ClosedSet {}
extension InquiredWriteOutcome: ClosedSet {}
extension CredentialsSourceName: ClosedSet {}
