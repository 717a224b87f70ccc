package import SigV4

/// The options of an emulator.
package struct EmulatorOptions: Sendable {
    /// The treatment of signatures: verified as AWS does, or ignored so that plain curl works.
    package enum Signatures: String, Sendable, CaseIterable { case verified, ignored }

    package var region = "us-east-1"
    /// The twelve digits of the account: `LastModifiedBy` of every write.
    package var accountID = "123456789012"
    /// The key pairs whose signatures are accepted.
    package var credentials: [Credentials] = [.demo]
    package var signatures = Signatures.verified
    package var rules = ServiceRules()
    package var faults: [Fault] = []
    /// The seed of chance and of tokens; the same seed gives the same run.
    package var seed: UInt64 = 1
    /// Whether the emulator starts with ``DemoData``.
    package var demoData = false
    /// The number of newest requests in the log.
    package var requestLogEntries = 256

    package init() {}
}

extension Credentials {
    /// The key pair of the examples of AWS, which no account has.
    package static let demo = Credentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )
}
