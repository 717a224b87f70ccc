/// Values under small integer handles that stay the same while the value lives.
///
/// Lets entries refer to each other without reference counting. A handle that was removed may come back for
/// another value, so whoever keeps one across time keeps a stamp beside it.
struct Slab<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var vacant: [Int] = []

    var count: Int { elements.count - vacant.count }

    /// Every handle in use; for what may take its time.
    var handles: [Int] { elements.indices.filter { elements[$0] != nil } }

    /// The one that `insert` gives next.
    var nextHandle: Int { vacant.last ?? elements.count }

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

    /// Nil for a handle that is not in use; to be changed in place through `?.`, not assigned as a whole.
    ///
    /// Read by `get`: the coroutine of a `_read` that is not specialised is allocated at each access.
    subscript(_ handle: Int) -> Element? {
        get { handle >= 0 && handle < elements.count ? elements[handle] : nil }
        _modify { yield &elements[handle] }
    }
}
