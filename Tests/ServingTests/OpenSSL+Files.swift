import Serving
import TestSupport

extension OpenSSL {
    func files(clients: Bool) -> TLSFiles {
        TLSFiles(
            certificateFile: path("server.pem"),
            keyFile: path("server.key"),
            clientCAFile: clients ? path("ca.pem") : nil
        )
    }
}
