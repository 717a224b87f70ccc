import HTTPTypes
import Messages
import Testing

/// The bytes of a request, and what is refused because it could be read as more than it is.
@Suite struct WireRequestTests {
    private func request(
        _ target: String = "/a",
        host: String? = "h",
        _ fields: [String: String] = [:]
    ) -> WireRequest {
        var request = WireRequest(.get, target: Array(target.utf8), host: host)
        for (name, value) in fields { request.fields.append(name, value) }
        return request
    }

    @Test func aFieldIsALine() {
        var request = request()
        request.fields.append("X-Empty", "")
        request.fields.append("X-Written") { $0.append(contentsOf: "a\u{e9}".utf8) }
        let text = String(decoding: request.fields.bytes, as: UTF8.self)
        #expect(text == "Host: h\r\nX-Empty: \r\nX-Written: a\u{e9}\r\n")
        #expect(request.fields.lines.map(request.fields.text) == ["h", "", "a\u{e9}"])
        #expect(request.fault == nil)
        #expect(request.fields.contains("x-written") && !request.fields.contains("x-writte"))
        #expect(request.fields.value(of: "host") == "h" && request.fields.value(of: "x") == nil)
        request.fields.append("Host", "i")
        #expect(request.fields.value(of: "host") == "h, i")
    }

    @Test(arguments: ["", "a", "*", "/a b", "/a\tb", "/\u{e9}", "/a\r\n", "/\0", "/\u{7f}"])
    func aTargetThatIsNotVisibleIsAFault(_ target: String) {
        #expect(request(target).fault == "request target")
    }

    @Test(arguments: ["", "a b", "a\r\nb", "\u{e9}"])
    func aHostThatIsNotVisibleIsAFault(_ host: String) {
        #expect(request(host: host).fault == "authority")
    }

    @Test(arguments: ["\r", "\n", "a\0b", "\u{1}", "\u{7f}", "a\r\nX: y"])
    func aValueThatCouldEndItsLineIsAFault(_ value: String) {
        #expect(request("/", host: "h", ["X": value]).fault == "field value")
    }

    @Test(arguments: [HTTPRequest.Method.connect, .trace])
    func aMethodOfAnotherKindIsAFault(_ method: HTTPRequest.Method) {
        #expect(WireRequest(method, target: [UInt8(ascii: "/")], host: "h").fault == "method")
    }
}
