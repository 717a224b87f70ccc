import HTTPTypes
import NIOCore

/// Any bytes: what the recogniser takes, the framing takes, and reads the same in it.
///
/// Not a target of the package: `.ci/fuzz-fast-path` compiles it together with the files that it is about.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzHotRequest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(unsafe UnsafeBufferPointer(start: start, count: count))
    // What the recogniser wants to see comes first, so that chance need not find it.
    for beginning in ["", "GET /", "GET / HTTP/1.1\r\nHost: h\r\n"] {
        check(ByteBuffer(bytes: [UInt8](beginning.utf8) + bytes))
    }
    return 0
}

private func check(_ bytes: ByteBuffer) {
    guard let fastPath = FastPathRequest(bytes, limits: ServerLimits()) else { return }
    var framing = RequestFraming(limits: ServerLimits())
    var input = bytes
    guard case .whole = framing.consume(&input), bytes.readableBytes - input.readableBytes == fastPath.length,
        let head = framing.head, let request = framing.takeRequest(scheme: "http")
    else { return found("the framing does not take it, or takes other bytes", in: bytes) }
    let id = request.head.headerFields.first { $0.name.canonicalName == "x-request-id" }?.value
    let isSame =
        request.head.method == .get && request.head.path == fastPath.target.text && head.body == .none
        && head.keepAlive
        && head.minorVersion == 1 && !head.expectsContinue && request.body.isEmpty
        && id == fastPath.requestID?.text
    if !isSame { found("the framing reads another request", in: bytes) }
}

private func found(_ what: String, in bytes: ByteBuffer) {
    preconditionFailure("\(what): \(String(buffer: bytes).debugDescription)")
}
