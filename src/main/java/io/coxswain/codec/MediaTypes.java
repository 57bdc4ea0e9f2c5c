package io.coxswain.codec;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.patch.PatchType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Content negotiation, by upstream's rules and with its messages. */
public final class MediaTypes {
    public static final String JSON = "application/json";
    public static final String YAML = "application/yaml";
    public static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    /** Clauses of an Accept header that are looked at; honest clients send three. */
    private static final int MAX_CLAUSES = 50;

    private MediaTypes() {}

    /** An encoding of objects. */
    public enum Format {
        JSON(MediaTypes.JSON),
        YAML(MediaTypes.YAML),
        PROTOBUF(MediaTypes.PROTOBUF);

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /** What the client wants instead of the object itself. */
    public enum Transform {
        NONE,
        TABLE,
        PARTIAL_OBJECT_METADATA,
        PARTIAL_OBJECT_METADATA_LIST
    }

    /**
     * The outcome of negotiation.
     *
     * @param transformVersion {@code v1} or {@code v1beta1} of {@code meta.k8s.io}; {@code ""} without a transform
     * @param pretty whether the client asked for an indented form
     */
    public record Accepted(Format format, Transform transform, String transformVersion, boolean pretty) {}

    private record Clause(String type, String subtype, double quality, Map<String, String> parameters) {
        /** Wildcards come after what is named. */
        int vagueness() {
            return type.equals("*") ? 2 : subtype.equals("*") ? 1 : 0;
        }
    }

    /**
     * Chooses the form of a response.
     *
     * @param header the {@code Accept} header; {@code ""} if there is none
     * @param supported the formats that the endpoint can write; JSON always belongs to them
     * @param transforms whether the endpoint can make tables and partial metadata
     * @throws ApiException 406 if nothing fits
     */
    public static Accepted accept(String header, Set<Format> supported, boolean transforms) {
        return find(header, supported, transforms)
                .orElseThrow(() -> ApiException.notAcceptable(
                        "only the following media types are accepted: " + names(supported, "")));
    }

    /**
     * Chooses the form of a watch: YAML has no frames.
     *
     * @param protobuf whether the objects have a protobuf form
     * @throws ApiException 406 if nothing fits
     */
    public static Accepted acceptWatch(String header, boolean protobuf) {
        Set<Format> framed = protobuf ? EnumSet.of(Format.JSON, Format.PROTOBUF) : EnumSet.of(Format.JSON);
        return find(header, framed, true)
                .orElseThrow(() -> ApiException.notAcceptable(
                        "only the following media types are accepted: " + names(framed, ";stream=watch")));
    }

