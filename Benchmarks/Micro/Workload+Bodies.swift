import CognitoSync
import HTTPTypes
import Messages

/// Request bodies of the same size, from the cheapest a byte to those that an attacker would choose.
///
/// The runner holds the dearest of them to ten times the cheapest.
extension Workload {
    /// The size of each body, in bytes.
    private static let size = 64 << 10

    static var bodies: [Workload] {
        [
            body("a long value", #"{"Op":"replace","Key":"k","SyncCount":0,"Value":""# + text("v") + #""}"#),
            body(
                "escapes",
                #"{"Op":"replace","Key":"k","SyncCount":0,"Value":""# + text(#"\u0041"#) + #""}"#
            ),
            body(
                "three-byte text",
                #"{"Op":"replace","Key":"k","SyncCount":0,"Value":""# + text("\u{4E2D}") + #""}"#
            ),
            body("patches", list(#"{"Op":"replace","Key":"k","Value":"v","SyncCount":0}"#)),
            body("wrong patches", list("{}")),
            body("long numbers", list(#"{"DeviceLastModifiedDate":\#(String(repeating: "1", count: 128))}"#)),
            target("unknown names", "{" + list(#""k":0"#, numbered: true) + "}"),
            target("deep nesting", "{\"Input\":{\"x\":[" + list(nested(30)) + "]}}"),
            target("an object in objects", "{\"Input\":{\"x\":[" + list("{\"a\":{},\"b\":{}}") + "]}}"),
        ]
    }

    private static func text(_ unit: String) -> String {
        String(repeating: unit, count: size / unit.utf8.count)
    }

    private static func list(_ element: String, numbered: Bool = false) -> String {
        let count = size / (element.utf8.count + 1)
        guard numbered else { return [String](repeating: element, count: count).joined(separator: ",") }
        return (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    /// Returns the decoding of an UpdateRecords with these patches.
    private static func body(_ name: String, _ patches: String) -> Workload {
        let body = #"{"SyncSessionToken":"token","RecordPatches":["# + patches + "]}"
        return decode(
            name,
            Sample.request(.post, String(Sample.path.dropLast("/records".utf8.count)), body: body)
        )
    }

    /// Returns the decoding of `POST /`.
    private static func target(_ name: String, _ body: String) -> Workload {
        var request = Sample.request(.post, "/", body: body)
        request.head.headerFields[.target] = "AWSCognitoSyncService.UpdateRecords"
        return decode(name, request)
    }

    private static func decode(_ name: String, _ request: Request) -> Workload {
        Workload(name: "decode 64 KiB of \(name)") { { keep(try? RequestDecoder.decode(request)) } }
    }
}

extension HTTPField.Name {
    fileprivate static let target = HTTPField.Name("X-Amz-Target") ?? .via
}
