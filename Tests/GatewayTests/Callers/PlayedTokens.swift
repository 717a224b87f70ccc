import Synchronization

@testable import Gateway
@testable import WebTokens

/// Tokens whose text says what they are: `CALLER[:IDENTITY]`; all others are refused.
final class PlayedTokens: TokenVerification {
    let verified = Mutex(0)
    private let expires: Int64

    init(expires: Int64 = .max) { self.expires = expires }

    func verified(_ token: [UInt8], now: Int64) async throws(TokenFault) -> VerifiedToken {
        verified.withLock { $0 += 1 }
        let parts = String(decoding: token, as: UTF8.self).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        guard let caller = parts.first, !caller.isEmpty, caller != "forged" else { throw .wrongSignature }
        return VerifiedToken(
            issuerName: "played",
            caller: String(caller),
            identities: parts.dropFirst().map(String.init),
            expires: expires
        )
    }
}
