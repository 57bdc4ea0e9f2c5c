package io.coxswain.authn.token;

import io.coxswain.bootstrap.config.ApiServerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** The two documents by which others verify our ServiceAccount tokens. Which paths they have and who may read them is the API server's matter. */
@ApplicationScoped
public class OpenIdDiscovery {
    public static final String CONFIGURATION_PATH = "/.well-known/openid-configuration";
    public static final String KEYS_PATH = "/openid/v1/jwks";
    /** The media type of {@link #keys}; the configuration is plain {@code application/json}. */
    public static final String KEYS_TYPE = "application/jwk-set+json";

    private final TokenCodec codec;
    private final String issuer;
    private final String keysUri;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected OpenIdDiscovery() {
        this.codec = null;
        this.issuer = "";
        this.keysUri = "";
    }

    @Inject
    public OpenIdDiscovery(TokenCodec codec, ApiServerConfig config) {
        this.codec = codec;
        this.issuer = config.serviceAccountIssuer();
        this.keysUri = "https://" + config.advertiseAddress() + ":" + config.port() + KEYS_PATH;
    }

    public JsonObject configuration() {
        return Json.createObjectBuilder()
                .add("issuer", issuer)
                .add("jwks_uri", keysUri)
                .add("response_types_supported", Json.createArrayBuilder().add("id_token"))
                .add("subject_types_supported", Json.createArrayBuilder().add("public"))
                .add(
                        "id_token_signing_alg_values_supported",
                        Json.createArrayBuilder().add("ES256"))
                .build();
    }

    public JsonObject keys() {
        JsonObjectBuilder key = Json.createObjectBuilder();
        codec.publicKey().forEach((name, value) -> key.add(name, value.toString()));
        return Json.createObjectBuilder()
                .add("keys", Json.createArrayBuilder().add(key))
                .build();
    }
}
