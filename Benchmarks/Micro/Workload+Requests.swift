import CognitoSync
import HTTPTypes
import Messages

extension Workload {
    /// The work on a request before any decision about it.
    static var requests: [Workload] {
        [
            decode("decode ListRecords", Sample.request(.get, Sample.target)),
            decode("decode UpdateRecords of 10", Sample.update(patches: 10)),
            Workload(name: "spell ListRecords") {
                let operation = need(
                    try? RequestDecoder.decode(Sample.request(.get, Sample.target)),
                    "the operation"
                )
                .operation
                return { keep(operation.wireRequest(to: "cognito-sync.us-east-1.amazonaws.com")) }
            },
        ]
    }

    private static func decode(_ name: String, _ request: Request) -> Workload {
        Workload(name: name) {
            _ = need(try? RequestDecoder.decode(request), "the operation of \(name)")
            return { keep(try? RequestDecoder.decode(request)) }
        }
    }
}