    /**
     * The version of the aggregated discovery documents, if the client would rather have them than any other.
     *
     * @param versions those that can be written
     */
    public static Optional<String> aggregatedDiscovery(String header, List<String> versions) {
        for (Clause clause : clauses(header)) {
            if (!fits(clause, JSON)) {
                continue;
            }
            String version = clause.parameters.getOrDefault("v", "");
            if (clause.parameters.getOrDefault("as", "").isEmpty()) {
                return Optional.empty();
            }
            if ("APIGroupDiscoveryList".equals(clause.parameters.get("as"))
                    && "apidiscovery.k8s.io".equals(clause.parameters.get("g"))
                    && versions.contains(version)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    private static Optional<Accepted> find(String header, Set<Format> supported, boolean transforms) {
        if (header.isBlank()) {
            return Optional.of(new Accepted(Format.JSON, Transform.NONE, "", false));
        }
        for (Clause clause : clauses(header)) {
            for (Format format : Format.values()) {
                if (supported.contains(format) && fits(clause, format.mediaType)) {
                    Accepted accepted = options(clause, format, transforms);
                    if (accepted != null) {
                        return Optional.of(accepted);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The format of a request's body.
     *
     * @param header the {@code Content-Type} header; {@code ""} means JSON, as upstream
     * @throws ApiException 415 if no decoder knows it
     */
    public static Format contentType(String header) {
        String type = withoutParameters(header);
        if (type.isEmpty()) {
            return Format.JSON;
        }
        for (Format format : Format.values()) {
            if (format.mediaType.equals(type)) {
                return format;
            }
        }
        throw unsupported(names(Set.of(Format.values()), ""));
    }

    /**
     * The format of a patch.
     *
     * @param allowed the formats that the resource takes; custom resources take no strategic merge patch
     * @throws ApiException 415 if it is none of them
     */
    public static PatchType patchType(String header, Set<PatchType> allowed) {
        String type = withoutParameters(header);
        for (PatchType patch : PatchType.values()) {
            if (patch.mediaType().equals(type) && allowed.contains(patch)) {
                return patch;
            }
        }
        List<String> names = new ArrayList<>();
        for (PatchType patch : PatchType.values()) {
            if (allowed.contains(patch)) {
                names.add(patch.mediaType());
            }
        }
        throw unsupported(String.join(", ", names));
    }

    /** Whether a patch is a configuration to apply, which is no change of the object as the other patches are. */
    public static boolean isApply(String header) {
        return withoutParameters(header).equals(PatchType.APPLY.mediaType());
    }

    private static ApiException unsupported(String accepted) {
        return ApiException.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: " + accepted);
    }

    private static String names(Set<Format> formats, String parameters) {
        List<String> names = new ArrayList<>();
        for (Format format : Format.values()) {
            if (formats.contains(format)) {
                names.add(format.mediaType + parameters);
            }
        }
        return String.join(", ", names);
    }

    private static String withoutParameters(String header) {
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean fits(Clause clause, String mediaType) {
        return clause.type.equals("*") && clause.subtype.equals("*")
                || clause.type.equals("application")
                        && (clause.subtype.equals("*") || mediaType.equals("application/" + clause.subtype));
    }

    private static @Nullable Accepted options(Clause clause, Format format, boolean transforms) {
        Map<String, String> parameters = clause.parameters;
        String stream = parameters.getOrDefault("stream", "");
        if (!stream.isEmpty() && (!stream.equals("watch") || format == Format.YAML)
                || !parameters.getOrDefault("sv", "").isEmpty()) {
            return null;
        }
        boolean pretty = "1".equals(parameters.get("pretty"));
        String as = parameters.getOrDefault("as", "");
        String group = parameters.getOrDefault("g", "");
        String version = parameters.getOrDefault("v", "");
        if (as.isEmpty() && group.isEmpty() && version.isEmpty()) {
            return new Accepted(format, Transform.NONE, "", pretty);
        }
        boolean known = group.equals("meta.k8s.io") && (version.equals("v1") || version.equals("v1beta1"));
        if (!known || !transforms) {
            return null;
        }
        return switch (as) {
            case "Table" -> format == Format.PROTOBUF ? null : new Accepted(format, Transform.TABLE, version, pretty);
            case "PartialObjectMetadata" -> new Accepted(format, Transform.PARTIAL_OBJECT_METADATA, version, pretty);
            case "PartialObjectMetadataList" ->
                new Accepted(format, Transform.PARTIAL_OBJECT_METADATA_LIST, version, pretty);
            default -> null;
        };
    }

    /** The clauses, best first: by quality, then the named before the wildcards, then as they stand. */
    private static List<Clause> clauses(String header) {
        List<Clause> clauses = new ArrayList<>();
        int start = 0;
        while (start <= header.length() && clauses.size() < MAX_CLAUSES) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            Clause clause = clause(header.substring(start, end));
            if (clause != null) {
                clauses.add(clause);
            }
            start = end + 1;
        }
        clauses.sort(
                Comparator.comparingDouble((Clause clause) -> -clause.quality).thenComparingInt(Clause::vagueness));
        return clauses;
    }

    private static @Nullable Clause clause(String text) {
        String[] parts = text.split(";", -1);
        String[] type = parts[0].strip().toLowerCase(Locale.ROOT).split("/", 2);
        if (type[0].isEmpty()) {
            return null;
        }
        if (type.length == 1 && !type[0].equals("*")) {
            return null;
        }
        double quality = 1;
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = parts[i].substring(0, equals).strip();
            String value = parts[i].substring(equals + 1).strip();
            if (name.equals("q")) {
                quality = quality(value);
            } else {
                parameters.put(name, value);
            }
        }
        return new Clause(type[0], type.length == 1 ? "*" : type[1].strip(), quality, parameters);
    }

    private static double quality(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? value : 1;
        } catch (NumberFormatException e) {
            // Upstream's parser takes a broken weight for the full one.
            return 1;
        }
    }
}
