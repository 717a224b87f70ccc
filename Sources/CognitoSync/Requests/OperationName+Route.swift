extension OperationName {
    /// The path template of the REST form, such as `/identitypools/{IdentityPoolId}/events`.
    package var route: String { Route.of(self).template }
}
