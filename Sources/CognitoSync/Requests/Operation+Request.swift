import HTTPTypes
package import Messages

extension Operation {
    /// Returns the REST request in its one canonical spelling: without a host, unsigned.
    ///
    /// In identifiers, all but the unreserved characters of RFC 3986 are escaped. So `:` is `%3A`, as the AWS
    /// SDKs send it. The query is sorted by name. Only a request with a body has a content type.
    package func request() -> Request {
        let route = Route.of(name)
        var path: [UInt8] = []
        path.reserveCapacity(256)
        for segment in route.segments {
            path.append(UInt8(ascii: "/"))
            switch segment {
            case .literal(let literal): path.append(contentsOf: literal)
            case .parameter(let parameter): PercentCoding.append(text(of: parameter), to: &path)
            }
        }
        appendQuery(to: &path)
        var fields = HTTPFields()
        let body = body
        if !body.isEmpty { fields[.contentType] = "application/json" }
        if case .updateRecords(let parameters) = self, let context = parameters.clientContext {
            fields[.amzClientContext] = context
        }
        let head = HTTPRequest(
            method: route.method,
            scheme: nil,
            authority: nil,
            path: String(decoding: path, as: UTF8.self),
            headerFields: fields
        )
        return Request(head: head, body: body)
    }

    private var body: [UInt8] {
        switch self {
        case .updateRecords(let parameters): parameters.body
        case .registerDevice(let parameters): parameters.body
        case .setCognitoEvents(let parameters): parameters.body
        case .setIdentityPoolConfiguration(let parameters): parameters.body
        default: []
        }
    }

    private func text(of parameter: Parameter) -> String {
        switch (parameter, self) {
        case (.identityPoolID, _): pool?.text ?? ""
        case (.identityID, _): owner?.identity.text ?? ""
        case (.datasetName, _): dataset?.dataset.text ?? ""
        case (.deviceID, .subscribeToDataset(_, let device)),
            (.deviceID, .unsubscribeFromDataset(_, let device)):
            device.text
        default: ""
        }
    }

    /// Appends the query parameters, sorted by name; absent ones are left out.
    private func appendQuery(to path: inout [UInt8]) {
        var separator = UInt8(ascii: "?")
        func append(_ name: String, _ value: String?) {
            guard let value else { return }
            path.append(separator)
            path.append(contentsOf: name.utf8)
            path.append(UInt8(ascii: "="))
            PercentCoding.append(value, to: &path)
            separator = UInt8(ascii: "&")
        }
        switch self {
        case .listDatasets(_, let paging), .listIdentityPoolUsage(let paging):
            append("maxResults", paging.maxResults.map(String.init))
            append("nextToken", paging.nextToken)
        case .listRecords(let parameters):
            append("lastSyncCount", parameters.lastSyncCount.map(String.init))
            append("maxResults", parameters.paging.maxResults.map(String.init))
            append("nextToken", parameters.paging.nextToken)
            append("syncSessionToken", parameters.syncSessionToken)
        default: break
        }
    }
}
