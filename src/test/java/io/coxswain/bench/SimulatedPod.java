package io.coxswain.bench;

import java.nio.charset.StandardCharsets;

/** A small pod that goes to simulated nodes. */
final class SimulatedPod {
    /** Of its name; its number follows. */
    static final String PREFIX = "p-";

    private SimulatedPod() {}

    static byte[] body(int number) {
        return ("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + PREFIX + number + "\"},\"spec\":"
                        + spec() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static String spec() {
        return "{\"automountServiceAccountToken\":false,\"terminationGracePeriodSeconds\":1,"
                + "\"tolerations\":[{\"key\":\"simulated.coxswain.io/node\",\"operator\":\"Exists\"}],"
                + "\"containers\":[{\"name\":\"main\",\"image\":\"main:1\","
                + "\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"}}}]}";
    }
}
