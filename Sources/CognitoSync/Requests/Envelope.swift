/// The oldest form of a request: operation, service and input as members of one JSON object.
struct Envelope {
    /// The prefix of the names of operations, services and types.
    static let model = "com.amazonaws.cognito.sync.model#"
    static let service = model + "AWSCognitoSyncService"

    /// The names of the members: no operation has a parameter with one of them.
    private static let members = ["Operation", "Service", "Input", "Version"]

    let operation: OperationName
    /// The range of the input object.
    let input: Range<Int>

    /// Returns whether the body is meant as an envelope, however wrong it is.
    ///
    /// The first name decides, so that no body is read twice.
    static func isMeant(by body: [UInt8]) -> Bool {
        var reader = JSONReader(body)
        guard let name = try? reader.firstName() else { return false }
        return members.contains { name.equals($0, in: body) }
    }

    /// Reads the body of an envelope, up to the first member that it does not have.
    static func read(_ body: [UInt8]) throws(APIError) -> Self {
        var reader = JSONReader(body)
        var names: (operation: String?, service: String?) = (nil, nil)
        var input: Range<Int>?
        do throws(JSONError) {
            try reader.object { (reader, name) throws(JSONError) in
                guard let member = members.first(where: { name.equals($0, in: body) }) else {
                    let text = name.beginning(in: body, scalars: Quotation.limit + 1)
                    throw JSONError(reason: .unknownMember(text), offset: name.literal.lowerBound)
                }
                switch member {
                case "Operation": names.operation = try reader.string().text(in: body)
                case "Service": names.service = try reader.string().text(in: body)
                case "Input":
                    try reader.require(.object)
                    input = try reader.skip()
                default: _ = try reader.string()
                }
            }
            try reader.finish()
        } catch {
            throw .serialization("The body is not an envelope that this API takes: \(error).")
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
