package io.coxswain.authn.token;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authn.token.TokenClaims.ObjectId;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code serviceaccounts/token}: issues a token for an account, bound to a pod, Secret or node if the request names one. */
@ApplicationScoped
public class TokenRequestAction implements Subresource.Action {
    private static final GroupVersionKind KIND = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    private final TokenIssuer issuer;
    private final Provider<ApiClients> clients;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected TokenRequestAction() {
        this.issuer = null;
        this.clients = null;
    }

    @Inject
    public TokenRequestAction(TokenIssuer issuer, Provider<ApiClients> clients) {
        this.issuer = issuer;
        this.clients = clients;
    }

    @Override
    public GroupResource parent() {
        return new GroupResource("", "serviceaccounts");
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public GroupVersionKind kind() {
        return KIND;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("create");
    }

    @Override
    public ApiResponse perform(ApiRequest request, JsonObject parent, JsonObject body) {
        ObjectView account = new ObjectView(parent);
        ObjectView asked = new ObjectView(body);
        if (!asked.name().isEmpty() && !asked.name().equals(account.name())) {
            throw ApiException.badRequest("the name of the object (" + asked.name()
                    + ") does not match the name on the URL (" + account.name() + ")");
        }
        long seconds = asked.number("spec", "expirationSeconds").orElse(DEFAULT_SECONDS);
        validate(account.name(), seconds);
        List<String> audiences = asked.strings("spec", "audiences");
        if (audiences.isEmpty()) {
            audiences = issuer.apiAudiences();
        }
        Binding binding = bind(account, new ObjectView(asked.object("spec", "boundObjectRef")));
        TokenIssuer.Subject subject = new TokenIssuer.Subject(
                account.namespace(),
                new ObjectId(account.name(), account.uid()),
                binding.pod(),
                binding.node(),
                binding.secret());
        List<String> warnings = new ArrayList<>();
        if (seconds > issuer.longest().toSeconds()) {
            warnings.add("requested expiration of " + seconds + " seconds shortened to "
                    + issuer.longest().toSeconds() + " seconds");
        }
        TokenIssuer.Issued issued = issuer.issue(subject, audiences, Duration.ofSeconds(seconds));
        return new ApiResponse.ObjectResponse(
                201, new Answer(answer(account, audiences, seconds, binding.reference(), issued)), warnings);
    }

    private static void validate(String name, long seconds) {
        FieldPath field = FieldPath.of("spec", "expirationSeconds");
        if (seconds < LEAST_SECONDS) {
            throw ApiException.invalid(
                    KIND,
                    name,
                    List.of(FieldError.invalid(field, seconds, "may not specify a duration less than 10 minutes")));
        }
        if (seconds > MOST_SECONDS) {
            throw ApiException.invalid(
                    KIND,
                    name,
                    List.of(FieldError.invalid(field, seconds, "may not specify a duration larger than 2^32 seconds")));
        }
    }

    /** What the token is bound to, and the reference to answer with, its uid filled in. */
    private record Binding(
            Optional<ObjectId> pod,
            Optional<ObjectId> node,
            Optional<ObjectId> secret,
            Optional<JsonObject> reference) {
        static final Binding NONE = new Binding(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Binding bind(ObjectView account, ObjectView reference) {
        if (reference.json().isEmpty()) {
            return Binding.NONE;
        }
        String name = reference.text("name");
        String type = reference.apiVersion() + "/" + reference.kind();
        return switch (type) {
            case "v1/Pod" -> bindPod(account, reference, name);
            case "v1/Node" -> {
                ObjectId node = identify(ResourceTypes.NODES.gvr().groupResource(), reference, node(name));
                yield new Binding(
                        Optional.empty(), Optional.of(node), Optional.empty(), Optional.of(withUid(reference, node)));
            }
            case "v1/Secret" -> {
                HasMetadata found = reader().resource(ResourceTypes.SECRETS)
                        .find(account.namespace(), name)
                        .orElseThrow(() -> ApiException.notFound(new GroupResource("", "secrets"), name));
                ObjectId secret = identify(new GroupResource("", "secrets"), reference, found);
                yield new Binding(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(secret),
                        Optional.of(withUid(reference, secret)));
            }
            default -> throw ApiException.badRequest("cannot bind token to object of type " + reference.gvk());
        };
    }

    private Binding bindPod(ObjectView account, ObjectView reference, String name) {
        GroupResource pods = new GroupResource("", "pods");
        Pod pod = reader().resource(ResourceTypes.PODS)
                .find(account.namespace(), name)
                .orElseThrow(() -> ApiException.notFound(pods, name));
        ObjectId id = identify(pods, reference, pod);
        String podAccount = pod.getSpec().getServiceAccountName();
        if (!account.name().equals(podAccount)) {
            throw ApiException.badRequest("cannot bind token for serviceaccount \"" + account.name()
                    + "\" to pod running with different serviceaccount name.");
        }
        String nodeName = pod.getSpec().getNodeName();
        Optional<ObjectId> node = nodeName == null || nodeName.isEmpty()
                ? Optional.empty()
                : Optional.of(new ObjectId(
                        nodeName,
                        reader().resource(ResourceTypes.NODES)
                                .find("", nodeName)
                                .map(found -> found.getMetadata().getUid())
                                .orElse("")));
        return new Binding(Optional.of(id), node, Optional.empty(), Optional.of(withUid(reference, id)));
    }

    private HasMetadata node(String name) {
        return reader().resource(ResourceTypes.NODES)
                .find("", name)
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "nodes"), name));
    }

    private static ObjectId identify(GroupResource resource, ObjectView reference, HasMetadata found) {
        String uid = found.getMetadata().getUid();
        String wanted = reference.text("uid");
        if (!wanted.isEmpty() && !wanted.equals(uid)) {
            throw ApiException.conflict(
                    resource,
                    reference.text("name"),
                    "the UID in the bound object reference (" + wanted + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        }
        return new ObjectId(found.getMetadata().getName(), uid);
    }

    private static JsonObject withUid(ObjectView reference, ObjectId id) {
        return Json.createObjectBuilder(reference.json()).add("uid", id.uid()).build();
    }

    private static JsonObject answer(
            ObjectView account,
            List<String> audiences,
            long seconds,
            Optional<JsonObject> reference,
            TokenIssuer.Issued issued) {
        JsonObjectBuilder spec = Json.createObjectBuilder()
                .add("audiences", Json.createArrayBuilder(audiences))
                .add("expirationSeconds", seconds);
        reference.ifPresent(value -> spec.add("boundObjectRef", value));
        return Json.createObjectBuilder()
                .add("kind", KIND.kind())
                .add("apiVersion", KIND.apiVersion())
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("name", account.name())
                                .add("namespace", account.namespace())
                                .add("creationTimestamp", issued.issuedAt().toString()))
                .add("spec", spec)
                .add(
                        "status",
                        Json.createObjectBuilder()
                                .add("token", issued.token())
                                .add("expirationTimestamp", issued.expires().toString()))
                .build();
    }

    private io.coxswain.client.ApiClient reader() {
        return clients.get().as(UserInfo.API_SERVER, "token-request");
    }

    /** The answer, which is nowhere stored. */
    private record Answer(JsonObject tree) implements ApiObject {
        @Override
        public byte[] json() {
            return tree.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
