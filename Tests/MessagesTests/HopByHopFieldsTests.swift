import Messages
import Testing

struct HopByHopFieldsTests {
    @Test func theFieldsOfAConnectionAndTheAddedOnesAreInTheSet() {
        let set = HopByHopFields(and: ["content-length"])
        for name in [
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
            "content-length",
        ] {
            #expect(set.contains(name), "\(name)")
        }
        for name in ["", "t", "content-type", "Connection", "x-a-name-longer-than-every-other-one"] {
            #expect(!set.contains(name), "\(name)")
        }
        #expect(!HopByHopFields().contains("content-length"))
    }
}
