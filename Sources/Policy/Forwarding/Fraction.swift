/// Returns a part of an interval, from 0 up to the whole, by 64 random bits.
func fraction(of interval: Int64, by random: UInt64) -> Int64 {
    Int64(UInt64(max(0, interval)).multipliedFullWidth(by: random).high)
}
