import SigV4

/// The way from a profile to credentials: where they begin, and the roles to assume one after the other.
struct ProfilePlan: Equatable {
    /// The beginning of a chain.
    enum Base: Equatable {
        case keys(Credentials)
        /// A source outside of the files: `credential_source`.
        case named(NamedSource)
        case webIdentity(WebIdentity)
        case singleSignOn(SingleSignOn)
        /// The command line of a `credential_process`.
        case process(String)

        /// Whether these are the credentials of a role, so that a role assumed with them is a chained one.
        var isRole: Bool {
            switch self {
            case .keys, .process: false
            case .named(let source): source != .environment
            case .webIdentity, .singleSignOn: true
            }
        }
    }

    /// The values of `credential_source`.
    enum NamedSource: String, Equatable {
        case environment = "Environment"
        case container = "EcsContainer"
        case instance = "Ec2InstanceMetadata"
    }

    /// A role and the profile that names it.
    struct Step: Equatable {
        var profile: String
        var role: AssumedRole
    }

    /// The profile that the base is of.
    var profile: String
    var base: Base
    /// The roles in the order of their use.
    var steps: [Step] = []
}
