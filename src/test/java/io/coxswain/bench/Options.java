package io.coxswain.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The command line: {@code --name value} pairs, then cases.
 *
 * @param cases in lower case, as given; none means all
 */
record Options(Map<String, String> values, List<String> cases) {
    static Options of(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                cases.add(arguments[i].toLowerCase(Locale.ROOT));
            } else if (i + 1 < arguments.length) {
                values.put(arguments[i].substring(2), arguments[++i]);
            } else {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
        }
        return new Options(Map.copyOf(values), List.copyOf(cases));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    double number(String name, double otherwise) {
        return values.containsKey(name) ? Double.parseDouble(values.get(name)) : otherwise;
    }

    Optional<Path> path(String name) {
        return Optional.ofNullable(values.get(name)).map(Path::of);
    }

    Path kubeconfig() {
        return path("kubeconfig")
                .or(() -> Optional.ofNullable(System.getenv("KUBECONFIG")).map(Path::of))
                .orElseThrow(() -> new IllegalArgumentException("--kubeconfig or KUBECONFIG must name a file"));
    }

    boolean postgresql() {
        return text("database", "").equals("postgresql");
    }
}
