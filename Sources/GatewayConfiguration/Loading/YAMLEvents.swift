internal import CYaml

/// The events of a YAML text, as libyaml finds them.
///
/// The libyaml is that of the package Yams, whose own parser does not show its events. That parser also stops at the
/// first mapping with a key given twice, while an operator wants to see all faults at once.
///
/// Aliases are events here and stand for nothing, so a few lines of them cannot become billions of nodes.
struct YAMLEvents {
    enum Kind: Equatable {
        case documentStart
        case documentEnd
        case scalar(String, isPlain: Bool)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        /// A node with an anchor, or an alias.
        case reference
    }

    struct Event: Equatable {
        var kind: Kind
        var position: TextPosition
    }

    private(set) var all: [Event] = []
    /// The reason why the events end early; nil if they are complete.
    private(set) var fault: YAMLFault?

    /// Reads a text up to its end, its first fault or reference, or `limit` events.
    init(_ text: String, limit: Int) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return }
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            fault = YAMLFault("not enough memory to read the file; shorten it", nil)
            return
        }
        defer { unsafe yaml_parser_delete(parser) }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            while fault == nil, all.last?.kind != .reference, unsafe readEvent(parser, bytes) {
                guard all.count > limit else { continue }
                fault = YAMLFault("more than \(limit) values; shorten the file", all.last?.position)
            }
        }
    }

    /// Reads one event; returns false at the end.
    private mutating func readEvent(_ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: [UInt8]) -> Bool {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else {
            fault = unsafe YAMLFault(parser.pointee, bytes)
            return false
        }
        defer { unsafe yaml_event_delete(&event) }
        if unsafe event.type == YAML_STREAM_END_EVENT { return false }
        if let kind = unsafe Kind(event) {
            all.append(Event(kind: kind, position: unsafe TextPosition(event.start_mark)))
        }
        return true
    }
}

extension YAMLEvents.Kind {
    /// Creates the kind of an event; nil for the start and the end of the stream.
    fileprivate init?(_ event: yaml_event_t) {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_ALIAS_EVENT: self = .reference
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            self = unsafe scalar.anchor == nil ? .scalar(text, isPlain: isPlain) : .reference
        case YAML_SEQUENCE_START_EVENT:
            self = unsafe event.data.sequence_start.anchor == nil ? .sequenceStart : .reference
        case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            self = unsafe event.data.mapping_start.anchor == nil ? .mappingStart : .reference
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        default: return nil
        }
    }
}

extension YAMLFault {
    /// Creates the fault that a parser ended with.
    fileprivate init(_ parser: yaml_parser_t, _ bytes: [UInt8]) {
        guard let problem = unsafe parser.problem.map({ unsafe String(cString: $0) }) else {
            self.init("not enough memory to read the file; shorten it", nil)
            return
        }
        let isEncoding = unsafe parser.error == YAML_READER_ERROR
        let position =
            if isEncoding {
                unsafe TextPosition(after: bytes.prefix(parser.problem_offset))
            } else {
                unsafe TextPosition(parser.problem_mark)
            }
        let context = unsafe parser.context == nil ? nil : unsafe TextPosition(parser.context_mark)
        self.init(problem: problem, at: position, beginning: context, in: bytes)
    }
}

extension TextPosition {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}
