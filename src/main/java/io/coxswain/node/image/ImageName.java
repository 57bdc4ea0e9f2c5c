package io.coxswain.node.image;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to an image in the notation of docker and OCI: {@code [registry/]repository[:tag][@digest]}.
 *
 * @param registry host and port; docker.io where the name has none
 * @param repository path below the registry; single names of docker.io are below {@code library/}
 * @param tag empty if the name has a digest and no tag
 * @param digest e.g. {@code sha256:…}, or empty
 */
public record ImageName(String registry, String repository, String tag, String digest) {

    private static final Pattern REGISTRY = Pattern.compile(
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
                    + "(?::[0-9]{1,5})?|\\[[0-9a-fA-F:]+\\](?::[0-9]{1,5})?");
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(PART + "(?:/" + PART + ")*");
    private static final Pattern TAG = Pattern.compile("[\\w][\\w.-]{0,127}");
    private static final Pattern DIGEST =
            Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}");
    private static final int MAX_REPOSITORY = 255;

    /** Empty if the text is no valid reference. */
    public static Optional<ImageName> parse(String text) {
        if (text.isEmpty() || text.length() > 1024 || !text.equals(text.strip())) {
            return Optional.empty();
        }
        String rest = text;
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            if (!DIGEST.matcher(digest).matches()) {
                return Optional.empty();
            }
        }
        String tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!TAG.matcher(tag).matches()) {
                return Optional.empty();
            }
        }
        String registry = "docker.io";
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            registry = first.equals("index.docker.io") ? "docker.io" : first;
            rest = rest.substring(slash + 1);
        }
        if (registry.equals("docker.io") && !rest.contains("/")) {
            rest = "library/" + rest;
        }
        if (!REGISTRY.matcher(registry).matches()
                || rest.length() > MAX_REPOSITORY
                || !REPOSITORY.matcher(rest).matches()) {
            return Optional.empty();
        }
        return Optional.of(new ImageName(registry, rest, tag.isEmpty() && digest.isEmpty() ? "latest" : tag, digest));
    }

    /** The policy for a container that names none: Always for the tag latest. */
    public String defaultPullPolicy() {
        return tag.equals("latest") ? "Always" : "IfNotPresent";
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
