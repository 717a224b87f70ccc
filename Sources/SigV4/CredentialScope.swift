/// The day, region and service that a signature is valid for: `20150830/us-east-1/cognito-sync/aws4_request`.
struct CredentialScope: Sendable, Hashable {
    /// The day in the form `20150830`.
    var date: String
    var region: String
    var service: String

    static let terminator = "aws4_request"

    func append(to output: inout [UInt8]) {
        output.append(contentsOf: date.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: region.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: service.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: Self.terminator.utf8)
    }
}
