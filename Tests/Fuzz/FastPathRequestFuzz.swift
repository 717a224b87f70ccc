import HTTPTypes
import NIOCore

/// Runs the check on fuzzed bytes, called by libFuzzer.
///
/// The bytes are a whole request, or what follows the beginning of one.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzFastPathRequest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(unsafe FuzzInput(start, count).rest)
    // The bytes that the recognizer needs come first, so that chance need not find them.
    for beginning in ["", "GET /", "GET / HTTP/1.1\r\nHost: h\r\n"] {
        FastPathRequestFuzz.check(ByteBuffer(bytes: [UInt8](beginning.utf8) + bytes))
    }
    return 0
}

/// The property under test: the framing accepts each request that the recognizer accepts, and reads the same.
private enum FastPathRequestFuzz {
    /// Traps if the two parsers disagree about the bytes.
    static func check(_ bytes: ByteBuffer) {
        guard let fastPath = FastPathRequest(bytes, limits: ServerLimits()) else { return }
        var framing = RequestFraming(limits: ServerLimits())
        var input = bytes
        guard case .whole = framing.consume(&input),
            bytes.readableBytes - input.readableBytes == fastPath.length,
            let head = framing.head, let request = framing.takeRequest(scheme: "http")
        else { return fail("the framing accepts no request, or one of another length", bytes) }
        let id = request.head.headerFields.first { $0.name.canonicalName == "x-request-id" }?.value
        let fields = request.head.headerFields
        let hops = fields.filter { $0.name.canonicalName == "x-forwarded-for" }.map(\.value)
        let credentials = fields.filter { ["authorization", "x-api-key"].contains($0.name.canonicalName) }
        let isSame =
            request.head.method == .get && request.head.path == fastPath.target.text && head.body == .none
            && request.head.authority?.fingerprint == fastPath.host && head.keepAlive
            && head.minorVersion == 1 && !head.expectsContinue && request.body.isEmpty
            && id == fastPath.requestID?.text && hops == [fastPath.forwardedFor?.text].compactMap { $0 }
            && !fields.contains { $0.name.canonicalName == "forwarded" }
            && credentials.map(\.value) == [fastPath.credential?.bytes.text].compactMap { $0 }
        if !isSame { fail("the framing reads another request", bytes) }
    }

    private static func fail(_ reason: String, _ bytes: ByteBuffer) {
        Finding.trap("\(reason): \(String(buffer: bytes).debugDescription)")
    }
}
