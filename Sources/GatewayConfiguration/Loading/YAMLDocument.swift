/// A YAML text as a node with its faults.
///
/// Anchors and aliases are refused. A key that is given twice is a fault, and the rest of the text is still read.
struct YAMLDocument {
    /// The bounds of a text; beyond one of them it has a fault and no node.
    struct Bounds {
        /// The most nodes within each other: the depth of the recursion.
        var depth = 1000
        var events = 100_000
        /// The most keys that are reported as given twice.
        var doubles = 100
    }

    private(set) var root: YAMLNode?
    private(set) var faults: [YAMLFault] = []

    private let bounds: Bounds
    private var events: ArraySlice<YAMLEvents.Event> = []

    init(_ text: String, bounds: Bounds = Bounds()) {
        self.bounds = bounds
        let read = YAMLEvents(text, limit: bounds.events)
        if let reference = read.all.first(where: { $0.kind == .reference }) {
            let message = "anchors and aliases are not supported; put a value with & or * in quotes"
            faults = [YAMLFault(message, reference.position)]
            return
        }
        if let fault = read.fault {
            faults = [fault]
            return
        }
        events = read.all[...]
        do throws(YAMLFault) {
            root = try document()
        } catch {
            faults.append(error)
        }
    }

    private mutating func document() throws(YAMLFault) -> YAMLNode? {
        guard events.popFirst() != nil, let first = events.popFirst() else { return nil }
        let node = try node(first, depth: 1)
        if events.popFirst() != nil, let next = events.first {
            throw YAMLFault("not valid YAML: another document begins here; keep one", next.position)
        }
        return node
    }

    /// Returns the node that an event begins.
    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws(YAMLFault) -> YAMLNode {
        guard depth <= bounds.depth else {
            throw YAMLFault("more than \(bounds.depth) levels; nest fewer", event.position)
        }
        let value: YAMLNode.Value
        switch event.kind {
        case .scalar(let text, let isPlain): value = .scalar(text, isPlain: isPlain)
        case .sequenceStart: value = .sequence(try elements(depth))
        case .mappingStart: value = .mapping(try pairs(depth))
        case .documentStart, .documentEnd, .sequenceEnd, .mappingEnd, .reference: value = .sequence([])
        }
        return YAMLNode(value: value, position: event.position)
    }

    private mutating func elements(_ depth: Int) throws(YAMLFault) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while let event = events.popFirst(), event.kind != .sequenceEnd {
            elements.append(try node(event, depth: depth + 1))
        }
        return elements
    }

    private mutating func pairs(_ depth: Int) throws(YAMLFault) -> [(key: YAMLNode, value: YAMLNode)] {
        var pairs: [(key: YAMLNode, value: YAMLNode)] = []
        var positions: [String: TextPosition] = [:]
        while let event = events.popFirst(), event.kind != .mappingEnd {
            let key = try node(event, depth: depth + 1)
            if let name = key.text, let earlier = positions.updateValue(key.position, forKey: name) {
                try report(double: name, at: earlier, again: key.position)
            }
            guard let event = events.popFirst() else { break }
            pairs.append((key, try node(event, depth: depth + 1)))
        }
        return pairs
    }

    private mutating func report(
        double name: String,
        at position: TextPosition,
        again next: TextPosition
    ) throws(YAMLFault) {
        guard faults.count < bounds.doubles else {
            throw YAMLFault("more than \(bounds.doubles) keys are given twice; remove them first", position)
        }
        faults.append(
            YAMLFault("\(Quotation.text(name)) is given again in line \(next.line); keep one", position)
        )
    }
}
