package io.coxswain.console.shell;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.FakeApi;
import io.coxswain.client.InProcessApiClients;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The API server of {@link FakeApi} with rights: access reviews answer as {@link #allow} says, and a request without the
 * right is refused, so that a page that asks for what its user may not have fails its test. Dry runs store nothing; the
 * scale subresource of deployments works.
 */
public final class ConsoleApi implements ApiService {
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    public static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    public final FakeApi fake = new FakeApi(CLOCK);
    public final List<String> done = new ArrayList<>();
    public final List<String> failed = new ArrayList<>();
    /** The specs of SubjectAccessReviews that were asked. */
    public final List<ObjectView> questions = new ArrayList<>();

    private final Map<String, String> parameters = new HashMap<>();
    private Predicate<Attempt> rights = attempt -> true;
    private Predicate<ObjectView> others = spec -> false;

    /** What somebody tries; the resource has its subresource after a slash. */
    public record Attempt(String verb, String resource, String namespace, String name) {}

    public ConsoleApi allow(Predicate<Attempt> allowed) {
        rights = allowed;
        return this;
    }

    /** What SubjectAccessReviews answer. */
    public ConsoleApi allowOthers(Predicate<ObjectView> spec) {
        others = spec;
        return this;
    }

    public ConsoleApi with(String parameter, String value) {
        parameters.put(parameter, value);
        return this;
    }

    public ApiClient client() {
        return new InProcessApiClients(this, Runnable::run).as(UserInfo.of("alice", "dev"), "test");
    }

    /** A new request of the user alice. */
    public ConsoleSession session() {
        VisibleNamespaces namespaces = new VisibleNamespaces(
                () -> fake.list(ResourceTypes.NAMESPACES, "").stream()
                        .map(namespace -> namespace.getMetadata().getName())
                        .toList(),
                () -> 0);
        return new ConsoleSession(
                UserInfo.of("alice", "dev"),
                client(),
                namespaces,
                new Texts(Locale.ENGLISH),
                new Notices() {
                    @Override
                    public void done(String text) {
                        done.add(text);
                    }

                    @Override
                    public void failed(String clientId, String text) {
                        failed.add(text);
                    }
                },
                CLOCK,
                parameters);
    }

    /** Stores objects written as JSON with single quotes; the kind says what they are. */
    public ConsoleApi put(String... objects) {
        for (String text : objects) {
            JsonObject object = json(text);
            fake.put(type(object), object);
        }
        return this;
    }

    public static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    public ObjectView get(ResourceType<JsonObject> type, String namespace, String name) {
        return new ObjectView(fake.get(type, namespace, name));
    }

    private static ResourceType<JsonObject> type(JsonObject object) {
        String kind = new ObjectView(object).kind();
        return FakeApi.SERVED.stream()
                .filter(each -> each.kind().equals(kind))
                .findFirst()
                .map(each -> new ResourceType<>(each.gvr(), each.kind(), each.namespaced(), JsonObject.class))
                .orElseThrow();
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        RequestInfo info = request.info();
        if (!info.isResource()) {
            return fake.handle(request);
        }
        if (info.resource().equals("selfsubjectaccessreviews")) {
            JsonObject review = body(request);
            ObjectView asked = new ObjectView(review);
            return answer(review, rights.test(attempt(asked)));
        }
        Attempt attempt =
                new Attempt(info.verb(), resource(info.resource(), info.subresource()), info.namespace(), info.name());
        if (!rights.test(attempt)) {
            throw ApiException.forbidden(info.groupResource(), info.name(), "User \"alice\" cannot " + attempt);
        }
        if (info.resource().equals("subjectaccessreviews")) {
            ObjectView spec = new ObjectView(new ObjectView(body(request)).object("spec"));
            questions.add(spec);
            return answer(body(request), others.test(spec));
        }
        if (info.subresource().equals("scale")) {
            return scale(request);
        }
        return request.parameter("dryRun").isPresent() ? dryRun(request) : fake.handle(request);
    }

    private static Attempt attempt(ObjectView review) {
        if (!review.object("spec", "nonResourceAttributes").isEmpty()) {
            return new Attempt(
                    review.text("spec", "nonResourceAttributes", "verb"),
                    review.text("spec", "nonResourceAttributes", "path"),
                    "",
                    "");
        }
        return new Attempt(
                review.text("spec", "resourceAttributes", "verb"),
                resource(
                        review.text("spec", "resourceAttributes", "resource"),
                        review.text("spec", "resourceAttributes", "subresource")),
                review.text("spec", "resourceAttributes", "namespace"),
                review.text("spec", "resourceAttributes", "name"));
    }

    private static String resource(String resource, String subresource) {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    private static ApiResponse answer(JsonObject review, boolean allowed) {
        return object(JsonTrees.set(review, JsonTrees.flag(allowed), "status", "allowed"));
    }

    private ApiResponse scale(ApiRequest request) {
        RequestInfo info = request.info();
        JsonObject deployment = fake.get(Resources.DEPLOYMENTS, info.namespace(), info.name());
        long replicas = new ObjectView(deployment).number("spec", "replicas").orElse(1L);
        if (info.verb().equals("update")) {
            replicas = new ObjectView(body(request)).number("spec", "replicas").orElseThrow();
            fake.put(Resources.DEPLOYMENTS, JsonTrees.set(deployment, JsonTrees.number(replicas), "spec", "replicas"));
        }
        return object(json("{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'" + info.name()
                + "'},'spec':{'replicas':" + replicas + "}}"));
    }

    private ApiResponse dryRun(ApiRequest request) {
        RequestInfo info = request.info();
        ResourceType<JsonObject> type = new ResourceType<>(info.gvr(), kind(info), true, JsonObject.class);
        String name = info.name().isEmpty() ? new ObjectView(body(request)).name() : info.name();
        Optional<JsonObject> before = fake.exists(type, info.namespace(), name)
                ? Optional.of(fake.get(type, info.namespace(), name))
                : Optional.empty();
        ApiResponse response = fake.handle(request);
        before.ifPresentOrElse(object -> fake.put(type, object), () -> fake.remove(type, info.namespace(), name));
        return response;
    }

    private static String kind(RequestInfo info) {
        return FakeApi.SERVED.stream()
                .filter(each -> each.gvr().equals(info.gvr()))
                .map(ResourceType::kind)
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject body(ApiRequest request) {
        return ((RequestBody.Tree) request.body()).value().asJsonObject();
    }

    private static ApiResponse object(JsonObject tree) {
        return new ApiResponse.ObjectResponse(200, new TreeObject(tree), List.of());
    }
}
