package io.coxswain.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Collects texts for {@code Warning} headers, each once, within upstream's bounds for one answer. Not thread-safe. */
final class Warnings implements Consumer<String> {
    private static final int MAX_BYTES_EACH = 256;
    private static final int MAX_BYTES_TOTAL = 4096;

    private final Set<String> texts = new LinkedHashSet<>();
    private int total;

    @Override
    public void accept(String text) {
        String clean = shorten(text.replaceAll("[\\x00-\\x1f\\x7f]", " "));
        int length = clean.getBytes(StandardCharsets.UTF_8).length;
        if (!clean.isBlank() && total + length <= MAX_BYTES_TOTAL && texts.add(clean)) {
            total += length;
        }
    }

    List<String> list() {
        return List.copyOf(texts);
    }

    private String shorten(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Upstream keeps long texts whole until the sum of all grows too large.
        if (bytes.length <= MAX_BYTES_EACH || total + bytes.length <= MAX_BYTES_TOTAL) {
            return text;
        }
        return text.substring(0, Math.min(text.length(), MAX_BYTES_EACH));
    }
}
