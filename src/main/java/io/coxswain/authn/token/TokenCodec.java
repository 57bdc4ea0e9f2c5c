package io.coxswain.authn.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.coxswain.apiserver.authn.TokenAuthenticator.InvalidTokenException;
import io.coxswain.authn.token.TokenClaims.ObjectId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/** Turns claims into signed tokens and back. Knows nothing of clocks or objects. Thread-safe. */
@ApplicationScoped
public class TokenCodec {
    /** Longer than any token of ours: a client cannot make us parse more. */
    private static final int MAX_LENGTH = 16 * 1024;

    private static final String PRIVATE_CLAIM = "kubernetes.io";

    private final SigningKeys keys;

    /** For CDI's proxy. */
    protected TokenCodec() {
        this(() -> {
            throw new IllegalStateException("a proxy has no keys");
        });
    }

    @Inject
    public TokenCodec(SigningKeys keys) {
        this.keys = keys;
    }

    /** The compact form of a JWT signed with ES256. */
    public String encode(TokenClaims claims) {
        KeyPair pair = keys.current();
        JWTClaimsSet set = new JWTClaimsSet.Builder()
                .audience(claims.audiences())
                .expirationTime(Date.from(claims.expires()))
                .issueTime(Date.from(claims.issuedAt()))
                .notBeforeTime(Date.from(claims.notBefore()))
                .issuer(claims.issuer())
                .jwtID(claims.id())
                .subject(claims.userName())
                .claim(PRIVATE_CLAIM, claims.privateClaim())
                .build();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(keyId(pair))
                .type(JOSEObjectType.JWT)
                .build();
        SignedJWT token = new SignedJWT(header, set);
        try {
            token.sign(new ECDSASigner((ECPrivateKey) pair.getPrivate()));
        } catch (JOSEException e) {
            throw new IllegalStateException("the ServiceAccount token key cannot sign", e);
        }
        return token.serialize();
    }

    /**
     * The claims of a token that we signed for this issuer.
     *
     * @return empty if it is no JWT of this issuer, so that another authenticator may know it
     * @throws InvalidTokenException if it claims to be ours and is forged or malformed
     */
    public Optional<TokenClaims> decode(String text, String issuer) {
        if (text.length() > MAX_LENGTH || text.chars().filter(c -> c == '.').count() != 2) {
            return Optional.empty();
        }
        SignedJWT token;
        JWTClaimsSet set;
        try {
            token = SignedJWT.parse(text);
            set = token.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException noJwt) {
            return Optional.empty();
        }
        if (set == null || !issuer.equals(set.getIssuer())) {
            return Optional.empty();
        }
        verify(token);
        return Optional.of(claims(set));
    }

    private void verify(SignedJWT token) {
        try {
            // Only ES256 is ever accepted: neither "none" nor an HMAC with the public key gets through.
            if (!JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
                    || !token.verify(
                            new ECDSAVerifier((ECPublicKey) keys.current().getPublic()))) {
                throw new InvalidTokenException("invalid signature");
            }
        } catch (JOSEException e) {
            throw new InvalidTokenException("invalid signature");
        }
    }

    private static TokenClaims claims(JWTClaimsSet set) {
        try {
            Map<String, Object> own = set.getJSONObjectClaim(PRIVATE_CLAIM);
            if (own == null || !(own.get("namespace") instanceof String namespace) || set.getExpirationTime() == null) {
                throw new InvalidTokenException("service account token claims could not be parsed");
            }
            ObjectId account = objectId(own, "serviceaccount")
                    .orElseThrow(() -> new InvalidTokenException("service account token claims could not be parsed"));
            return new TokenClaims(
                    Optional.ofNullable(set.getJWTID()).orElse(""),
                    set.getIssuer(),
                    set.getAudience(),
                    namespace,
                    account,
                    objectId(own, "pod"),
                    objectId(own, "node"),
                    objectId(own, "secret"),
                    instant(set.getIssueTime()),
                    instant(set.getNotBeforeTime()),
                    set.getExpirationTime().toInstant());
        } catch (ParseException e) {
            throw new InvalidTokenException("service account token claims could not be parsed");
        }
    }

    private static Instant instant(@org.jspecify.annotations.Nullable Date date) {
        return date == null ? Instant.EPOCH : date.toInstant();
    }

    private static Optional<ObjectId> objectId(Map<String, Object> own, String key) {
        if (own.get(key) instanceof Map<?, ?> claim && claim.get("name") instanceof String name) {
            return Optional.of(new ObjectId(name, claim.get("uid") instanceof String uid ? uid : ""));
        }
        return Optional.empty();
    }

    /** The public key as a JSON Web Key. */
    Map<String, Object> publicKey() {
        KeyPair pair = keys.current();
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                .keyID(keyId(pair))
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .build()
                .toJSONObject();
    }

    /** As upstream: the hash of the public key's DER form. */
    private static String keyId(KeyPair pair) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
