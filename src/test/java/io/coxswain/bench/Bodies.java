package io.coxswain.bench;

import java.nio.charset.StandardCharsets;

/** The objects that are written. */
final class Bodies {
    static final String JSON = "application/json";
    static final String MERGE = "application/merge-patch+json";

    private Bodies() {}

    interface Body {
        byte[] of(int number);
    }

    static byte[] namespace(String name) {
        return bytes("{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    /** @param size of its one value */
    static byte[] configMap(String name, int size) {
        return configMap(name, "k", "v".repeat(size));
    }

    /** Holds the time at which it was written, see {@link Watcher}. */
    static byte[] timed(String name) {
        return configMap(name, "t", String.valueOf(System.nanoTime()));
    }

    /** A merge patch. */
    static byte[] change() {
        return bytes("{\"data\":{\"t\":\"" + System.nanoTime() + "\"}}");
    }

    private static byte[] configMap(String name, String key, String value) {
        return bytes("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"" + key + "\":\"" + value + "\"}}");
    }

    /** About 3.4 kB with what a server adds: ten annotations, two init containers, two containers. Not to be scheduled. */
    static byte[] pod(int number) {
        StringBuilder text = new StringBuilder(3_000);
        text.append("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"pod-")
                .append(number)
                .append("\",\"labels\":{\"app\":\"exemplar\"},\"annotations\":{");
        for (int i = 0; i < 10; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("\"example.com/annotation-")
                    .append(i)
                    .append("\":\"")
                    .append("value-".repeat(6))
                    .append('"');
        }
        text.append(
                "}},\"spec\":{\"schedulerName\":\"none\",\"automountServiceAccountToken\":false,\"initContainers\":[");
        container(text, "first").append(',');
        container(text, "second").append("],\"containers\":[");
        container(text, "main").append(',');
        container(text, "side").append("]}}");
        return bytes(text.toString());
    }

    private static StringBuilder container(StringBuilder text, String name) {
        return text.append("{\"name\":\"")
                .append(name)
                .append("\",\"image\":\"registry.example.com/exemplar:1.0\",")
                .append("\"command\":[\"/bin/server\",\"--listen=0.0.0.0:8080\"],\"env\":[")
                .append("{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"2\"}],")
                .append("\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"},")
                .append("\"limits\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"}}}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
