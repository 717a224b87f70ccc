import CognitoSync
import HTTPTypes
import Messages

/// The constructors of requests for tests.
enum TestRequests {
    static let pool = "us-east-1:0a1b2c3d-0000-4000-8000-000000000001"
    static let identity = "us-east-1:0a1b2c3d-0000-4000-8000-000000000002"

    static func make(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: String = ""
    ) -> Request {
        make(method, target, fields, bytes: Array(body.utf8))
    }

    static func make(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        bytes: [UInt8]
    ) -> Request {
        var head = HTTPRequest(
            method: HTTPRequest.Method(method) ?? .get,
            scheme: nil,
            authority: nil,
            path: target
        )
        for (name, value) in fields {
            guard let name = HTTPField.Name(name) else { continue }
            head.headerFields.append(HTTPField(name: name, value: value))
        }
        return Request(head: head, body: bytes)
    }

    /// Returns a request in the `POST /` form.
    static func target(_ operation: String, _ body: String) -> Request {
        make(
            "POST",
            "/",
            [
                ("x-amz-target", "com.amazonaws.cognito.sync.model.AWSCognitoSyncService.\(operation)"),
                ("content-type", "application/x-amz-json-1.1"),
            ],
            body: body
        )
    }

    /// Returns a request in the old envelope.
    static func envelope(_ operation: String, _ input: String) -> Request {
        let model = "com.amazonaws.cognito.sync.model#"
        return make(
            "POST",
            "/",
            [("content-type", "application/json")],
            body: """
                {"Operation":"\(model)\(operation)","Service":"\(model)AWSCognitoSyncService","Input":\(input)}
                """
        )
    }

    /// Returns the error with which a request is refused, or nil if it is accepted.
    static func refusal(of request: Request) -> APIError? {
        do throws(APIError) {
            _ = try RequestDecoder.decode(request)
            return nil
        } catch {
            return error
        }
    }
}
