package io.coxswain.codec.bench;

import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.Parsed;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.patch.StrategicMergePatch;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * What coding a pod of some 4 KB costs, beside the JSON library's own reader. Run its {@code main}; not part of the
 * test run.
 */
public final class CodecBenchmark {
    private static final int ROUNDS = 20_000;

    private CodecBenchmark() {}

    public static void main(String[] args) {
        byte[] json = pod();
        JsonObject tree = JsonCodec.parseObject(json);
        TypeSchema type =
                SchemaCatalog.builtIn().byKind(GroupVersionKind.of("v1", "Pod")).orElseThrow();
        byte[] protobuf = ProtobufCodec.builtIn().encode(tree);
        JsonObject patch = JsonCodec.parseObject(
                "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c1\",\"image\":\"x\"}]}}"
                        .getBytes(StandardCharsets.UTF_8));
        System.out.printf("a pod of %d bytes of JSON, %d of protobuf%n", json.length, protobuf.length);
        double library = measure("read JSON with the library", 0, () -> {
            try (JsonReader reader = Json.createReader(new ByteArrayInputStream(json))) {
                return reader.readObject();
            }
        });
        measure("read JSON", library, () -> JsonCodec.parse(json));
        measure("write JSON", library, () -> JsonCodec.encodeAroundResourceVersion(tree));
        measure("check against the schema", library, () -> TypedDecoding.decode(tree, type));
        measure("read protobuf", library, () -> ProtobufCodec.builtIn().decode(protobuf));
        measure("write protobuf", library, () -> ProtobufCodec.builtIn().encode(tree));
        measure("strategic merge patch", library, () -> StrategicMergePatch.apply(tree, patch, type));
    }

    private static double measure(String what, double library, Supplier<Object> work) {
        long sink = 0;
        double best = Double.MAX_VALUE;
        for (int pass = 0; pass < 5; pass++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                Object made = work.get();
                sink += made instanceof Parsed parsed ? parsed.duplicates().size() : 1;
            }
            best = Math.min(best, (System.nanoTime() - start) / 1000.0 / ROUNDS);
        }
        System.out.printf(
                "%-30s %6.1f µs%s%n",
                what, best, library == 0 || sink == 0 ? "" : String.format("  x%.2f", best / library));
        return best;
    }

    private static byte[] pod() {
        StringBuilder containers = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            containers
                    .append(i == 0 ? "" : ",")
                    .append("{\"name\":\"c")
                    .append(i)
                    .append("\",\"image\":\"registry.example.com/team/application:1.18.")
                    .append(i)
                    .append("\",\"args\":[\"--port=8080\",\"--log=json\"],\"env\":[{\"name\":\"A\",\"value\":\"one\"},")
                    .append("{\"name\":\"B\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}],")
                    .append(
                            "\"resources\":{\"limits\":{\"cpu\":\"500m\",\"memory\":\"64Mi\"},\"requests\":{\"cpu\":\"100m\",\"memory\":\"32Mi\"}},")
                    .append(
                            "\"ports\":[{\"containerPort\":8080,\"protocol\":\"TCP\"}],\"imagePullPolicy\":\"IfNotPresent\",")
                    .append(
                            "\"livenessProbe\":{\"httpGet\":{\"path\":\"/healthz\",\"port\":8080},\"periodSeconds\":10,\"failureThreshold\":3},")
                    .append(
                            "\"volumeMounts\":[{\"name\":\"data\",\"mountPath\":\"/data\"}],\"terminationMessagePath\":\"/dev/termination-log\"}");
        }
        return ("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-7d4b9c\",\"namespace\":\"default\",\"labels\":{\"app\":\"web\",\"tier\":\"front\"},"
                        + "\"uid\":\"0d6f7c5e-1111-4222-8333-444455556666\",\"creationTimestamp\":\"2024-01-01T00:00:00Z\"},\"spec\":{\"containers\":["
                        + containers
                        + "],\"volumes\":[{\"name\":\"data\",\"emptyDir\":{}}],\"restartPolicy\":\"Always\",\"nodeName\":\"node-1\"},"
                        + "\"status\":{\"phase\":\"Running\",\"podIP\":\"10.244.0.7\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"2024-01-01T00:00:10Z\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
