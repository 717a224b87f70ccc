import CognitoSync
import HTTPTypes
import Messages
import SigV4

extension Workload {
    /// The signature of an upstream request, with the credentials of a role and a key that was derived
    /// before.
    static var signing: [Workload] {
        [
            Workload(name: "sign ListRecords") {
                let signer = Signer(region: "us-east-1", service: "cognito-sync")
                let credentials = Credentials(
                    accessKeyID: "AKIDEXAMPLE",
                    secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                    sessionToken: Secret(String(repeating: "IQoJb3JpZ2luX2VjEXAMPLE/", count: 40))
                )
                let time = SigningTime(epochSeconds: 1_440_938_160)
                let request = need(
                    try? RequestDecoder.decode(Sample.request(.get, Sample.target)),
                    "the operation"
                ).operation.wireRequest(to: "cognito-sync.us-east-1.amazonaws.com")
                return {
                    var signed = request
                    signer.sign(&signed, credentials: credentials, at: time)
                    keep(signed)
                }
            }
        ]
    }
}
