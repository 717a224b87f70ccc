/// The place of an upstream request among those that one operation or fetch takes.
enum UpstreamRequestKind: Sendable {
    /// The first one. Its first attempt has been charged by admission.
    case admitted
    /// A request that an operation under way still needs: a further page, a session token, a check of the
    /// incarnation, an inquiry. Its first attempt is charged into debt and never refused.
    case followUp
}
