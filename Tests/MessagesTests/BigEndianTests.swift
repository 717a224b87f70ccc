import Messages
import Testing

struct BigEndianTests {
    @Test func theMostSignificantByteComesFirst() {
        var bytes: [UInt8] = [0xFF]
        BigEndian.append(UInt32(0x0102_0304), to: &bytes)
        #expect(bytes == [0xFF, 1, 2, 3, 4])
        #expect(BigEndian.value(bytes[1...]) == UInt32(0x0102_0304))
    }

    @Test(arguments: [Int64.min, -2, -1, 0, 1, 255, 256, .max])
    func everyNumberComesBack(number: Int64) {
        var bytes: [UInt8] = []
        BigEndian.append(number, to: &bytes)
        #expect(bytes.count == 8)
        #expect(BigEndian.value(bytes) == number)
        #expect(BigEndian.value(bytes) == UInt64(bitPattern: number))
    }

    @Test func anotherNumberOfBytesIsRefused() {
        for count in [0, 7, 9] {
            let number: UInt64? = BigEndian.value([UInt8](repeating: 1, count: count))
            #expect(number == nil)
        }
    }
}
