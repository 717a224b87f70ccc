import HTTPTypes
package import Messages

extension Operation {
    /// Returns the REST request in its one canonical spelling, unsigned; without `Host` if the host is nil.
    ///
    /// In identifiers, all but the unreserved characters of RFC 3986 are escaped. So `:` is `%3A`, as the AWS
    /// SDKs send it. The query is sorted by name. Only a request with a body has a content type.
    package func wireRequest(to host: String?) -> WireRequest {
        let route = Route.of(name)
        var target: [UInt8] = []
        target.reserveCapacity(256)
        for segment in route.segments {
            target.append(UInt8(ascii: "/"))
            switch segment {
            case .literal(let literal): target.append(contentsOf: literal)
            case .parameter(let parameter): PercentCoding.append(text(of: parameter), to: &target)
            }
        }
        appendQuery(to: &target)
        var request = WireRequest(route.method, target: target, host: host, body: body)
        if !request.body.isEmpty {
            request.fields.append(HTTPField.Name.contentType.rawName, "application/json")
        }
        if case .updateRecords(let parameters) = self, let context = parameters.clientContext {
            let field = HTTPField(name: .amzClientContext, value: context)
            request.fields.append(field.name.rawName, field.value)
        }
        return request
    }

    /// The body of the request; empty for an operation without one.
    package var body: [UInt8] {
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
    private func appendQuery(to target: inout [UInt8]) {
        var separator = UInt8(ascii: "?")
        func append(_ name: String, _ value: String?) {
            guard let value else { return }
            target.append(separator)
            target.append(contentsOf: name.utf8)
            target.append(UInt8(ascii: "="))
            PercentCoding.append(value, to: &target)
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
