import CCurl
import Glibc
import Messages

/// The head of a request as libcurl takes it: the target, and a list of nodes that point into one block of text.
///
/// libcurl neither copies nor frees the list. The memory therefore stays with the handle, serves all its
/// requests, and grows to the longest of them.
@safe struct HeaderList: ~Copyable {
    private var text: UnsafeMutableRawBufferPointer
    private var nodes: UnsafeMutableBufferPointer<curl_slist>
    /// The used bytes of the text, and the used nodes.
    private var used = 0
    private var count = 0
    private var targetStart = 0

    /// The fields that libcurl would add by itself, in its syntax for fields that are not sent.
    private static let accept = Array("Accept:\0".utf8)
    private static let expect = Array("Expect:\0".utf8)
    private static let contentType = Array("Content-Type:\0".utf8)

    init() {
        unsafe text = .allocate(byteCount: 2048, alignment: 1)
        unsafe nodes = .allocate(capacity: 16)
    }

    deinit {
        unsafe text.deallocate()
        unsafe nodes.deallocate()
    }

    /// The node of the first line; nil for an empty list.
    var head: UnsafeMutablePointer<curl_slist>? { unsafe count > 0 ? nodes.baseAddress : nil }

    /// The target, ended by a NUL.
    var target: UnsafePointer<CChar>? {
        unsafe UnsafeRawPointer(text.baseAddress)?.advanced(by: targetStart).assumingMemoryBound(
            to: CChar.self
        )
    }

    /// Replaces the target and all lines.
    ///
    /// The request must be one without a fault: its lines are then separated by their ends alone.
    mutating func fill(with request: WireRequest) {
        let fields = request.fields
        // Room for the fields that are not sent, and for the end of the target.
        reserve(text: fields.bytes.count + request.target.count + 64, nodes: fields.lines.count + 3)
        (used, count) = (0, 0)
        add(fields.bytes)
        for line in fields.lines {
            if line.value.isEmpty {
                // libcurl's syntax for a field without a value.
                unsafe text[line.name.upperBound] = UInt8(ascii: ";")
                unsafe text[line.name.upperBound + 1] = 0
            } else {
                unsafe text[line.value.upperBound] = 0
            }
            addNode(at: line.name.lowerBound)
        }
        if !fields.contains("accept") { add(absent: Self.accept) }
        if request.hasContent {
            add(absent: Self.expect)
            if !fields.contains("content-type") { add(absent: Self.contentType) }
        }
        if count > 0 { unsafe nodes[count - 1].next = nil }
        targetStart = used
        add(request.target)
        unsafe text[used] = 0
    }

    private mutating func add(absent line: [UInt8]) {
        addNode(at: used)
        add(line)
    }

    private mutating func add(_ bytes: [UInt8]) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: text[used...]).copyBytes(from: bytes)
        used += bytes.count
    }

    private mutating func addNode(at start: Int) {
        guard let base = unsafe text.baseAddress, let first = unsafe nodes.baseAddress else { return }
        let line = unsafe (base + start).assumingMemoryBound(to: CChar.self)
        unsafe (first + count).initialize(to: curl_slist(data: line, next: first + count + 1))
        count += 1
    }

    private mutating func reserve(text size: Int, nodes count: Int) {
        if unsafe size > text.count {
            unsafe text.deallocate()
            unsafe text = .allocate(byteCount: size, alignment: 1)
        }
        if unsafe count > nodes.count {
            unsafe nodes.deallocate()
            unsafe nodes = .allocate(capacity: count)
        }
    }
}
