import Emulator
import Foundation
import Gateway

/// The text that `serve --demo` prints, with commands to try.
struct DemoBanner {
    let gateway: Int
    let admin: Int
    let emulator: Emulator

    func show() {
        let path = "identitypools/\(DemoData.pool)/identities/\(DemoData.identity)/datasets"
        let base = "http://127.0.0.1:\(gateway)/\(path)"
        print(
            """

            syncgate listens on http://127.0.0.1:\(gateway) in front of an emulated Cognito Sync.
            Metrics and status: http://127.0.0.1:\(admin)/

            The first time a miss, then a hit (look at Cache-Status and Age):
              curl -i '\(base)/\(DemoData.dataset)/records'

            Hammered beyond 20 forwarded requests a second for one identity, 429:
              curl -s -o /dev/null -w '%{http_code}\\n' '\(base)/none[1-100]' | sort | uniq -c

            With boto3:
              \(python) -c "import boto3, botocore; print(boto3.client('cognito-sync', region_name='us-east-1', \
            endpoint_url='http://127.0.0.1:\(gateway)', config=botocore.config.Config(signature_version=botocore.UNSIGNED))\
            .list_records(IdentityPoolId='\(DemoData.pool)', IdentityId='\(DemoData.identity)', DatasetName='\(DemoData.dataset)'))"

            Ctrl-C ends it.

            """
        )
        flushStandardOutput()
    }

    /// The interpreter with boto3 that `make run` installed, if there is one; otherwise `python3`.
    private var python: String {
        let made = FileManager.default.currentDirectoryPath + "/.venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: made) ? made : "python3"
    }
}
