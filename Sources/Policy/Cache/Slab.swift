/// Values under small integer handles that stay the same while the value lives.
///
/// Entries refer to each other by handle, without reference counting. A removed handle may return for another value.
/// So code that keeps a handle across time keeps a stamp beside it.
struct Slab<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var vacant: [Int] = []

    var count: Int { elements.count - vacant.count }

    /// All handles in use; linear in the number of elements.
    var handles: [Int] { elements.indices.filter { elements[$0] != nil } }

    mutating func insert(_ element: Element) -> Int {
        guard let handle = vacant.popLast() else {
            elements.append(element)
            return elements.count - 1
        }
        elements[handle] = element
        return handle
    }

    mutating func remove(_ handle: Int) {
        guard elements.indices.contains(handle), elements[handle] != nil else { return }
        elements[handle] = nil
        vacant.append(handle)
    }

    /// The element of a handle; nil for one that is not in use.
    @inline(__always)
    subscript(_ handle: Int) -> Element? { handle >= 0 && handle < elements.count ? elements[handle] : nil }

    /// Changes the element of a handle in place; nil if there is none.
    ///
    /// No `_modify`, whose coroutine allocates a frame at each access from another file.
    @inline(__always)
    mutating func update<Result>(_ handle: Int, _ change: (inout Element) -> Result) -> Result? {
        guard elements.indices.contains(handle), var element = elements[handle].take() else { return nil }
        defer { elements[handle] = element }
        return change(&element)
    }
}
