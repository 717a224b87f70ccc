/// Runs the checks on fuzzed bytes, called by libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzXMLScanner(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    XMLScannerFuzz.check(Array(unsafe FuzzInput(start, count).rest))
    return 0
}

/// The properties under test: a document has the same content in its plainest spelling, and no part of it is one.
private enum XMLScannerFuzz {
    static func check(_ bytes: [UInt8]) {
        guard let root = try? XMLScanner.root(of: bytes) else { return }
        let plain = Array(text(of: root).utf8)
        if plain.count <= XMLScanner.maximumLength {
            Finding.unless(
                (try? XMLScanner.root(of: plain)) == root,
                "another spelling is another tree",
                bytes
            )
        }
        let end = bytes.lastIndex(of: UInt8(ascii: ">")) ?? 0
        Finding.unless(
            (try? XMLScanner.root(of: Array(bytes[..<end]))) == nil || isComment(bytes),
            "a cut document",
            bytes
        )
        let twice = try? XMLScanner.root(of: plain + plain)
        Finding.unless(twice == nil, "two roots are accepted", bytes)
        Finding.unless(depth(of: root) <= XMLScanner.maximumDepth, "a tree that is too deep", bytes)
        let wrapped = try? XMLScanner.root(of: Array("<fuzz>".utf8) + plain + Array("</fuzz>".utf8))
        let fits = depth(of: root) < XMLScanner.maximumDepth && plain.count + 13 <= XMLScanner.maximumLength
        Finding.unless(!fits || wrapped?.children == [root], "a root is no child", bytes)
    }

    /// Returns whether the last `>` may end a comment behind the root.
    private static func isComment(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("--")
    }

    private static func depth(of element: XMLElement) -> Int {
        1 + (element.children.map(depth).max() ?? 0)
    }

    private static func text(of element: XMLElement) -> String {
        var text = ""
        for scalar in element.text.unicodeScalars {
            switch scalar {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\r": text += "&#13;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "<\(element.name)>\(text)\(element.children.map(Self.text).joined())</\(element.name)>"
    }
}
