import Serving
import TestSupport

extension OpenSSL {
    /// Returns the files of a listener.
    ///
    /// - Parameter clients: True to require client certificates.
    func files(clients: Bool) -> TLSFiles {
        TLSFiles(
            certificateFile: path("server.pem"),
            keyFile: path("server.key"),
            clientCAFile: clients ? path("ca.pem") : nil
        )
    }
}
