import ArgumentParser
import Foundation
import HTTPTypes

extension InstanceOptions {
    /// Sends one request, prints the outcome, and ends with the exit code of the outcome.
    ///
    /// - Parameter print: Prints a success for people.
    func perform(
        _ method: HTTPRequest.Method,
        _ target: String,
        patience: Double = 5,
        needsToken: Bool = true,
        print show: (InstanceResponse) -> Void
    ) async throws {
        let instance = try instance(patience: patience, needsToken: needsToken)
        let response: InstanceResponse
        do {
            response = try await instance.send(method, target)
        } catch let error as InstanceUnreachable {
            if json {
                print(try JSONText.render(["error": "\(error)"]))
            } else {
                StandardError.write("\(error)")
            }
            throw ExitStatus.unreachable
        }
        if json {
            print(try response.json())
        } else if response.isSuccess {
            show(response)
        } else {
            for reason in response.reasons { StandardError.write(reason) }
        }
        if !response.isSuccess { throw ExitStatus.failed }
    }
}

extension InstanceResponse {
    /// The body, if it is JSON; otherwise an object with its lines.
    fileprivate func json() throws -> String {
        guard members.isEmpty else { return text.trimmingCharacters(in: .newlines) }
        let lines = text.split(separator: "\n").map(String.init)
        return try JSONText.render(TextReport(status: status, lines: lines))
    }
}

/// A response in plain text, as JSON.
private struct TextReport: Encodable {
    var status: Int
    var lines: [String]
}
