import CognitoSync
import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing

/// Each parameter of each operation of the published model, tried at its bounds in all three forms.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ModelTests {
    private let model: ServiceModel

    init() throws { model = try ServiceModel.load() }

    @Test func theModelHasTheOperationsThatAreImplemented() {
        #expect(Set(model.operations.keys) == Set(OperationName.allCases.map(\.rawValue)))
    }

    @Test(arguments: OperationName.allCases)
    func theRouteIsThatOfTheModel(operation: OperationName) throws {
        let http = try #require(model.operations[operation.rawValue]).http
        let request = try RequestDecoder.decode(build(operation, .rest, try whole(operation))).operation
            .request()
        #expect(request.head.method.rawValue == http.method)
        let parts = http.requestUri.split(separator: "/")
        let path = try #require(request.head.path).prefix { $0 != "?" }.split(separator: "/")
        #expect(parts.count == path.count)
        for (part, segment) in zip(parts, path) where !part.hasPrefix("{") { #expect(part == segment) }
    }

    @Test(arguments: OperationName.allCases, [RequestForm.rest, .target, .envelope])
    func everyParameterHasTheModelsBounds(operation: OperationName, form: RequestForm) throws {
        let input = try inputShape(operation)
        let whole = try whole(operation)
        var tried = 0
        for (index, parameter) in whole.enumerated() {
            let member = try #require(input.members?[parameter.name])
            let isJSON = form != .rest || member.location == nil
            let isRequired = input.required?.contains(parameter.name) ?? false
            let path = parameter.name.camelCase
            let absent: Probe.Verdict = isRequired ? .null(at: path) : .accepted
            var probes = try model.probes(of: member.shape, at: path, isJSON: isJSON)
            if member.location == "querystring" || member.location == "header" {
                probes = try unbounded(member, at: path, isJSON: isJSON)
            }
            // A field of HTTPTypes cannot hold the control characters that would be refused.
            if member.location == "header", form == .rest {
                probes.removeAll { $0.value?.text.contains("\\u00") ?? false }
            }
            if isJSON { probes.append(Probe(value: .null, verdict: absent)) }
            if member.location != "uri" || form != .rest { probes.append(Probe(value: nil, verdict: absent)) }
            for probe in probes {
                var parameters = whole
                if let value = probe.value {
                    parameters[index].value = value
                } else {
                    parameters.remove(at: index)
                }
                expect(
                    probe,
                    of: parameter.name,
                    from: build(operation, form, parameters),
                    form,
                    member.location
                )
                tried += 1
            }
        }
        #expect(tried >= 2 * whole.count)
    }

    private func expect(
        _ probe: Probe,
        of name: String,
        from request: Request,
        _ form: RequestForm,
        _ location: String?
    ) {
        let error = TestRequests.refusal(of: request)
        let shown = "\(name) = \(probe.value?.text.prefix(80) ?? "absent")"
        if form == .rest, location == "uri", case .string(let text)? = probe.value {
            // A path with an empty segment has no route; an escape is recognized only after it is decoded.
            if text.isEmpty {
                #expect(error?.name == "UnknownOperationException", "\(shown)")
                return
            }
        }
        switch probe.verdict {
        case .accepted: #expect(error == nil, "\(shown)")
        case .wrongJSON: #expect(error?.name == "SerializationException", "\(shown)")
        case .violation(let path, let words):
            #expect(error?.name == "InvalidParameterException", "\(shown)")
            let message = error?.message ?? ""
            #expect(
                message.contains(" at '\(path)' failed to satisfy constraint: \(words)"),
                "\(shown): \(message)"
            )
            #expect(message.contains("validation error"), "\(message)")
        }
    }

    /// Returns values for a parameter of a target or a field without a bound in the model.
    ///
    /// Such parameters are whole numbers, and text in ASCII.
    private func unbounded(
        _ member: ServiceModel.Shape.Member,
        at path: String,
        isJSON: Bool
    ) throws -> [Probe] {
        let type = try model.shape(member.shape).type
        if type == "string" {
            let words = "Member must"
            let wrong = isJSON ? [JSONValue.number("1"), .boolean(true), .array([]), .object([])] : []
            return ["", "x", "a+b/c=", "a b&c=d#e?%41", String(repeating: "x", count: 8192)].map {
                Probe(value: .string($0), verdict: .accepted)
            }
                + [String(repeating: "x", count: 8193), "a\u{0}b", "a\nb", "a\u{e9}"].map {
                    Probe(value: .string($0), verdict: .violation(path: path, words: words))
                } + wrong.map { Probe(value: $0, verdict: .wrongJSON) }
        }
        let good = ["0", "1", "9223372036854775807"]
        let bad = ["-1", "1.5", "1e3", "9223372036854775808", "-9223372036854775809"]
        let notNumbers = ["", "+1", " 1", "1 ", "01", "0x1", "\u{661}", "1,0", "NaN", "x"]
        let refused = Probe.Verdict.violation(path: path, words: "Member must be a whole number")
        var probes = good.map { Probe(value: .string($0), verdict: .accepted) }
        probes += (bad + notNumbers).map { Probe(value: .string($0), verdict: refused) }
        if isJSON {
            probes += good.map { Probe(value: .number($0), verdict: .accepted) }
            probes += bad.map { Probe(value: .number($0), verdict: refused) }
            probes += [JSONValue.boolean(true), .array([]), .object([])].map {
                Probe(value: $0, verdict: .wrongJSON)
            }
        }
        return probes
    }

    private func inputShape(_ operation: OperationName) throws -> ServiceModel.Shape {
        try model.shape(try #require(model.operations[operation.rawValue]).input.shape)
    }

    private func whole(_ operation: OperationName) throws -> [(name: String, value: JSONValue)] {
        let name = try #require(model.operations[operation.rawValue]).input.shape
        guard case .object(let members) = try model.sample(of: name) else { return [] }
        return members
    }

    private func build(
        _ operation: OperationName,
        _ form: RequestForm,
        _ parameters: [(name: String, value: JSONValue)]
    ) -> Request {
        switch form {
        case .target: return TestRequests.target(operation.rawValue, JSONValue.object(parameters).text)
        case .envelope: return TestRequests.envelope(operation.rawValue, JSONValue.object(parameters).text)
        case .rest: break
        }
        guard let described = model.operations[operation.rawValue],
            let input = model.shapes[described.input.shape]
        else {
            return TestRequests.make("GET", "/")
        }
        var path = described.http.requestUri
        var query: [String] = []
        var fields: [(String, String)] = []
        var body: [(name: String, value: JSONValue)] = []
        var hasBody = false
        for member in input.members ?? [:] where member.value.location == nil { _ = member; hasBody = true }
        for (name, value) in parameters {
            guard let member = input.members?[name] else { continue }
            let text =
                switch value {
                case .string(let text), .number(let text): text
                default: value.text
                }
            switch member.location {
            case "uri": path = path.replacingOccurrences(of: "{\(name)}", with: escape(text))
            case "querystring": query.append("\(member.locationName ?? name)=\(escape(text))")
            case "header": fields.append((member.locationName ?? name, text))
            default: body.append((name, value))
            }
        }
        let target = query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
        if hasBody { fields.append(("Content-Type", "application/json")) }
        return TestRequests.make(
            described.http.method,
            target,
            fields,
            bytes: hasBody ? JSONValue.object(body).bytes : []
        )
    }

    private func escape(_ text: String) -> String {
        text.utf8.map { byte in
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
    }
}
