import HTTPTypes
import Messages

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The first byte chooses the method. The parts between NUL bytes are the target, X-Amz-Target, Content-Type and
/// x-amz-client-context, each absent if it is empty, and then the body.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzRequestDecoder(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let methods: [HTTPRequest.Method] = [.post, .get, .delete, .put]
    let method = methods[Int(input.byte()) % methods.count]
    let target = input.text()
    var fields = HTTPFields()
    for name in ["x-amz-target", "content-type", "x-amz-client-context"] {
        if let name = HTTPField.Name(name), let value = input.text() { fields[name] = value }
    }
    let head = HTTPRequest(method: method, scheme: "http", authority: "h", path: target, headerFields: fields)
    RequestDecoderFuzz.check(Request(head: head, body: Array(input.rest)))
    return 0
}

/// The properties under test: what is accepted has one canonical spelling, what is refused has a sound response.
private enum RequestDecoderFuzz {
    static func check(_ request: Request) {
        do throws(APIError) {
            let decoded = try RequestDecoder.decode(request)
            let form = RequestDecoder.form(of: request)
            Finding.unless(decoded.form == form, "the form differs", request.body)
            checkCanonical(decoded.operation)
        } catch {
            checkRefusal(error)
        }
    }

    private static func checkCanonical(_ operation: Operation) {
        let wire = operation.wireRequest(to: nil)
        let target = String(decoding: wire.target, as: UTF8.self)
        var request = Request(
            head: HTTPRequest(method: wire.method, scheme: nil, authority: nil, path: target),
            body: wire.body
        )
        for line in wire.fields.lines {
            let name = HTTPField.Name(String(decoding: wire.fields.bytes[line.name], as: UTF8.self))
            if let name { request.head.headerFields[name] = wire.fields.text(of: line) }
        }
        let path = target.prefix { $0 != "?" }
        let isVisible = target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        let hasDots = path.split(separator: "/").contains { $0 == "." || $0 == ".." }
        let isPlain = !path.contains("//") && !path.contains("%2F") && !path.contains("%00")
        Finding.unless(isVisible && !hasDots && isPlain, "a target that is not canonical", target.utf8)
        for field in request.head.headerFields {
            let isPrintable = field.value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            Finding.unless(isPrintable, "a field that is not printable", field.value.utf8)
        }
        guard let again = try? RequestDecoder.decode(request) else {
            return Finding.unless(false, "its canonical form is refused", target.utf8)
        }
        Finding.unless(
            again.form == .rest && again.operation == operation,
            "it has two readings",
            target.utf8
        )
        checkBody(of: operation, request.body)
    }

    private static func checkBody(of operation: Operation, _ body: [UInt8]) {
        if case .updateRecords(let update) = operation {
            let patches = update.patches()
            Finding.unless(patches.count == update.patchCount, "a patch is lost", body)
            let isValid = patches.allSatisfy { (1...1024).contains($0.key.unicodeScalars.count) }
            Finding.unless(isValid, "a key of a forbidden length", body)
        }
        guard !body.isEmpty else { return }
        var reader = JSONReader(body)
        let isObject =
            (try? reader.kind()) == .object && (try? reader.skip()) != nil && (try? reader.finish()) != nil
        Finding.unless(isObject, "a body that is no JSON object", body)
    }

    private static func checkRefusal(_ error: APIError) {
        Finding.unless([400, 404, 405].contains(error.status), "status \(error.status)", error.message.utf8)
        Finding.unless(error.message.utf8.count < 5000, "a long message", error.message.utf8)
        for form in [RequestForm.rest, .target, .envelope] {
            let body = error.response(form: form).body
            var reader = JSONReader(body)
            let isJSON = (try? reader.skip()) != nil && (try? reader.finish()) != nil
            Finding.unless(isJSON && !body.contains { $0 < 0x20 }, "a response that is no plain JSON", body)
        }
    }
}
