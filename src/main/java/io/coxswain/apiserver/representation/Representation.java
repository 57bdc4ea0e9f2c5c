package io.coxswain.apiserver.representation;

import io.coxswain.meta.ApiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How an answer is written.
 *
 * @param form plain, as a table, or metadata only
 * @param metaVersion the version of {@code meta.k8s.io} for tables and metadata
 * @param encoding the bytes' format
 */
public record Representation(Form form, String metaVersion, Encoding encoding) {
    public static final Representation PLAIN = new Representation(Form.OBJECT, "v1", Encoding.JSON);

    private static final int MAX_CLAUSES = 64;
    private static final String ACCEPTED = "application/json, application/yaml";

    /** What of an object is shown. */
    public enum Form {
        OBJECT,
        TABLE,
        PARTIAL_METADATA
    }

    /** The bytes' format. */
    public enum Encoding {
        JSON("application/json"),
        YAML("application/yaml");

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    private record Clause(String type, Map<String, String> parameters, double quality) {}

    /**
     * The best representation that the client accepts.
     *
     * @param tables whether the resource can be shown as a table
     * @throws ApiException 406 if there is none
     */
    public static Representation choose(String accept, boolean tables) {
        if (accept.isBlank()) {
            return PLAIN;
        }
        for (Clause clause : parse(accept)) {
            Optional<Representation> match = match(clause, tables);
            if (match.isPresent()) {
                return match.get();
            }
        }
        throw ApiException.notAcceptable("only the following media types are accepted: " + ACCEPTED);
    }

    private static Optional<Representation> match(Clause clause, boolean tables) {
        Encoding encoding = switch (clause.type()) {
            case "application/json", "application/*", "*/*" -> Encoding.JSON;
            case "application/yaml" -> Encoding.YAML;
            default -> null;
        };
        if (encoding == null) {
            return Optional.empty();
        }
        String as = clause.parameters().getOrDefault("as", "");
        if (as.isEmpty()) {
            return Optional.of(new Representation(Form.OBJECT, "v1", encoding));
        }
        String version = clause.parameters().getOrDefault("v", "");
        boolean known = clause.parameters().getOrDefault("g", "").equals("meta.k8s.io")
                && (version.equals("v1") || version.equals("v1beta1"));
        if (!known) {
            return Optional.empty();
        }
        return switch (as) {
            case "Table" -> tables ? Optional.of(new Representation(Form.TABLE, version, encoding)) : Optional.empty();
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                Optional.of(new Representation(Form.PARTIAL_METADATA, version, encoding));
            default -> Optional.empty();
        };
    }

    /** The clauses, the most wanted first. */
    private static List<Clause> parse(String accept) {
        List<Clause> clauses = new ArrayList<>();
        for (String text : accept.split(",", MAX_CLAUSES)) {
            String[] parts = text.split(";", MAX_CLAUSES);
            Map<String, String> parameters = new HashMap<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            parts[i].substring(0, equals).trim().toLowerCase(Locale.ROOT),
                            parts[i].substring(equals + 1).trim());
                }
            }
            double quality = quality(parameters.get("q"));
            if (quality > 0) {
                clauses.add(new Clause(parts[0].trim().toLowerCase(Locale.ROOT), parameters, quality));
            }
        }
        clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
        return clauses;
    }

    private static double quality(@org.jspecify.annotations.Nullable String text) {
        if (text == null) {
            return 1;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
