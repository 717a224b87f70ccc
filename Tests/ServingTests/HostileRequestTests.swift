import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// The published hostile requests against the framing alone, in several ways of cutting.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct HostileRequestTests {
    @Test func requestsThatHAProxyAndNginxRefuseAreRefused() throws {
        let cases = try CorpusCase.load().filter(\.bothRefuse)
        #expect(cases.count > 140)
        for probe in cases + cases.compactMap(\.withHost) {
            let whole = FramingTrace(probe.bytes)
            #expect(whole.refusal != nil || whole.isUnfinished, "\(probe) was accepted")
            #expect(whole.requests.count <= probe.mostAccepted, "\(probe): \(whole.requests)")
        }
    }

    @Test func requestsThatNeedALenientParserAreRefused() throws {
        let cases = try CorpusCase.load().filter(\.isLenient)
        #expect(cases.count > 20)
        for probe in cases.flatMap({ [$0] + [$0.withHost].compactMap { $0 } }) {
            let whole = FramingTrace(probe.bytes)
            #expect(whole.refusal != nil || whole.isUnfinished, "\(probe) was accepted: \(whole.requests)")
        }
    }

    @Test func everyRequestOfTheSetsHasOneVerdictHoweverItIsSplit() throws {
        let cases = try CorpusCase.load()
        for probe in cases + cases.compactMap(\.withHost) {
            let whole = FramingTrace(probe.bytes)
            #expect(whole.isSameHoweverSplit(probe.bytes), "\(probe) has another verdict when split")
        }
    }

    @Test func noMutationOfTransferEncodingSmugglesASecondRequest() throws {
        let probes = try SmugglingProbe.load()
        #expect(probes.count == 1716 * 6)
        for probe in probes {
            let trace = FramingTrace(probe.bytes)
            if probe.isOtherField {
                #expect(trace.requests.allSatisfy { $0.body.count == probe.contentLength || $0.body.isEmpty })
            } else {
                let smuggled = trace.requests.contains { $0.head.path == "/smuggled" }
                #expect(trace.requests.count <= 1 && !smuggled, "\(probe)")
            }
            let pairs = Array(stride(from: 2, to: probe.bytes.count, by: 2))
            #expect(FramingTrace(probe.bytes, cuts: pairs) == trace, "\(probe)")
        }
    }
}
