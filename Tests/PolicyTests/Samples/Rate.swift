import Policy
import Testing

func rate(_ perSecond: Int64, burst: Int64) throws -> Rate {
    try #require(Rate(perSecond: perSecond, burst: burst))
}
