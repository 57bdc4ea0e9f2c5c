package io.coxswain.imageregistry;

import java.util.Optional;

/**
 * A path below {@code /v2/}, taken apart. Repository names hold slashes, so the last marker word decides.
 *
 * @param reference a digest, tag or upload id; {@code ""} if the path ends at the marker
 */
record RegistryPath(RepositoryName name, Kind kind, String reference) {
    /** What the path names. */
    enum Kind {
        UPLOAD("/blobs/uploads/"),
        BLOB("/blobs/"),
        MANIFEST("/manifests/"),
        REFERRERS("/referrers/"),
        TAGS("/tags/list");

        private final String marker;

        Kind(String marker) {
            this.marker = marker;
        }
    }

    /** @param path what follows {@code /v2/} */
    static Optional<RegistryPath> parse(String path) {
        for (Kind kind : Kind.values()) {
            String candidate = kind == Kind.UPLOAD && path.endsWith("/blobs/uploads") ? path + "/" : path;
            int at = candidate.lastIndexOf(kind.marker);
            if (at > 0) {
                String reference = candidate.substring(at + kind.marker.length());
                boolean whole = kind == Kind.TAGS || kind == Kind.UPLOAD || !reference.isEmpty();
                if (whole && reference.indexOf('/') < 0) {
                    return Optional.of(
                            new RegistryPath(RepositoryName.parse(candidate.substring(0, at)), kind, reference));
                }
            }
        }
        return Optional.empty();
    }
}
