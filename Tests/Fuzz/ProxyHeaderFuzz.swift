/// Runs the checks on fuzzed bytes, called by libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzProxyHeader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    ProxyHeaderFuzz.check(Array(unsafe FuzzInput(start, count).rest))
    return 0
}

/// The properties under test: the verdict does not depend on the reads, and a header is bounded.
private enum ProxyHeaderFuzz {
    static func check(_ bytes: [UInt8]) {
        let step = ProxyHeader.read(bytes.span)
        for count in 0..<bytes.count {
            let part = ProxyHeader.read(bytes.span.extracting(first: count))
            guard part != .needMore else { continue }
            Finding.unless(part == step || isWhole(part, within: count), "another verdict for a part", bytes)
        }
        switch step {
        case .whole(let header):
            Finding.unless(header.length <= min(bytes.count, 16 + ProxyHeader.longestRest), "a length", bytes)
            let alone = ProxyHeader.read(bytes.span.extracting(first: header.length))
            Finding.unless(alone == step, "what follows has a meaning", bytes)
            Finding.unless(ProxyHeader.isBegun(bytes.span), "a header that does not begin", bytes)
        case .needMore:
            Finding.unless(bytes.count < 16 + ProxyHeader.longestRest, "a header without an end", bytes)
        case .absent: Finding.unless(!ProxyHeader.isBegun(bytes.span), "a begun header is absent", bytes)
        case .broken: Finding.unless(ProxyHeader.isBegun(bytes.span), "a broken header is not begun", bytes)
        }
        checkFields(bytes)
    }

    private static func isWhole(_ step: ProxyHeader.Step, within count: Int) -> Bool {
        if case .whole(let header) = step { header.length <= count } else { false }
    }

    /// Checks that what stands left of a hop's own word changes nothing.
    private static func checkFields(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
        let trusted = TrustedNetworks()
        let field = ForwardedCaller(forwardedFor: ["\(text), 192.0.2.1"], forwarded: [], trusted: trusted)
        Finding.unless("\(field)".contains("192.0.2.1"), "a caller chose its address", bytes)
        let nodes = ForwardedCaller(forwardedFor: [], forwarded: ["\(text),for=192.0.2.1"], trusted: trusted)
        Finding.unless(nodes == .nobody || nodes == field, "a caller chose its address in Forwarded", bytes)
    }
}
