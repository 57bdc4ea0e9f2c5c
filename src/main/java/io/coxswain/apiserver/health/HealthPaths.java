package io.coxswain.apiserver.health;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Serves the three health paths, with {@code ?verbose}, {@code ?exclude=} and one path for each check. */
@ApplicationScoped
public class HealthPaths implements PathHandler {
    private static final Set<String> ROOTS = Set.of("healthz", "livez", "readyz");
    private static final System.Logger LOG = System.getLogger(HealthPaths.class.getName());

    /** Says that requests are answered at all. */
    private static final ServerCheck PING = new ServerCheck() {
        @Override
        public String name() {
            return "ping";
        }

        @Override
        public boolean isVital() {
            return true;
        }

        @Override
        public Optional<String> fault() {
            return Optional.empty();
        }
    };

    private List<ServerCheck> checks = List.of();

    protected HealthPaths() {}

    @Inject
    public HealthPaths(@Any Instance<ServerCheck> checks) {
        this(checks.stream().toList());
    }

    public HealthPaths(Collection<? extends ServerCheck> checks) {
        this.checks = Stream.concat(Stream.of(PING), checks.stream().sorted(Comparator.comparing(ServerCheck::name)))
                .toList();
    }

    @Override
    public boolean serves(String path) {
        return ROOTS.contains(root(path));
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        String path = request.info().path();
        String root = root(path);
        List<ServerCheck> relevant = checks.stream()
                .filter(check -> root.equals("readyz") || check.isVital())
                .toList();
        String one = path.substring(root.length() + 1).replaceAll("^/+|/+$", "");
        if (!one.isEmpty()) {
            ServerCheck check = relevant.stream()
                    .filter(candidate -> candidate.name().equals(one))
                    .findFirst()
                    .orElseThrow(ApiException::pathNotFound);
            return check.fault()
                    .map(fault -> text(500, "internal server error: " + fault))
                    .orElseGet(() -> text(200, "ok"));
        }
        return all(request, root, relevant);
    }

    private static ApiResponse all(ApiRequest request, String root, List<ServerCheck> checks) {
        Set<String> excluded = new HashSet<>(request.query().getOrDefault("exclude", List.of()));
        StringBuilder report = new StringBuilder();
        boolean failed = false;
        for (ServerCheck check : checks) {
            if (excluded.remove(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            Optional<String> fault = check.fault();
            if (fault.isPresent()) {
                failed = true;
                LOG.log(System.Logger.Level.WARNING, "{0} check {1} failed: {2}", root, check.name(), fault.get());
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            } else {
                report.append("[+]").append(check.name()).append(" ok\n");
            }
        }
        if (!excluded.isEmpty()) {
            report.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(excluded.stream()
                            .sorted()
                            .map(name -> '"' + name + '"')
                            .toList())
                    .append('\n');
        }
        if (failed) {
            return text(500, report.append(root).append(" check failed\n").toString());
        }
        boolean verbose = request.query().containsKey("verbose");
        return text(200, verbose ? report.append(root).append(" check passed\n").toString() : "ok");
    }

    private static String root(String path) {
        int end = path.indexOf('/', 1);
        return path.isEmpty() ? "" : path.substring(1, end < 0 ? path.length() : end);
    }

    private static ApiResponse text(int code, String text) {
        return new RawResponse(
                code,
                "text/plain; charset=utf-8",
                text.getBytes(StandardCharsets.UTF_8),
                Map.of("X-Content-Type-Options", "nosniff"),
                List.of());
    }
}
