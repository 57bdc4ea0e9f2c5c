package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.RequestMutator.Request;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Thousands of requests that are almost right: whatever a client sends, the fault is the client's and the server says so. */
@ExtendWith(ArquillianExtension.class)
class HostileInputIT {
    private static final long SEED = 20_260_101;
    private static final int REQUESTS = 4_000;
    /** A slow machine does what it can. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Sent however slow the machine is. */
    private static final int FEWEST = 300;

    private static final String NAMESPACE = "hostile";

    private final ApiConnection api = ApiConnection.admin();

    @Test
    void nothingAClientSendsIsTheServersFault() throws IOException {
        assertThat(api.post("/api/v1/namespaces", """
            {"kind":"Namespace","apiVersion":"v1","metadata":{"name":"%s"}}\
            """.formatted(NAMESPACE)).status())
                .isEqualTo(201);
        RequestMutator mutator = new RequestMutator(SEED, seeds());
        SSLContext context = ApiConnection.context(ApiConnection.adminKeys());
        List<String> faults = new ArrayList<>();
        Map<Integer, Integer> codes = new TreeMap<>();
        long end = System.nanoTime() + LIMIT.toNanos();
        RawConnection connection = new RawConnection(context);
        int sent = 0;
        try {
            for (; sent < REQUESTS && (sent < FEWEST || System.nanoTime() < end) && faults.size() < 10; sent++) {
                Request request = mutator.next();
                RawConnection.Reply reply;
                try {
                    reply = connection.exchange(request.bytes());
                } catch (EOFException e) {
                    // Liberty hangs up on what is no HTTP at all.
                    codes.merge(0, 1, Integer::sum);
                    connection.close();
                    connection = new RawConnection(context);
                    continue;
                }
                codes.merge(reply.status(), 1, Integer::sum);
                if (isFault(reply)) {
                    faults.add("request " + sent + " -> " + reply.status() + " " + reply.body() + "\n" + request);
                }
                if (!reply.reusable()) {
                    connection.close();
                    connection = new RawConnection(context);
                }
            }
        } finally {
            connection.close();
        }
        assertThat(faults).as("answers by code: %s", codes).isEmpty();
        System.out.println(sent + " hostile requests, answers by code: " + codes);
        assertThat(codes).as("some are refused, some are still right").containsKeys(200, 201, 400, 422);
        assertThat(ApiConnection.anonymous().get("/readyz").body()).isEqualTo("ok");
        api.delete("/api/v1/namespaces/" + NAMESPACE);
    }

    /** A revision that is not reached yet, and a proxy that leads nowhere, are answered so by Kubernetes, too. */
    private static boolean isFault(RawConnection.Reply reply) {
        boolean early = reply.status() == 504 && reply.body().contains("Too large resource version");
        boolean unreachable = reply.status() == 503
                && Stream.of(
                                "no endpoints available for service",
                                "no service port",
                                "error trying to reach service",
                                "no preferred addresses found",
                                "serves no kubelet endpoint")
                        .anyMatch(reply.body()::contains);
        return reply.status() >= 500 && !early && !unreachable;
    }

    /** Valid requests: what the generator breaks. */
    private List<Request> seeds() {
        List<Request> seeds = new ArrayList<>();
        for (ServedResource resource : ServedResource.discover(api)) {
            if (!resource.verbs().contains("create")) {
                continue; // nobody makes objects of a kind that the server computes
            }
            String collection = resource.collection().replace(resource.namespace(), NAMESPACE);
            boolean ours = resource.namespaced();
            byte[] yaml = resource.sample("hostile")
                    .replace(resource.namespace(), NAMESPACE)
                    .getBytes(StandardCharsets.UTF_8);
            // What lies outside of the namespace would stay, so it is only tried.
            seeds.add(new Request("POST", collection, ours ? "" : "?dryRun=All", type(ApiConnection.YAML), yaml));
            if (resource.isReview()) {
                continue;
            }
            if (ours) {
                byte[] json = json(resource, yaml);
                seeds.add(new Request("POST", collection, "", type(ApiConnection.JSON), json));
                seeds.add(new Request("PUT", collection + "/hostile", "", type(ApiConnection.JSON), json));
                seeds.add(new Request("PATCH", collection + "/hostile", "", type(ApiConnection.STRATEGIC), json));
                seeds.add(new Request("PATCH", collection + "/hostile", "", type(ApiConnection.MERGE), json));
                seeds.add(new Request(
                        "PATCH",
                        collection + "/hostile",
                        "",
                        type(ApiConnection.JSON_PATCH),
                        "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]"
                                .getBytes(StandardCharsets.UTF_8)));
                seeds.add(new Request(
                        "DELETE",
                        collection + "/hostile",
                        "",
                        type(ApiConnection.JSON),
                        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0}"
                                .getBytes(StandardCharsets.UTF_8)));
            }
            seeds.add(new Request("GET", collection, "?limit=2", Map.of("Accept", ApiConnection.TABLE), new byte[0]));
            seeds.add(new Request("GET", collection + "/hostile", "", Map.of(), new byte[0]));
        }
        for (String path :
                new String[] {"/api", "/apis", "/openapi/v3", "/openapi/v2", "/readyz", "/version", "/metrics"}) {
            seeds.add(new Request("GET", path, "", Map.of(), new byte[0]));
        }
        byte[] protobuf =
                "k8s\0\n\017\n\002v1\022\tConfigMap\022\020\n\016\n\007hostile\022\000\032\000\"\000\032\000\"\000"
                        .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 10; i++) {
            seeds.add(new Request(
                    "POST",
                    "/api/v1/namespaces/" + NAMESPACE + "/configmaps",
                    "",
                    type("application/vnd.kubernetes.protobuf"),
                    protobuf));
        }
        return seeds;
    }

    /** The sample as the server reads it. */
    private byte[] json(ServedResource resource, byte[] yaml) {
        String collection = resource.collection().replace(resource.namespace(), NAMESPACE);
        ApiConnection.Answer answer = api.send("POST", collection + "?dryRun=All", yaml, type(ApiConnection.YAML));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.body().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> type(String contentType) {
        return Map.of("Content-Type", contentType);
    }
}
