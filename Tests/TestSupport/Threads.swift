import Glibc

/// The start of a thread for a closure.
enum Threads {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        // Retained here once, and released once: by the thread, or below if there is no thread.
        let user = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
        var thread = pthread_t()
        guard unsafe pthread_create(&thread, nil, main, user) == 0 else {
            return unsafe Unmanaged<Start>.fromOpaque(user).release()
        }
        pthread_detach(thread)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { user in
        guard let user = unsafe user else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(user).takeRetainedValue().body()
        return nil
    }
}
