import HTTPTypes
import Messages
import Synchronization
import Upstream

@testable import CredentialSources

/// A service that gives played responses in their order, the last one again and again, and keeps the requests.
final class PlayedService: Sendable {
    private let state: Mutex<(responses: [Result<Response, UpstreamError>], requests: [EndpointRequest])>

    init(_ responses: [Result<Response, UpstreamError>]) { state = Mutex((responses, [])) }

    convenience init(_ responses: (status: Int, body: String)...) {
        self.init(
            responses.map { status, body in
                .success(Response(head: HTTPResponse(status: .init(code: status)), body: Array(body.utf8)))
            }
        )
    }

    var requests: [EndpointRequest] { state.withLock { $0.requests } }
    var bodies: [String] { requests.map { String(decoding: $0.request.body, as: UTF8.self) } }

    func services(region: String = "eu-west-1") -> CredentialServices {
        CredentialServices(
            region: region,
            send: { [self] request throws(UpstreamError) in
                let response = state.withLock { state in
                    state.requests.append(request)
                    return state.responses.count > 1 ? state.responses.removeFirst() : state.responses.first
                }
                guard let response else {
                    throw UpstreamError(.unreachable, phase: .notSent, detail: "refused")
                }
                return try response.get()
            },
            now: { 1_440_938_160 },
            pause: { _ in }
        )
    }

    static func credentials(_ action: String, id: String = "ASIA") -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials>\
        <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
        <SessionToken>token+/=</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration>\
        </Credentials></\(action)Result></\(action)Response>
        """
    }

    static func error(_ code: String) -> String {
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>\
        <Code>\(code)</Code><Message>hush</Message></Error><RequestId>c2e971c2-702d</RequestId></ErrorResponse>
        """
    }
}

extension CredentialServices {
    /// Services that nobody reaches.
    static var offline: Self { PlayedService([]).services() }
}
