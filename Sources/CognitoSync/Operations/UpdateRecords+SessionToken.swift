extension UpdateRecords {
    /// The same write with another session token; all other bytes of its body stay as they are.
    package func replacingSessionToken(_ token: String) -> Self {
        var reader = JSONReader(body)
        var place: Range<Int>?
        try? reader.object { (reader, name) throws(JSONError) in
            let value = try reader.skip()
            if name.equals(Parameter.syncSessionToken.rawValue, in: body) { place = value }
        }
        // The body passed its scan, and the token is a required member of it.
        guard let place else { return self }
        var literal: [UInt8] = []
        literal.append(jsonString: token)
        return Self(
            scope: scope,
            syncSessionToken: token,
            deviceID: deviceID,
            clientContext: clientContext,
            body: body[..<place.lowerBound] + literal + body[place.upperBound...],
            patchCount: patchCount
        )
    }
}
