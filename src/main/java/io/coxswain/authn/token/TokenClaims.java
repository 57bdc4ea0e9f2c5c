package io.coxswain.authn.token;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a ServiceAccount token says.
 *
 * @param id the {@code jti}, for audit
 * @param pod the pod it is bound to
 * @param node the node of that pod, or the node it is bound to if there is no pod
 * @param secret the Secret it is bound to
 */
public record TokenClaims(
        String id,
        String issuer,
        List<String> audiences,
        String namespace,
        ObjectId serviceAccount,
        Optional<ObjectId> pod,
        Optional<ObjectId> node,
        Optional<ObjectId> secret,
        Instant issuedAt,
        Instant notBefore,
        Instant expires) {

    /** A name and the uid of the object that had it. */
    public record ObjectId(String name, String uid) {
        Map<String, Object> toClaim() {
            Map<String, Object> claim = new LinkedHashMap<>();
            claim.put("name", name);
            if (!uid.isEmpty()) {
                claim.put("uid", uid);
            }
            return claim;
        }
    }

    public TokenClaims {
        audiences = List.copyOf(audiences);
    }

    /** The user name that goes with the account. */
    public String userName() {
        return "system:serviceaccount:" + namespace + ":" + serviceAccount.name();
    }

    /** The private claim {@code kubernetes.io}. */
    Map<String, Object> privateClaim() {
        Map<String, Object> claim = new LinkedHashMap<>();
        claim.put("namespace", namespace);
        node.ifPresent(id -> claim.put("node", id.toClaim()));
        pod.ifPresent(id -> claim.put("pod", id.toClaim()));
        secret.ifPresent(id -> claim.put("secret", id.toClaim()));
        claim.put("serviceaccount", serviceAccount.toClaim());
        return claim;
    }
}
