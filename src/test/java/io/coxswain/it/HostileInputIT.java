package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.HostileClients.Reply;
import io.coxswain.it.RequestMutator.Request;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Twenty thousand requests that are almost right: whatever a client sends, the fault is the client's and the server says so,
 * nothing that was refused has changed anything, and the server keeps nothing of it in memory.
 */
@ExtendWith(ArquillianExtension.class)
class HostileInputIT {
    private static final long SEED = 20_260_101;
    private static final int TRIED = 13_000;
    private static final int REAL = 7_000;
    private static final int TOKENS = 1_000;
    /** Over HTTP/1.1 each refusal costs a TLS handshake. */
    private static final int IMPOLITE = 600;

    private static final int THREADS = 8;
    private static final int MOST_GROWTH = 64 << 20;
    private static final String METADATA =
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

    private final ApiConnection api = ApiConnection.admin();
    private final List<ServedResource> resources = ServedResource.discover(api);
    private final HostileClients clients = new HostileClients();
    private final Map<Integer, Integer> codes = new ConcurrentSkipListMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    /** The numbers of the requests that were not refused. */
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger impolite = new AtomicInteger();

    @Test
    void nothingAClientSendsIsTheServersFault() throws IOException, InterruptedException {
        assertThat(api.post("/api/v1/namespaces", """
                {"kind":"Namespace","apiVersion":"v1","metadata":{"name":"%s"}}""".formatted(HostileSeeds.NAMESPACE))
                        .status())
                .isEqualTo(201);
        HostileSeeds seeds = new HostileSeeds(api, resources);
        seeds.createTargets();
        RequestMutator tried = new RequestMutator(SEED, seeds.tried());
        RequestMutator real = new RequestMutator(SEED, seeds.real());
        sendAll(500, tried); // fills the caches
        long heap = heapAfterCollection();

        Map<String, String> before = settled();
        sendAll(TRIED, tried);
        assertThat(versions()).as("a dry run changes nothing").isEqualTo(before);

        sendTokens();
        assertThat(versions()).as("a stranger changes nothing").isEqualTo(before);

        for (int part = 0; part < 7; part++) {
            sendAll(REAL / 7, real);
            assertThat(writers())
                    .as("requests that changed objects are among those that were not refused")
                    .isSubsetOf(accepted);
        }

        assertThat(faults).as("answers by code: %s", codes).isEmpty();
        assertThat(codes).as("some are refused, some are still right").containsKeys(200, 201, 400, 401, 409, 413, 422);
        assertThat(numbers.get()).isGreaterThanOrEqualTo(20_000);
        assertThat(ApiConnection.anonymous().get("/readyz").body()).isEqualTo("ok");
        assertThat(heapAfterCollection()).as("bytes of heap in use").isLessThan(heap + MOST_GROWTH);
        api.delete("/api/v1/namespaces/" + HostileSeeds.NAMESPACE);
    }

