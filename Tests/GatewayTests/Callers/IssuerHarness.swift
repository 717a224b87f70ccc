import CredentialSources
import Foundation
import Logging
import TestSupport
import WebTokens

@testable import Gateway

/// An issuer with its key server, and the gateway's side of it under a clock of the test.
final class IssuerHarness: Sendable {
    static let now: Int64 = 1_800_000_000
    /// The key of all tests; a rotation gives it a second name.
    static let signer = Result { try TokenSigner() }

    let server: KeyServer
    let signer: TokenSigner
    let clock = ManualClock()
    let issuers: TokenIssuers

    /// Creates a harness whose issuer is the key server itself; the source may be changed.
    init(_ change: (inout KeySource) -> Void = { _ in }, gives keys: [String] = ["k1"]) throws {
        signer = try Self.signer.get()
        server = try KeyServer()
        server.give(Self.set(signer, keys))
        var source = KeySource(issuer: server.url, url: server.url + "/keys")
        change(&source)
        issuers = TokenIssuers(
            [.init(rules: Self.rules(source.issuer), source: source)],
            logger: Self.logger,
            clock: clock.gatewayClock,
            jitter: { 0 }
        )
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    static func rules(_ issuer: String) -> TokenRules {
        TokenRules(issuerName: "test", issuer: issuer, audiences: ["syncgate"])
    }

    static func set(_ signer: TokenSigner, _ names: [String]) -> String {
        #"{"keys":[\#(names.map { signer.key($0) }.joined(separator: ","))]}"#
    }

    /// Signs a token of the issuer.
    func token(_ keyID: String = "k1", caller: String = "a") throws -> [UInt8] {
        Array(try signer.sign(claims(caller), header: header(keyID)).utf8)
    }

    /// Returns a token with a signature of zeros.
    func forged(_ keyID: String) -> [UInt8] {
        Array((TokenSigner.unsigned(claims("a"), header: header(keyID)) + ".AAAA").utf8)
    }

    func isAccepted(_ token: [UInt8]) async -> Bool {
        (try? await issuers.verified(token, now: Self.now)) != nil
    }

    func fault(_ token: [UInt8]) async -> TokenFault? {
        do throws(TokenFault) {
            _ = try await issuers.verified(token, now: Self.now)
            return nil
        } catch {
            return error
        }
    }

    /// Waits until the last fetch has failed with a text in its fault.
    func failed(_ text: String) async throws {
        try await eventually("a fault with '\(text)'") {
            issuers.states.first?.fault?.contains(text) ?? false
        }
    }

    func stop() {
        issuers.stop()
        server.stop()
    }

    private func claims(_ caller: String) -> String {
        #"{"iss":"\#(issuers.states[0].issuer)","aud":"syncgate","sub":"\#(caller)","exp":1800000600}"#
    }

    private func header(_ keyID: String) -> String { #"{"alg":"RS256","kid":"\#(keyID)"}"# }
}
