import Foundation
import HTTPTypes
import Messages
import Testing

@testable import SigV4

struct SignatureVerifierTests {
    private static let host = "cognito-sync.us-east-1.amazonaws.com"
    private static let now = SigningTime(epochSeconds: 1_440_938_160)
    private static let permanent = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"))
    private static let temporary = Credentials(
        accessKeyID: "ASIAEXAMPLE",
        secretAccessKey: Secret("secret of an hour"),
        sessionToken: Secret("token/of+an=hour"),
        expiration: 1_440_940_000
    )
    private let verifier = SignatureVerifier(region: "us-east-1", service: "cognito-sync")

    private static func signed(
        with credentials: Credentials = temporary,
        at time: SigningTime = now
    ) throws -> Request {
        var head = HTTPRequest(
            method: .post,
            scheme: nil,
            authority: nil,
            path:
                "/identitypools/us-east-1%3A1a/identities/us-east-1%3A2b/datasets/d?maxResults=5&nextToken=a%2Fb"
        )
        head.headerFields[.contentType] = "application/json"
        head.headerFields[try #require(HTTPField.Name("x-amz-client-context"))] = "caf\u{E9}  and more"
        var request = Request(head: head, body: Array(#"{"SyncSessionToken":"x"}"#.utf8))
        Signer(region: "us-east-1", service: "cognito-sync")
            .sign(&request, host: host, credentials: credentials, at: time)
        return request
    }

    /// Returns the error of the verifier; nil if it accepts the request.
    private func verdict(_ request: Request, at time: SigningTime = now) -> SignatureError? {
        do {
            try verifier.verify(
                request,
                credentials: {
                    [Self.permanent.accessKeyID: Self.permanent, Self.temporary.accessKeyID: Self.temporary][
                        $0
                    ]
                },
                at: time
            )
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [permanent, temporary])
    func aRequestOfTheSignerIsAccepted(_ credentials: Credentials) throws {
        let request = try Self.signed(with: credentials)
        let found = try verifier.verify(request, credentials: { _ in credentials }, at: Self.now)
        #expect(found == credentials)
    }

    @Test
    func anotherMethodIsRefused() throws {
        var request = try Self.signed()
        request.head.method = .put
        #expect(verdict(request)?.kind == .invalidSignature)
    }

    @Test
    func everyOtherByteOfPathAndQueryIsRefused() throws {
        let request = try Self.signed()
        let target = Array(try #require(request.head.path).utf8)
        for index in target.indices {
            var other = target
            other[index] = other[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            var tampered = request
            tampered.head.path = String(decoding: other, as: UTF8.self)
            #expect(verdict(tampered)?.kind == .invalidSignature, "byte \(index)")

            tampered.head.path = String(decoding: target[..<index], as: UTF8.self)
            #expect(verdict(tampered)?.kind == .invalidSignature, "cut at \(index)")
        }
        var longer = request
        longer.head.path?.append("&a=1")
        #expect(verdict(longer)?.kind == .invalidSignature)
    }

    @Test
    func everyOtherByteOfTheBodyIsRefused() throws {
        let request = try Self.signed()
        for index in request.body.indices {
            var tampered = request
            tampered.body[index] ^= 1
            #expect(verdict(tampered)?.kind == .invalidSignature)
        }
        var longer = request
        longer.body.append(0)
        #expect(verdict(longer)?.kind == .invalidSignature)
    }

    @Test
    func everySignedFieldChangedRemovedOrDoubledIsRefused() throws {
        let request = try Self.signed()
        var otherHost = request
        otherHost.head.authority = "cognito-sync.us-east-2.amazonaws.com"
        #expect(verdict(otherHost)?.kind == .invalidSignature)
        otherHost.head.authority = nil
        #expect(verdict(otherHost)?.kind == .invalidSignature)

        for name in request.head.headerFields.map(\.name) where name != .authorization {
            var tampered = request
            tampered.head.headerFields[name] = "other"
            #expect(verdict(tampered) != nil, "\(name)")
            tampered.head.headerFields[name] = nil
            #expect(verdict(tampered) != nil, "\(name)")
            tampered = request
            tampered.head.headerFields.append(HTTPField(name: name, value: "other"))
            #expect(verdict(tampered) != nil, "\(name)")
        }
    }

    @Test
    func anotherDateWithinTheWindowIsRefused() throws {
        var request = try Self.signed()
        request.head.headerFields[.amzDate] = Self.now.advanced(bySeconds: 1).timestamp
        #expect(verdict(request)?.kind == .invalidSignature)
    }

    @Test(arguments: [
        ("ASIAEXAMPLE/", "AKIDEXAMPLE/", SignatureError.Kind.unrecognizedClient, "security token"),
        (
            "ASIAEXAMPLE/", "ASIANOBODY/", .unrecognizedClient,
            "security token included in the request is invalid."
        ),
        ("/20150830/", "/20150831/", .invalidSignature, "'20150831' != '20150830', from '20150830T123600Z'"),
        ("/us-east-1/", "/us-east-2/", .invalidSignature, "a valid region, not 'us-east-2'. "),
        ("/cognito-sync/", "/cognito-idp/", .invalidSignature, "correct service: 'cognito-sync'. "),
        (
            "aws4_request", "aws5_request", .invalidSignature,
            "terminator: 'aws4_request', not 'aws5_request'. "
        ),
        ("/us-east-1/", "/", .incompleteSignature, "exactly 5 slash-delimited elements"),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", .incompleteSignature, "Unsupported AWS 'algorithm'"),
        ("content-type;", "", .invalidSignature, "does not match the signature you provided"),
        ("host;", "", .invalidSignature, "'Host' or ':authority' must be a 'SignedHeader'"),
        ("x-amz-date;", "", .invalidSignature, "'X-Amz-Date' must be a 'SignedHeader'"),
        (";x-amz-security-token", "", .invalidSignature, "'X-Amz-Security-Token' must be a 'SignedHeader'"),
        ("content-type;", "content-type;content-type;", .invalidSignature, "does not match"),
        ("content-type;", "content type;", .incompleteSignature, "missing equal-sign"),
        ("content-type;", "content-type;nothing-sent;", .invalidSignature, "does not match"),
        ("Signature=", "Signatur=", .incompleteSignature, "requires 'Signature' parameter. Authorization="),
        ("Credential=", "Credential= ", .incompleteSignature, "missing equal-sign"),
    ])
    func everyPartOfTheAuthorizationIsChecked(
        _ part: String,
        _ other: String,
        _ kind: SignatureError.Kind,
        _ words: String
    ) throws {
        var request = try Self.signed()
        let value = try #require(request.head.headerFields[.authorization])
        let range = try #require(value.firstRange(of: part))
        request.head.headerFields[.authorization] = value.replacingCharacters(in: range, with: other)
        let error = try #require(verdict(request))
        #expect(error.kind == kind)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.status == 403)
    }

    @Test
    func everyOtherDigitOfTheSignatureIsRefused() throws {
        let request = try Self.signed()
        let value = Array(try #require(request.head.headerFields[.authorization]).utf8)
        for index in value.indices.suffix(64) {
            var other = value
            other[index] = other[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            var tampered = request
            tampered.head.headerFields[.authorization] = String(decoding: other, as: UTF8.self)
            #expect(verdict(tampered)?.kind == .invalidSignature)
        }
        var upper = request
        upper.head.headerFields[.authorization] =
            String(decoding: value.dropLast(64), as: UTF8.self)
            + String(decoding: value.suffix(64), as: UTF8.self).uppercased()
        #expect(verdict(upper)?.kind == .invalidSignature)
        var shorter = request
        shorter.head.headerFields[.authorization] = String(decoding: value.dropLast(), as: UTF8.self)
        #expect(verdict(shorter)?.kind == .invalidSignature)
    }

    @Test
    func anUnsignedRequestLacksItsToken() throws {
        var request = try Self.signed()
        request.head.headerFields[.authorization] = nil
        #expect(
            verdict(request)
                == SignatureError(.missingAuthenticationToken, "Missing Authentication Token")
        )
        #expect(verdict(request)?.name == "MissingAuthenticationTokenException")
    }

    @Test
    func aBearerTokenIsAnIncompleteSignature() throws {
        var request = try Self.signed()
        request.head.headerFields[.amzDate] = nil
        request.head.headerFields[.authorization] = "Bearer"
        #expect(
            verdict(request)?.message
                == "Authorization header requires 'Credential' parameter. "
                + "Authorization header requires 'Signature' parameter. "
                + "Authorization header requires 'SignedHeaders' parameter. "
                + "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                + "Authorization=Bearer"
        )
    }

    @Test(arguments: [Int64(-900), -1, 0, 1, 900])
    func clocksWithinTheWindowAgree(_ skew: Int64) throws {
        let request = try Self.signed()
        #expect(verdict(request, at: Self.now.advanced(bySeconds: skew)) == nil)
    }

    @Test
    func anOldSignatureHasExpired() throws {
        let request = try Self.signed()
        #expect(
            verdict(request, at: Self.now.advanced(bySeconds: 901))
                == SignatureError(
                    .invalidSignature,
                    "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
                        + "(20150830T125101Z - 15 min.)"
                )
        )
    }

    @Test
    func aSignatureOfTheFutureIsNotYetCurrent() throws {
        var strict = verifier
        strict.maximumSkew = 300
        let request = try Self.signed()
        #expect(
            throws: SignatureError(
                .invalidSignature,
                "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
                    + "(20150830T123059Z + 5 min.)"
            )
        ) {
            try strict.verify(
                request,
                credentials: { _ in Self.temporary },
                at: Self.now.advanced(bySeconds: -301)
            )
        }
    }

    @Test
    func aDateInAnotherFormIsRefused() throws {
        var request = try Self.signed()
        request.head.headerFields[.amzDate] = "2015-08-30T12:36:00Z"
        #expect(verdict(request)?.kind == .incompleteSignature)
    }

    @Test
    func temporaryCredentialsEnd() throws {
        let end = SigningTime(epochSeconds: try #require(Self.temporary.expiration))
        let request = try Self.signed(at: end)
        #expect(verdict(request, at: end.advanced(bySeconds: -1)) == nil)
        #expect(
            verdict(request, at: end)
                == SignatureError(
                    .expiredToken,
                    "The security token included in the request is expired"
                )
        )
    }

    @Test
    func aSecretOfAnotherGivesAnotherSignature() throws {
        var impostor = Self.temporary
        impostor.secretAccessKey = Secret("guessed")
        let request = try Self.signed(with: impostor)
        let error = try #require(verdict(request))
        #expect(error.kind == .invalidSignature)
        #expect(error.message.contains("The Canonical String for this request should have been\n'POST\n"))
        #expect(error.message.contains("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n"))
        #expect(!error.message.contains(Self.temporary.secretAccessKey.text))
    }

    @Test
    func aTokenThatIsNotThisKeysIsRefused() throws {
        for other in [nil, "", "token/of+an=hou"] {
            var impostor = Self.temporary
            impostor.sessionToken = other.map { Secret($0) }
            let request = try Self.signed(with: impostor)
            #expect(verdict(request)?.kind == .unrecognizedClient)
        }
        var withToken = Self.permanent
        withToken.sessionToken = Secret("added")
        #expect(verdict(try Self.signed(with: withToken))?.kind == .unrecognizedClient)
    }
}
