import CognitoSync
import Policy
import Testing

/// The certainty that another bulk publish will be refused.
struct BulkPublishesTests {
    private let now: Int64 = 1_440_938_160
    /// 24 hours, less what clocks may differ by.
    private let period: Int64 = 86_400 - 300

    private func details(_ text: String) throws -> BulkPublishDetailsResponse {
        try BulkPublishDetailsResponse.scan([UInt8](text.utf8))
    }

    @Test func aReportedSuccessCountsFromItsEnd() throws {
        var publishes = BulkPublishes()
        let pool = try MetadataSamples.pool()
        let response = try details(
            """
            {"BulkPublishStatus":"SUCCEEDED","BulkPublishStartTime":1.440934560E9,\
            "BulkPublishCompleteTime":1.4409345607E9,"FailureMessage":null,"IdentityPoolId":"x"}
            """
        )
        publishes.learn(response, of: pool, now: now)
        #expect(publishes.refusal(of: pool, now: now) == period - 3600)
        #expect(publishes.refusal(of: pool, now: now + period - 3601) == 1)
        #expect(publishes.refusal(of: pool, now: now + period - 3600) == nil)
        #expect(publishes.refusal(of: try MetadataSamples.pool("b"), now: now) == nil)
    }

    @Test(arguments: [
        #"{"BulkPublishStatus":"FAILED","BulkPublishStartTime":1440934560,"FailureMessage":"x"}"#,
        #"{"BulkPublishStatus":"IN_PROGRESS","BulkPublishStartTime":1440934560}"#,
        #"{"BulkPublishStatus":"NOT_STARTED"}"#, #"{"BulkPublishStatus":"SUCCEEDED"}"#,
        #"{"BulkPublishStatus":"SUCCEEDED","BulkPublishStartTime":null,"BulkPublishCompleteTime":null}"#,
        #"{"BulkPublishStatus":"SUCCEEDED","BulkPublishCompleteTime":1e999}"#,
        #"{"BulkPublishStatus":"SUCCEEDED","BulkPublishCompleteTime":-9e18}"#,
        #"{"BulkPublishStatus":"SUCCEEDED","BulkPublishCompleteTime":1440851761}"#, "{}",
    ])
    func anythingButASuccessInTheLast24HoursRefusesNothing(text: String) throws {
        var publishes = BulkPublishes()
        publishes.learn(try details(text), of: try MetadataSamples.pool(), now: now)
        #expect(publishes.refusal(of: try MetadataSamples.pool(), now: now) == nil)
        #expect(publishes.count == 0)
    }

    @Test func aSuccessEndedNotBeforeItsStart() throws {
        var publishes = BulkPublishes()
        let response = try details(#"{"BulkPublishStatus":"SUCCEEDED","BulkPublishStartTime":1440938100}"#)
        publishes.learn(response, of: try MetadataSamples.pool(), now: now)
        #expect(publishes.refusal(of: try MetadataSamples.pool(), now: now) == period - 60)
    }

    @Test func aTimeInTheFutureRefusesNoLongerThanASuccessNow() throws {
        var publishes = BulkPublishes()
        let response = try details(#"{"BulkPublishStatus":"SUCCEEDED","BulkPublishCompleteTime":9e15}"#)
        publishes.learn(response, of: try MetadataSamples.pool(), now: now)
        #expect(publishes.refusal(of: try MetadataSamples.pool(), now: now) == period)
    }

    @Test func anAcceptedPublishIsNoSuccessYet() throws {
        var publishes = BulkPublishes()
        let pool = try MetadataSamples.pool()
        publishes.accepted(publishes.send(pool, now: now))
        #expect(publishes.refusal(of: pool, now: now + 1) == nil)
    }

    @Test func theRefusalOfTheNextPublishProvesItsSuccess() throws {
        var publishes = BulkPublishes()
        let pool = try MetadataSamples.pool()
        publishes.accepted(publishes.send(pool, now: now))
        publishes.refused(publishes.send(pool, now: now + 100))
        #expect(publishes.refusal(of: pool, now: now + 100) == period - 100)
    }

    @Test func aRefusalAloneDoesNotShowItsEnd() throws {
        var publishes = BulkPublishes()
        let pool = try MetadataSamples.pool()
        publishes.refused(publishes.send(pool, now: now))
        // Sent before the 200 arrived: a success of yesterday may be the reason for its refusal.
        let overlapping = publishes.send(pool, now: now)
        publishes.accepted(publishes.send(pool, now: now))
        publishes.refused(overlapping)
        #expect(publishes.refusal(of: pool, now: now) == nil)
    }

    @Test func poolsAreBoundedInNumberAndTheOldestGoes() throws {
        var publishes = BulkPublishes(capacity: 4)
        for number in 0..<10 as Range<Int64> {
            let response = try details(
                #"{"BulkPublishStatus":"SUCCEEDED","BulkPublishCompleteTime":\#(now + number)}"#
            )
            publishes.learn(response, of: try MetadataSamples.pool("a\(number)"), now: now + number)
        }
        #expect(publishes.count == 4)
        #expect(publishes.refusal(of: try MetadataSamples.pool("a9"), now: now + 10) != nil)
        #expect(publishes.refusal(of: try MetadataSamples.pool("a5"), now: now + 10) == nil)
        publishes.forget(try MetadataSamples.pool("a9"))
        #expect(publishes.refusal(of: try MetadataSamples.pool("a9"), now: now + 10) == nil)
        publishes.forget()
        #expect(publishes.count == 0)
    }
}