    private void sendAll(int count, RequestMutator mutator) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int i = 0; i < THREADS; i++) {
            threads.execute(() -> {
                while (left.getAndDecrement() > 0 && faults.size() < 10) {
                    Request request;
                    synchronized (mutator) {
                        request = mutator.next();
                    }
                    sendOne(request);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
    }

    private void sendOne(Request request) {
        int number = numbers.incrementAndGet();
        try {
            var polite = HostileClients.polite(request, "hostile-" + number + "/1");
            Reply reply;
            if (polite != null) {
                reply = clients.send(number, polite);
            } else if (impolite.incrementAndGet() <= IMPOLITE) {
                reply = clients.sendRaw(request);
            } else {
                numbers.decrementAndGet();
                return;
            }
            count(number, request.toString(), reply);
        } catch (IOException e) {
            faults.add("request " + number + " -> " + e + "\n" + request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(int number, String request, Reply reply) {
        codes.merge(reply.status(), 1, Integer::sum);
        if (reply.status() < 400) {
            accepted.add(number);
        }
        if (isFault(reply)) {
            faults.add("request " + number + " -> " + reply.status() + " " + reply.body() + "\n" + request);
        }
    }

    /** A revision that is not reached yet, and a proxy that leads nowhere, are answered so by Kubernetes, too. */
    private static boolean isFault(Reply reply) {
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

    /** Tokens that are almost right, of a ServiceAccount that may do everything. */
    private void sendTokens() throws IOException, InterruptedException {
        JsonObject issued = api.post(
                        "/api/v1/namespaces/" + HostileSeeds.NAMESPACE + "/serviceaccounts/default/token",
                        "{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{}}")
                .json();
        String token = issued.getJsonObject("status").getString("token");
        Random random = new Random(SEED);
        String path = "/api/v1/namespaces/" + HostileSeeds.NAMESPACE + "/configmaps";
        for (int i = 0; i < TOKENS; i++) {
            StringBuilder broken = new StringBuilder(token);
            int at = random.nextInt(token.length());
            switch (random.nextInt(4)) {
                case 0 -> broken.setLength(at);
                case 1 -> broken.setCharAt(at, "AZaz09-_.=!".charAt(random.nextInt(11)));
                case 2 -> broken.insert(at, '.');
                default -> broken.append(token, 0, at);
            }
            Request request = new Request(
                    "POST",
                    path,
                    "",
                    Map.of("Content-Type", ApiConnection.JSON, "Authorization", "Bearer " + broken),
                    "{\"metadata\":{\"generateName\":\"stranger-\"}}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            int number = numbers.incrementAndGet();
            var polite = HostileClients.polite(request, "hostile-" + number + "/1");
            if (polite != null) {
                count(number, request.toString(), clients.sendAsStranger(polite));
            }
        }
    }

    /** What the controllers make of the new objects takes a moment. */
    private Map<String, String> settled() {
        List<Map<String, String>> dumps = new ArrayList<>(List.of(Map.of()));
        await("the controllers are done")
                .atMost(Duration.ofSeconds(90))
                .pollDelay(Duration.ofSeconds(2))
                .until(() -> {
                    dumps.add(versions());
                    return dumps.get(dumps.size() - 1).equals(dumps.get(dumps.size() - 2));
                });
        return dumps.get(dumps.size() - 1);
    }

    /** The resourceVersion of every object outside of what other tests leave behind and what the server writes of itself. */
    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        for (ServedResource resource : resources) {
            for (JsonObject metadata : metadata(resource)) {
                String namespace = metadata.getString("namespace", "");
                String name = metadata.getString("name");
                boolean own = namespace.equals(HostileSeeds.NAMESPACE)
                        || namespace.isEmpty() && !resource.kind().equals("Namespace")
                        || name.equals(HostileSeeds.NAMESPACE);
                boolean told = resource.kind().equals("Event") && !name.equals("hostile");
                if (own && !told) {
                    versions.put(resource + " " + namespace + "/" + name, metadata.getString("resourceVersion", ""));
                }
            }
        }
        assertThat(versions).hasSizeGreaterThan(50);
        return versions;
    }

    /** The numbers of the requests that wrote what there is now, by what the server noted of the writers. */
    private Set<Integer> writers() {
        Set<Integer> writers = ConcurrentHashMap.newKeySet();
        Pattern manager = Pattern.compile("\"manager\":\"hostile-(\\d+)\"");
        for (ServedResource resource : resources) {
            for (JsonObject metadata : metadata(resource)) {
                Matcher matcher = manager.matcher(metadata.getOrDefault("managedFields", JsonValue.EMPTY_JSON_ARRAY)
                        .toString());
                while (matcher.find()) {
                    writers.add(Integer.valueOf(matcher.group(1)));
                }
            }
        }
        assertThat(writers).isNotEmpty();
        return writers;
    }

    private List<JsonObject> metadata(ServedResource resource) {
        if (!resource.verbs().contains("list")) {
            return List.of();
        }
        String path = resource.collection().replace("/namespaces/" + resource.namespace(), "");
        return api.get(path, METADATA).json().getJsonArray("items").getValuesAs(JsonObject.class).stream()
                .map(item -> item.getJsonObject("metadata"))
                .toList();
    }

    private long heapAfterCollection() throws IOException {
        TestServer.run(
                Duration.ofMinutes(1),
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                Long.toString(pid()),
                "GC.run");
        return api.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"}"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no jvm_memory_used_bytes in /metrics"));
    }

    private static long pid() throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                Path commandLine = process.resolve("cmdline");
                if (Files.isReadable(commandLine)) {
                    String command =
                            new String(Files.readAllBytes(commandLine), java.nio.charset.StandardCharsets.UTF_8);
                    if (command.contains("ws-server.jar")
                            && command.contains(TestServer.get().name())) {
                        return Long.parseLong(process.getFileName().toString());
                    }
                }
            }
        }
        throw new AssertionError("no process of " + TestServer.get().name());
    }
}
