import HTTPTypes
import Messages
import Serving

/// The credentials in the header of a request.
struct PresentedCredentials: Sendable {
    /// The part of a request that a conclusion about its caller rests on.
    enum Source: Sendable {
        case connection
        case single(CallerCredential)
        /// Two credentials, which are not remembered.
        case mixed
    }

    /// The token of `Authorization: Bearer`; nil for a request without one, or where no tokens are taken.
    let token: [UInt8]?
    let key: [UInt8]?
    let source: Source

    init(_ request: Request, under rules: CallerRules) {
        let fields = request.head.headerFields
        let authorization = rules.tokens == nil ? nil : fields[.authorization]
        token = authorization.flatMap(BearerToken.of).map { Array($0.utf8) }
        let value = rules.keyField.flatMap { fields[$0] }
        key = value.map { Array($0.utf8) }
        source =
            switch (token == nil ? nil : authorization, value) {
            case (nil, nil): .connection
            case (let token?, nil): .single(CallerCredential(.authorization, WireBytes(token)))
            case (nil, let key?): .single(CallerCredential(.key, WireBytes(key)))
            case (.some, .some): .mixed
            }
    }
}
