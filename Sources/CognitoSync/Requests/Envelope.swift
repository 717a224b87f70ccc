/// The oldest form of the API: operation, service and input as members of one JSON object.
struct Envelope {
    /// What the names of operations, services and types begin with.
    static let model = "com.amazonaws.cognito.sync.model#"
    static let service = model + "AWSCognitoSyncService"

    /// No operation has a parameter of one of these names, so one of them is enough to tell.
    private static let members = ["Operation", "Service", "Input"]

    let operation: OperationName
    /// The bytes of the input object.
    let input: Range<Int>

    /// Whether whoever wrote the body meant an envelope, however wrong it is.
    static func isMeant(by body: [UInt8]) -> Bool {
        var reader = JSONReader(body)
        var isEnvelope = false
        try? reader.object { (reader, name) throws(JSONError) in
            if members.contains(name.text(in: body)) { isEnvelope = true }
            try reader.skip()
        }
        return isEnvelope
    }

    /// Reads a body, and gives nil if it is JSON but no envelope.
    static func read(_ body: [UInt8]) throws(APIError) -> Self? {
        var reader = JSONReader(body)
        var names: (operation: String?, service: String?) = (nil, nil)
        var input: Range<Int>?
        var isEnvelope = false
        var stranger: String?
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
                    stranger = stranger ?? other
                    try reader.skip()
                }
            }
            try reader.finish()
        } catch {
            throw .serialization("The body is not a JSON object that this API takes: \(error).")
        }
        if !isEnvelope { return nil }
        if let stranger {
            throw .serialization("The envelope has an unknown member '\(Quotation.cut(stranger))'.")
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
