/// The form of a request, in which the caller expects the response too.
package enum RequestForm: Sendable, Equatable {
    /// Method, path and query of the API model.
    case rest
    /// `POST /` with `X-Amz-Target` and all parameters in one JSON object.
    case target
    /// `POST /` with operation, service and input in one JSON object; the response is wrapped likewise.
    case envelope
}

/// A request that passed every check.
package struct DecodedRequest: Sendable, Equatable {
    package let operation: Operation
    package let form: RequestForm

    package init(operation: Operation, form: RequestForm) {
        self.operation = operation
        self.form = form
    }
}
