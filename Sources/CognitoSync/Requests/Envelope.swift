/// The oldest form of a request: operation, service and input as members of one JSON object.
struct Envelope {
    /// The prefix of the names of operations, services and types.
    static let model = "com.amazonaws.cognito.sync.model#"
    static let service = model + "AWSCognitoSyncService"

    /// The names that identify an envelope: no operation has a parameter with one of them.
    private static let members = ["Operation", "Service", "Input"]

    let operation: OperationName
    /// The range of the input object.
    let input: Range<Int>

    /// Returns whether the body is meant as an envelope, however wrong it is.
    static func isMeant(by body: [UInt8]) -> Bool {
        var reader = JSONReader(body)
        var isEnvelope = false
        try? reader.object { (reader, name) throws(JSONError) in
            if members.contains(name.text(in: body)) { isEnvelope = true }
            try reader.skip()
        }
        return isEnvelope
    }

    /// Reads a body; returns nil if it is JSON but no envelope.
    static func read(_ body: [UInt8]) throws(APIError) -> Self? {
        var reader = JSONReader(body)
        var names: (operation: String?, service: String?) = (nil, nil)
        var input: Range<Int>?
        var isEnvelope = false
        var unknown: String?
        do throws(JSONError) {
            try reader.object { (reader, name) throws(JSONError) in
                switch name.text(in: body) {
                case "Operation":
                    names.operation = try reader.string().text(in: body)
                    isEnvelope = true
                case "Service":
                    names.service = try reader.string().text(in: body)
                    isEnvelope = true
                case "Input":
                    try reader.require(.object)
                    input = try reader.skip()
                    isEnvelope = true
                case "Version":
                    try reader.skip()
                case let other:
                    unknown = unknown ?? other
                    try reader.skip()
                }
            }
            try reader.finish()
        } catch {
            throw .serialization("The body is not a JSON object that this API takes: \(error).")
        }
        if !isEnvelope { return nil }
        if let unknown {
            throw .serialization("The envelope has an unknown member '\(Quotation.cut(unknown))'.")
        }
        guard names.service == nil || names.service == service else {
            throw .unknownOperation("The envelope's Service is not \(service).")
        }
        guard let name = names.operation, name.hasPrefix(model),
            let operation = OperationName(rawValue: String(name.dropFirst(model.count)))
        else { throw .unknownOperation("The envelope's Operation is not one of \(model).") }
        guard let input else { throw .serialization("The envelope has no Input.") }
        return Self(operation: operation, input: input)
    }
}
