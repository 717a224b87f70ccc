import CognitoSync
import HTTPTypes
package import Messages
package import Serving
import SigV4
import Synchronization

/// The responder that stands for Cognito Sync: it decodes, verifies the signature, and uses the store.
///
/// It is a tool for tests and the demo, not a server for real data. On the same listener, below
/// `/_emulator/`, it accepts unsigned commands from every caller
/// that is no web page.
package final class EmulatorResponder: Responder {
    private let options: EmulatorOptions
    /// The hosts under which commands are accepted.
    private let hosts: HostPolicy
    /// The only clock of the emulator, in milliseconds since 1970.
    private let now: @Sendable () -> Int64
    private let state: Mutex<EmulatorState>

    package init(
        options: EmulatorOptions,
        hosts: HostPolicy = .any,
        now: @escaping @Sendable () -> Int64
    ) {
        self.options = options
        self.hosts = hosts
        self.now = now
        state = Mutex(EmulatorState(options, at: Timestamp(milliseconds: now())))
    }

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        let time = Timestamp(milliseconds: now())
        if let command = ControlRequest(request) {
            guard isFromTool(request) else {
                return .now(OutgoingResponse(refusal(of: .pageRefused)))
            }
            let response = state.withLock { command.carryOut(on: &$0, options: options, at: time) }
            return .now(OutgoingResponse(response))
        }
        let decoded = Self.decode(request)
        let (sequence, strike) = state.withLock { $0.recordRequest(request, try? decoded.get(), at: time) }
        guard strike.waitBefore > 0 || strike.waitAfter > 0 else {
            return .now(serve(request, decoded, strike, sequence))
        }
        return .later {
            try? await Task.sleep(for: .milliseconds(strike.waitBefore))
            let response = self.serve(request, decoded, strike, sequence)
            try? await Task.sleep(for: .milliseconds(strike.waitAfter))
            return response
        }
    }

    /// Returns whether a command comes from a tool, not from a web page that somebody opened on this machine.
    private func isFromTool(_ request: Request) -> Bool {
        PagePolicy().verdict(on: request.head.headerFields) == .direct
            && hosts.serves(request.head.authority)
    }

    private func refusal(of error: ServiceError) -> Response {
        Response(error, requestID: state.withLock { $0.mintRequestID() })
    }

    /// Refuses a malformed request in the form of the service too; the store never sees it.
    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        self.refusal(of: ServiceError(refusal))
    }

    /// Reads or changes the data in one step.
    package func withStore<Result: Sendable>(_ body: (inout DatasetStore) throws -> Result) rethrows -> Result
    {
        try state.withLock { state in try body(&state.store) }
    }

    package func addFault(_ fault: Fault) { state.withLock { $0.faults.add(fault) } }
    package func clearFaults() { state.withLock { $0.faults.clear() } }
    package var statistics: EmulatorStatistics { state.withLock { $0.statistics } }
    /// The newest requests, oldest first.
    package var requests: [SeenRequest] { state.withLock { Array($0.log.newest) } }

    private func serve(
        _ request: Request,
        _ decoded: Result<Operation, ServiceError>,
        _ strike: FaultPlan.Strike,
        _ sequence: Int64
    ) -> OutgoingResponse {
        let clock = Timestamp(milliseconds: now()).advanced(by: strike.skew)
        let (rules, minted) = state.withLock { ($0.store.rules, $0.mintRequestID()) }
        let requestID = request.head.headerFields[.requestID] ?? minted
        var response: Response
        do throws(ServiceError) {
            let document = try document(for: request, decoded, strike, at: clock, rules)
            response = Response(document, requestID: requestID, nulls: rules.explicitNulls)
        } catch {
            response = Response(error, requestID: requestID, rules)
        }
        if strike.skew != 0 {
            let time = SigningTime(epochSeconds: clock.milliseconds / 1000)
            response.head.headerFields[.date] = HTTPDate(epochSeconds: time.epochSeconds).text
        }
        state.withLock { [response] in $0.recordResponse(sequence, response) }
        return OutgoingResponse(response, delivery: strike.delivery)
    }

    private func document(
        for request: Request,
        _ decoded: Result<Operation, ServiceError>,
        _ strike: FaultPlan.Strike,
        at clock: Timestamp,
        _ rules: ServiceRules
    ) throws(ServiceError) -> JSONValue? {
        if case .error(let error) = strike.outcome { throw error }
        if options.signatures == .verified { try verify(request, at: clock, rules) }
        let operation: Operation
        do { operation = try decoded.get() } catch { throw error.under(rules) }
        if strike.outcome == .dropBefore { return nil }
        return try state.withLock { (state) throws(ServiceError) in
            try state.store.execute(operation, at: clock)
        }
    }

    private func verify(
        _ request: Request,
        at clock: Timestamp,
        _ rules: ServiceRules
    ) throws(ServiceError) {
        let verifier = SignatureVerifier(
            region: options.region,
            service: "cognito-sync",
            maximumSkew: rules.maximumClockSkew
        )
        do {
            try verifier.verify(
                request,
                credentials: { id in options.credentials.first { $0.accessKeyID == id } },
                at: SigningTime(epochSeconds: clock.milliseconds / 1000)
            )
        } catch {
            throw ServiceError(status: error.status, name: error.name, message: error.message)
        }
    }

    /// Decodes the REST form only: the service understands no other.
    private static func decode(_ request: Request) -> Result<Operation, ServiceError> {
        do {
            let decoded = try RequestDecoder.decode(request)
            return decoded.form == .rest ? .success(decoded.operation) : .failure(.unknownOperation)
        } catch {
            return .failure(ServiceError(status: error.status, name: error.name, message: error.message))
        }
    }
}

extension FaultPlan.Strike {
    var delivery: Delivery {
        switch outcome {
        case .dropAfter, .dropBefore: .cut(bytes: 0, reset: cut?.reset ?? false)
        case .error, nil: cut.map { .cut(bytes: $0.bytes, reset: $0.reset) } ?? .whole
        }
    }
}

extension ServiceError {
    /// Returns the error with the name of a failed constraint under these rules, an unknown of the service.
    func under(_ rules: ServiceRules) -> Self {
        guard name == "InvalidParameterException" else { return self }
        return Self(status: status, name: rules.patternError.rawValue, message: message)
    }

    init(_ refusal: Refusal) {
        let name =
            switch refusal.status {
            case 405: "UnknownOperationException"
            case 408: "RequestTimeoutException"
            case 413: "RequestEntityTooLargeException"
            case 503: "ServiceUnavailableException"
            default: "MalformedHttpRequestException"
            }
        self.init(status: refusal.status, name: name, message: refusal.explanation)
    }
}
