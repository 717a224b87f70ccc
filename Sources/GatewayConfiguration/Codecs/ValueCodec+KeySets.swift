internal import Messages
internal import Serving

extension ValueCodec where Value == Configuration.KeySetSource {
    /// A codec of the places of an issuer's keys.
    static var keySet: Self {
        mapping(
            "the place of keys",
            form:
                "{ url: https://HOST/PATH } or { file: /PATH }, perhaps with refresh, cooldown, ca_file, token_file",
            members: [
                ("url", .optional(ValueCodec<String>.keySetURL.schema)), ("file", .optional(.text)),
                ("refresh", .optional(.duration)), ("cooldown", .optional(.duration)),
                ("ca_file", .optional(.text)), ("token_file", .optional(.text)),
            ],
            required: 0,
            read: { reader in
                var source = Configuration.KeySetSource()
                source.url = reader.optional("url", .keySetURL)
                source.file = reader.optional("file", .file)
                source.refresh = reader.optional("refresh", refresh, else: source.refresh)
                source.cooldown = reader.optional("cooldown", cooldown, else: source.cooldown)
                source.caFile = reader.optional("ca_file", .file)
                source.tokenFile = reader.optional("token_file", .file)
                guard source.file != nil else { return source }
                if source.url != nil {
                    reader.refuse("has a url and a file", write: "one of them")
                }
                if source.caFile != nil || source.tokenFile != nil {
                    reader.refuse("has a file, and nothing is fetched", write: "no ca_file and no token_file")
                }
                return source
            },
            show: { source in
                let texts = [
                    ("url", source.url), ("file", source.file), ("ca_file", source.caFile),
                    ("token_file", source.tokenFile),
                ]
                return texts.compactMap { name, text in text.map { (name, YAMLText.scalar($0)) } }
                    + [
                        ("refresh", refresh.show(source.refresh)),
                        ("cooldown", cooldown.show(source.cooldown)),
                    ]
            }
        )
    }

    private static var refresh: ValueCodec<Duration> {
        .duration(Configuration.Bound.minute...Configuration.Bound.hour)
    }

    private static var cooldown: ValueCodec<Duration> {
        .duration(Configuration.Bound.second...Configuration.Bound.hour)
    }
}

extension ValueCodec where Value == String {
    /// A codec of the URLs of key sets.
    fileprivate static var keySetURL: Self {
        text("a URL of keys", form: WebURL.form, where: { WebURL($0) != nil })
            .refusing(WebURL.refusal)
            .allowing(WebURL.form, .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^?#@ ]+$"))
    }

    /// A codec of issuers, which are compared with a claim byte by byte, and name the place of discovery.
    static var issuerURL: Self {
        text("the URL of an issuer", form: WebURL.form, where: { WebURL($0)?.isIssuer == true })
            .refusing { text in
                if let refusal = WebURL.refusal(text) { return refusal }
                let form = "https://cognito-idp.REGION.amazonaws.com/POOL, without a slash at the end"
                return ValueRefusal("is not the issuer of a user pool", allowed: form)
            }
            .allowing(
                "\(WebURL.form), as the claim iss has it",
                .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^?#@ ]+$")
            )
    }
}

extension Configuration.TokenIssuer {
    /// Whether the issuer is a user pool of Cognito.
    package var isOfUserPool: Bool { WebURL(issuer)?.isOfUserPool ?? false }
}
