import HTTPTypes
import Messages
import SigV4
import Testing
import Upstream

@testable import CredentialSources

struct SecurityTokenServiceTests {
    private static let arn = "arn:aws:iam::123456789012:role/a"
    private let role = AssumedRole(arn: arn, externalID: "x/y", sessionName: "syncgate-a", duration: 900)
    private let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("hush"))

    @Test
    func aRoleIsAssumedWithASignedForm() async throws {
        let service = PlayedService((200, PlayedService.credentials("AssumeRole")))
        let credentials = try await service.services().sts().assumeRole(role, with: keys)
        #expect(credentials.accessKeyID == "ASIA")
        #expect(credentials.secretAccessKey.text == "secret")
        #expect(credentials.sessionToken?.text == "token+/=")
        #expect(credentials.expiration == 1_440_941_760)
        let request = try #require(service.requests.first)
        #expect(request.origin.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(
            service.bodies == [
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa"
                    + "&RoleSessionName=syncgate-a&DurationSeconds=900&ExternalId=x%2Fy"
            ]
        )
        let fields = request.request.head.headerFields
        #expect(fields[.contentType] == "application/x-www-form-urlencoded")
        let authorization = try #require(fields[.authorization])
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/sts/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date, Signature="
            )
        )
    }

    @Test
    func aWebIdentityIsNotSigned() async throws {
        let service = PlayedService((200, PlayedService.credentials("AssumeRoleWithWebIdentity")))
        _ = try await service.services(region: "cn-north-1").sts()
            .assumeRole(AssumedRole(arn: Self.arn, sessionName: "s1"), withWebIdentity: Secret("a.b-c_"))
        let request = try #require(service.requests.first)
        #expect(request.origin.url == "https://sts.cn-north-1.amazonaws.com.cn/")
        #expect(request.request.head.headerFields[.authorization] == nil)
        #expect(service.bodies.first?.hasSuffix("&RoleSessionName=s1&WebIdentityToken=a.b-c_") == true)
    }

    @Test(arguments: [
        (503, "", 3), (500, PlayedService.error("InternalFailure"), 3), (429, "", 3),
        (400, PlayedService.error("Throttling"), 3), (400, PlayedService.error("IDPCommunicationError"), 3),
        (400, PlayedService.error("InvalidIdentityToken"), 3), (403, PlayedService.error("AccessDenied"), 1),
        (400, PlayedService.error("ExpiredTokenException"), 1), (400, "not xml", 1), (302, "", 1),
    ])
    func onlyWhatMayPassIsTriedAgain(_ status: Int, _ body: String, _ attempts: Int) async throws {
        let service = PlayedService((status, body))
        let fault = try await #require(throws: SecurityTokenService.Fault.self) {
            try await service.services().sts().assumeRole(role, with: keys)
        }
        #expect(service.requests.count == attempts)
        #expect(
            fault.text.hasPrefix(
                "asked https://sts.eu-west-1.amazonaws.com/ for AssumeRole of '\(Self.arn)', got status \(status)"
            )
        )
        #expect(!fault.text.contains("hush"))
    }

    @Test
    func anAttemptAfterAFailureSucceeds() async throws {
        let failure = UpstreamError(.timedOut, phase: .sent, detail: "timeout was reached")
        let success = Response(
            head: HTTPResponse(status: .ok),
            body: Array(PlayedService.credentials("AssumeRole").utf8)
        )
        let service = PlayedService([.failure(failure), .failure(failure), .success(success)])
        #expect(try await service.services().sts().assumeRole(role, with: keys).accessKeyID == "ASIA")
        let silent = PlayedService([.failure(failure)])
        await #expect(
            throws: SecurityTokenService.Fault(
                text:
                    "asked https://sts.eu-west-1.amazonaws.com/ for AssumeRole of '\(Self.arn)', got no response: "
                    + "timeout was reached; check the way to this endpoint"
            )
        ) {
            try await silent.services().sts().assumeRole(role, with: keys)
        }
        #expect(silent.requests.count == 3)
    }

    @Test(arguments: [
        ("<!DOCTYPE a [<!ENTITY b 'hush'>]><a>&b;</a>", "the response has a document type"),
        (String(repeating: "<a>", count: 99), "the response is nested deeper than 16 levels"),
        ("<html>hush</html>", "the response has no credentials"),
        (PlayedService.credentials("AssumeRoleWithWebIdentity"), "the response has no credentials"),
        (PlayedService.credentials("AssumeRole", id: ""), "the response lacks AccessKeyId"),
        (
            PlayedService.credentials("AssumeRole", id: "a&#10;b"),
            "characters in AccessKeyId that no header may have"
        ),
    ])
    func aStrangeSuccessIsAnErrorWithoutItsBody(_ body: String, _ words: String) async throws {
        let service = PlayedService((200, body))
        let fault = try await #require(throws: SecurityTokenService.Fault.self) {
            try await service.services().sts().assumeRole(role, with: keys)
        }
        #expect(fault.text.contains(words), "\(fault.text)")
        #expect(!fault.text.contains("hush"))
        #expect(service.requests.count == 1)
    }

    @Test(arguments: [
        (
            "us-east-1", "sts.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com",
            "sts.us-east-1.api.aws"
        ),
        (
            "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "sts.us-gov-west-1.amazonaws.com",
            "sts.us-gov-west-1.api.aws"
        ),
        (
            "us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov", "sts-fips.us-isob-east-1.sc2s.sgov.gov",
            "sts.us-isob-east-1.api.aws.scloud"
        ),
        (
            "eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu", "sts-fips.eusc-de-east-1.amazonaws.eu",
            "sts.eusc-de-east-1.api.amazonwebservices.eu"
        ),
    ])
    func theEndpointIsThatOfRegionAndPartition(
        _ region: String,
        _ usual: String,
        _ fips: String,
        _ dual: String
    ) {
        #expect(EndpointVariant().securityTokenService(region: region)?.host == usual)
        #expect(EndpointVariant(isFIPS: true).securityTokenService(region: region)?.host == fips)
        #expect(EndpointVariant(isDualStack: true).securityTokenService(region: region)?.host == dual)
    }

    @Test(arguments: ["", "a.b", "us-east-1/", "us east"])
    func aRegionThatIsNoneGetsNoRequest(_ region: String) async throws {
        let service = PlayedService((200, ""))
        await #expect(throws: SecurityTokenService.Fault.self) {
            try await service.services(region: region).sts().assumeRole(role, with: keys)
        }
        #expect(service.requests.isEmpty)
    }

    @Test
    func theSessionNameOfTheProcessIsOneThatSTSTakes() {
        #expect(
            AssumedRole.sessionName(host: "ip-10-0-0-1.ec2.internal") == "syncgate-ip-10-0-0-1.ec2.internal"
        )
        #expect(AssumedRole.sessionName(host: "") == "syncgate")
        let long = AssumedRole.sessionName(host: String(repeating: "é/a", count: 100))
        #expect(AssumedRole.isSessionName(long))
        #expect(long.utf8.count == 64)
    }
}
