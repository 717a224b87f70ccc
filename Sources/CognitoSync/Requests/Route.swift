import HTTPTypes
import Messages

/// A method and a path template, by which the REST form identifies an operation.
struct Route: Sendable {
    enum Segment: Sendable {
        case literal([UInt8])
        case parameter(Parameter)
    }

    let operation: OperationName
    let method: HTTPRequest.Method
    /// The path template, such as `/identitypools/{IdentityPoolId}/events`.
    let template: String
    let segments: [Segment]

    /// The parameters of the path, in their order.
    let parameters: [Parameter]

    /// Returns the method and the path of an operation, as the API model gives them.
    ///
    /// No other table exists. The `identity` of RegisterDevice is singular in the model too.
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
            if part.hasPrefix("{"), let parameter = Parameter(rawValue: String(name)) {
                return .parameter(parameter)
            }
            return .literal([UInt8](part.utf8))
        }
        parameters = segments.compactMap { if case .parameter(let parameter) = $0 { parameter } else { nil } }
    }

    private static let all = OperationName.allCases.map(Route.init)
    private static let byOperation = Dictionary(uniqueKeysWithValues: all.map { ($0.operation, $0) })

    static func of(_ operation: OperationName) -> Self { byOperation[operation] ?? Self(operation) }

    /// Returns the route of a path that is split at each `/` and not yet decoded.
    ///
    /// A literal segment has one spelling, so a path with an escape in it is another path.
    static func find(
        _ method: HTTPRequest.Method,
        _ path: Span<UInt8>,
        _ parts: [Range<Int>]
    ) throws(APIError) -> Self {
        let sought = method == .head ? .get : method
        for route in all where route.method == sought && route.matches(path, parts) { return route }
        let methods = methods(of: path, parts)
        if methods.isEmpty { throw .unknownOperation("There is no such path in this API.") }
        throw .methodNotAllowed(allow: methods)
    }

    /// Returns the methods of a path, in the one order in which `Allow` lists them.
    static func methods(of path: Span<UInt8>, _ parts: [Range<Int>]) -> [HTTPRequest.Method] {
        var methods: [HTTPRequest.Method] = []
        for route in all where route.matches(path, parts) {
            methods += route.method == .get ? [.get, .head] : [route.method]
        }
        return APIError.methodOrder.filter(methods.contains)
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
