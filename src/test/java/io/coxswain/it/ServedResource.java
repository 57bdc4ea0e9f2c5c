package io.coxswain.it;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A resource as discovery describes it.
 *
 * @param group {@code ""} for the core group
 */
public record ServedResource(
        String group, String version, String kind, String plural, boolean namespaced, Set<String> verbs) {
    /** Everything the server serves, subresources aside. */
    static List<ServedResource> discover(ApiConnection api) {
        List<ServedResource> found = new ArrayList<>(of(api, "/api/v1", "", "v1"));
        for (JsonObject group : api.get("/apis").json().getJsonArray("groups").getValuesAs(JsonObject.class)) {
            for (JsonObject version : group.getJsonArray("versions").getValuesAs(JsonObject.class)) {
                found.addAll(of(
                        api,
                        "/apis/" + version.getString("groupVersion"),
                        group.getString("name"),
                        version.getString("version")));
            }
        }
        return found;
    }

    private static List<ServedResource> of(ApiConnection api, String path, String group, String version) {
        return api.get(path).json().getJsonArray("resources").getValuesAs(JsonObject.class).stream()
                .filter(resource -> !resource.getString("name").contains("/"))
                .map(resource -> new ServedResource(
                        group,
                        version,
                        resource.getString("kind"),
                        resource.getString("name"),
                        resource.getBoolean("namespaced"),
                        resource.getJsonArray("verbs").stream()
                                .map(verb -> ((JsonString) verb).getString())
                                .collect(Collectors.toSet())))
                .toList();
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    boolean isReview() {
        return !verbs.contains("get");
    }

    /** {@code deployments.apps}, as messages name it. */
    String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** A namespace of this resource's own, so that tests of other resources do not disturb it. */
    String namespace() {
        return "contract-" + plural + (group.isEmpty() ? "" : "-" + group.replace('.', '-')) + "-" + version;
    }

    String collection() {
        String root = (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
        return root + (namespaced ? "/namespaces/" + namespace() : "") + "/" + plural;
    }

    String path(String name) {
        return collection() + "/" + named(name);
    }

    /** The name under which the object goes that tests call {@code name}: some kinds say themselves what theirs are called. */
    String named(String name) {
        return switch (kind) {
            case "CustomResourceDefinition" -> name + ".contract.coxswain.io";
            case "APIService" -> "v1." + name + ".coxswain.io";
            case "IPAddress" -> address(name);
            default -> name;
        };
    }

    /** An address of its own for every name, in the order of names that differ in their last character only. */
    private static String address(String name) {
        int last = name.length() - 1;
        int rest = name.substring(0, last).hashCode() & 0x0fff | 0x1000;
        return "fd00::" + Integer.toHexString(rest) + ":" + Integer.toHexString(name.charAt(last));
    }

    private String sampleFile() {
        return apiVersion().replace('/', '.') + "." + kind + ".yaml";
    }

    /** A minimal valid object in YAML. */
    String sample(String name) {
        String file = sampleFile();
        try (InputStream in = ServedResource.class.getResourceAsStream("/samples/" + file)) {
            if (in == null) {
                throw new AssertionError("the server serves " + apiVersion() + " " + kind
                        + ", but there is no sample of it: add src/test/resources/samples/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${name}", named(name))
                    .replace(
                            "${head}",
                            named(name).substring(0, Math.max(0, named(name).indexOf('.'))))
                    .replace("${tail}", named(name).substring(named(name).indexOf('.') + 1))
                    .replace("${namespace}", namespace());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(JsonObject object, String... path) {
        JsonValue value = object;
        for (String step : path) {
            value = value instanceof JsonObject parent ? parent.get(step) : null;
        }
        return value instanceof JsonString string ? string.getString() : value == null ? "" : value.toString();
    }

    @Override
    public String toString() {
        return apiVersion() + " " + kind;
    }
}
