import HTTPTypes
import Messages

/// A method and a path template: how REST names an operation.
struct Route: Sendable {
    enum Segment: Sendable {
        case literal([UInt8])
        case parameter(Parameter)
    }

    let operation: OperationName
    let method: HTTPRequest.Method
    /// Such as `/identitypools/{IdentityPoolId}/events`.
    let template: String
    let segments: [Segment]

    /// The parameters of the path, in its order.
    let parameters: [Parameter]

    /// The one table, as the API model has it; RegisterDevice's `identity` is singular there too.
    private static func template(of operation: OperationName) -> (HTTPRequest.Method, String) {
        let pool = "/identitypools/{IdentityPoolId}"
        let identity = "\(pool)/identities/{IdentityId}"
        let dataset = "\(identity)/datasets/{DatasetName}"
        return switch operation {
        case .bulkPublish: (.post, "\(pool)/bulkpublish")
        case .deleteDataset: (.delete, dataset)
        case .describeDataset: (.get, dataset)
        case .describeIdentityPoolUsage: (.get, pool)
        case .describeIdentityUsage: (.get, identity)
        case .getBulkPublishDetails: (.post, "\(pool)/getBulkPublishDetails")
        case .getCognitoEvents: (.get, "\(pool)/events")
        case .getIdentityPoolConfiguration: (.get, "\(pool)/configuration")
        case .listDatasets: (.get, "\(identity)/datasets")
        case .listIdentityPoolUsage: (.get, "/identitypools")
        case .listRecords: (.get, "\(dataset)/records")
        case .registerDevice: (.post, "\(pool)/identity/{IdentityId}/device")
        case .setCognitoEvents: (.post, "\(pool)/events")
        case .setIdentityPoolConfiguration: (.post, "\(pool)/configuration")
        case .subscribeToDataset: (.post, "\(dataset)/subscriptions/{DeviceId}")
        case .unsubscribeFromDataset: (.delete, "\(dataset)/subscriptions/{DeviceId}")
        case .updateRecords: (.post, dataset)
        }
    }

    private init(_ operation: OperationName) {
        self.operation = operation
        (method, template) = Self.template(of: operation)
        segments = template.split(separator: "/").map { part in
            let name = part.dropFirst().dropLast()
            if part.hasPrefix("{"), let member = Parameter(rawValue: String(name)) {
                return .parameter(member)
            }
            return .literal([UInt8](part.utf8))
        }
        parameters = segments.compactMap { if case .parameter(let member) = $0 { member } else { nil } }
    }

    private static let all = OperationName.allCases.map(Route.init)
    private static let byOperation = Dictionary(uniqueKeysWithValues: all.map { ($0.operation, $0) })

    static func of(_ operation: OperationName) -> Self { byOperation[operation] ?? Self(operation) }

    /// The route of a path that is split at each `/` and not yet decoded.
    ///
    /// A literal segment has one spelling, so an escape in it makes another path.
    static func find(
        _ method: HTTPRequest.Method,
        _ path: Span<UInt8>,
        _ parts: [Range<Int>]
    ) throws(APIError) -> Self {
        var allowed: [String] = []
        for route in all where route.matches(path, parts) {
            if route.method == method { return route }
            allowed.append(route.method.rawValue)
        }
        if allowed.isEmpty { throw .unknownOperation("There is no such path in this API.") }
        throw .methodNotAllowed(allow: allowed.sorted().joined(separator: ", "))
    }

    private func matches(_ path: Span<UInt8>, _ parts: [Range<Int>]) -> Bool {
        guard parts.count == segments.count else { return false }
        for (part, segment) in zip(parts, segments) {
            if case .literal(let literal) = segment,
                !path.extracting(part).equals(literal.span)
            {
                return false
            }
        }
        return true
    }
}
