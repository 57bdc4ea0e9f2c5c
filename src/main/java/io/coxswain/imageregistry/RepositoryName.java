package io.coxswain.imageregistry;

import java.util.regex.Pattern;

/**
 * A repository's name, by the rule of the OCI distribution spec. {@code library/x} and {@code x} are one repository,
 * because container runtimes read the unqualified image {@code x:1} as {@code docker.io/library/x:1}.
 */
public record RepositoryName(String value) {
    private static final Pattern RULE =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final String LIBRARY = "library/";

    /** @throws RegistryException {@code NAME_INVALID} */
    public static RepositoryName parse(String text) {
        if (text.length() > 255 || !RULE.matcher(text).matches()) {
            throw new RegistryException(RegistryException.Code.NAME_INVALID, "invalid repository name");
        }
        return new RepositoryName(text.startsWith(LIBRARY) ? text.substring(LIBRARY.length()) : text);
    }

    /** @throws RegistryException {@code MANIFEST_INVALID} if the text cannot be a tag */
    static String checkTag(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw new RegistryException(RegistryException.Code.MANIFEST_INVALID, "invalid tag");
        }
        return tag;
    }

    @Override
    public String toString() {
        return value;
    }
}
