import CCurl
import Glibc

/// The header lines of a request as libcurl's list: nodes that point into one block of text.
///
/// libcurl neither copies nor frees the list. The memory therefore stays with the handle, serves all its
/// requests, and grows to the longest of them.
@safe struct HeaderList: ~Copyable {
    private var text: UnsafeMutableRawBufferPointer
    private var nodes: UnsafeMutableBufferPointer<curl_slist>
    private var count = 0

    init() {
        unsafe text = .allocate(byteCount: 1024, alignment: 1)
        unsafe nodes = .allocate(capacity: 16)
    }

    deinit {
        unsafe text.deallocate()
        unsafe nodes.deallocate()
    }

    /// The node of the first line; nil for an empty list.
    var head: UnsafeMutablePointer<curl_slist>? { unsafe count > 0 ? nodes.baseAddress : nil }

    /// Replaces all lines of the list.
    mutating func fill(with lines: WireLines) {
        reserve(text: lines.bytes.count, nodes: lines.count)
        count = 0
        unsafe text.copyBytes(from: lines.bytes)
        guard let base = unsafe text.baseAddress, let first = unsafe nodes.baseAddress else { return }
        // Each line ends with a NUL, and so does the last one.
        var line = unsafe base.assumingMemoryBound(to: CChar.self)
        while count < lines.count {
            unsafe (first + count).initialize(to: curl_slist(data: line, next: first + count + 1))
            count += 1
            unsafe line += strlen(line) + 1
        }
        if count > 0 { unsafe nodes[count - 1].next = nil }
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
