import Messages
import Testing

struct HexadecimalTests {
    @Test func everyByteHasTwoDigits() {
        #expect(Hexadecimal.text([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
        #expect(Hexadecimal.text([]).isEmpty)
    }

    @Test func onlyDigitsOfEitherCaseHaveAValue() {
        for byte in UInt8.min ... .max {
            let expected = Unicode.Scalar(byte).isASCII ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
            #expect(Hexadecimal.value(byte).map(Int.init) == expected)
        }
        for value in UInt8(0)..<16 {
            #expect(Hexadecimal.value(Hexadecimal.lower(value)) == value)
            #expect(Hexadecimal.value(Hexadecimal.upper(value)) == value)
        }
    }

    @Test func fourDigitsAreANumber() {
        let bytes = [UInt8]("x00e9g".utf8)
        #expect(Hexadecimal.value(ofFourDigitsIn: bytes, at: 1) == 0xE9)
        #expect(Hexadecimal.value(ofFourDigitsIn: bytes, at: 2) == nil)
        #expect(Hexadecimal.value(ofFourDigitsIn: bytes, at: 3) == nil)
    }
}
