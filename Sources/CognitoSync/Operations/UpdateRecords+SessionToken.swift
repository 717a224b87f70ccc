extension UpdateRecords {
    /// Returns the same write with another session token; all other bytes of its body stay unchanged.
    package func replacingSessionToken(_ token: String) -> Self {
        var reader = JSONReader(body)
        var range: Range<Int>?
        try? reader.object { (reader, name) throws(JSONError) in
            let value = try reader.skip()
            if name.equals(Parameter.syncSessionToken.rawValue, in: body) { range = value }
        }
        // The body passed its scan, and the token is a required member of it.
        guard let range else { return self }
        var literal: [UInt8] = []
        literal.append(jsonString: token)
        return Self(
            scope: scope,
            syncSessionToken: token,
            deviceID: deviceID,
            clientContext: clientContext,
            body: body[..<range.lowerBound] + literal + body[range.upperBound...],
            patchCount: patchCount
        )
    }
}
