package import SigV4

/// How an emulator is set up.
package struct EmulatorOptions: Sendable {
    /// Whether signatures are verified as AWS verifies them, or not looked at (for trying with plain curl).
    package enum Signatures: String, Sendable, CaseIterable { case verified, ignored }

    package var region = "us-east-1"
    /// Twelve digits; `LastModifiedBy` of every write.
    package var accountID = "123456789012"
    /// Whose signatures are accepted.
    package var credentials: [Credentials] = [.demo]
    package var signatures = Signatures.verified
    package var rules = ServiceRules()
    package var faults: [Fault] = []
    /// What chance and tokens are drawn from; the same seed gives the same run.
    package var seed: UInt64 = 1
    /// Whether there is something to read from the start: `DemoData`.
    package var demoData = false
    /// Requests that are remembered, the newest.
    package var requestLogEntries = 256

    package init() {}
}

extension Credentials {
    /// The pair of AWS's own examples: no account has it.
    package static let demo = Credentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )
}
