import HTTPTypes
package import Messages

extension Operation {
    /// The REST request in its one canonical spelling: without a host, unsigned.
    ///
    /// Identifiers are escaped but for the unreserved characters of RFC 3986, so `:` is `%3A`, as the AWS SDKs
    /// send it; the query is sorted by name; a content type goes only with a body.
    package func request() -> Request {
        let route = Route.of(name)
        var path: [UInt8] = []
        path.reserveCapacity(256)
        for segment in route.segments {
            path.append(UInt8(ascii: "/"))
            switch segment {
            case .literal(let literal): path.append(contentsOf: literal)
            case .parameter(let member): PercentCoding.append(text(of: member), to: &path)
            }
        }
        appendQuery(to: &path)
        var fields = HTTPFields()
        let body = body
        if !body.isEmpty { fields[.contentType] = "application/json" }
        if case .updateRecords(let call) = self, let context = call.clientContext {
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
        case .updateRecords(let call): call.body
        case .registerDevice(let call): call.body
        case .setCognitoEvents(let call): call.body
        case .setIdentityPoolConfiguration(let call): call.body
        default: []
        }
    }

    private func text(of member: Parameter) -> String {
        switch (member, self) {
        case (.identityPoolID, _): pool?.text ?? ""
        case (.identityID, _): owner?.identity.text ?? ""
        case (.datasetName, _): dataset?.dataset.text ?? ""
        case (.deviceID, .subscribeToDataset(_, let device)),
            (.deviceID, .unsubscribeFromDataset(_, let device)):
            device.text
        default: ""
        }
    }

    /// Appends the parameters, sorted by name; what is absent is left out.
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
        case .listRecords(let call):
            append("lastSyncCount", call.lastSyncCount.map(String.init))
            append("maxResults", call.paging.maxResults.map(String.init))
            append("nextToken", call.paging.nextToken)
            append("syncSessionToken", call.syncSessionToken)
        default: break
        }
    }
}
