package io.coxswain.kinds.podspec;

import java.util.regex.Pattern;

/** What the default pull policy depends on: the tag of an image reference. */
final class ImageReference {
    private static final String NAME_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REFERENCE =
            Pattern.compile("(?:[A-Za-z0-9.\\-]+(?::[0-9]+)?/|\\[[0-9a-fA-F:]+](?::[0-9]+)?/)?"
                    + NAME_PART + "(?:/" + NAME_PART + ")*"
                    + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,127}))?"
                    + "(?<digest>@[A-Za-z][A-Za-z0-9]*(?:[\\-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?");
    private static final int MAX_LENGTH = 1024;

    private ImageReference() {}

    /** Whether the reference means the moving tag {@code latest}: it says so, or has neither tag nor digest. */
    static boolean isLatest(String image) {
        if (image.length() > MAX_LENGTH) {
            return false;
        }
        var matcher = REFERENCE.matcher(image);
        if (!matcher.matches()) {
            return false;
        }
        String tag = matcher.group("tag");
        return tag == null ? matcher.group("digest") == null : tag.equals("latest");
    }
}
