package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectCodecTest {
    @Test
    void roundTripsWhatTheModelDoesNotKnow() {
        JsonObject tree = ObjectCodec.tree(bytes("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\","
                + "\"labels\":{\"x\":\"1\"}},\"spec\":{\"fieldOfTheFuture\":{\"deep\":[1,2.5,true,null]},"
                + "\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"100m\"}},"
                + "\"ports\":[{\"containerPort\":80}],\"livenessProbe\":{\"httpGet\":{\"port\":\"http\"}}}]}}"));
        assertThat(ObjectCodec.tree(ObjectCodec.read(tree, Pod.class))).isEqualTo(tree);
    }

    @Test
    void keepsModelsSmall() {
        byte[] json = bytes(
                "{\"metadata\":{\"name\":\"a\",\"labels\":{\"app\":\"web-1\"},\"managedFields\":[{\"manager\":\"m\","
                        + "\"fieldsV1\":{\"f:spec\":{}}}]},\"spec\":{\"nodeName\":\"node-1\",\"fieldOfTheFuture\":1}}");
        Pod pod = ObjectCodec.read(json, Pod.class);
        assertThat(pod.getMetadata().getManagedFields()).isEmpty();
        assertThat(pod.getMetadata().getAdditionalProperties()).isSameAs(Map.of());
        assertThat(pod.getSpec().getAdditionalProperties()).containsEntry("fieldOfTheFuture", 1);
        Pod again = ObjectCodec.read(json, Pod.class);
        assertThat(again.getSpec().getNodeName()).isSameAs(pod.getSpec().getNodeName());
        assertThat(again.getMetadata().getLabels().get("app"))
                .isSameAs(pod.getMetadata().getLabels().get("app"));
        assertThat(again).isEqualTo(pod);
    }

    @Test
    void aCopyTakesFieldsThatItsModelDoesNotKnow() {
        Pod pod = ObjectCodec.read(bytes("{\"metadata\":{\"name\":\"a\"}}"), Pod.class);
        Pod copy = new PodBuilder(pod).build();
        copy.setAdditionalProperty("fieldOfTheFuture", 1);
        assertThat(ObjectCodec.tree(copy)).containsKey("fieldOfTheFuture");
    }

    @Test
    void keepsTheMicrosecondsOfALease() {
        String json = "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"a\"},"
                + "\"spec\":{\"renewTime\":\"2026-01-02T03:04:05.000600Z\"}}";
        Lease lease = ObjectCodec.read(bytes(json), Lease.class);
        assertThat(ObjectCodec.tree(lease).toString()).contains("2026-01-02T03:04:05.000600Z");
    }

    @Test
    void summarisesAnyObject() {
        ObjectSummary summary = ObjectCodec.read(
                bytes("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"uid\":\"u\",\"managedFields\":[{}],"
                        + "\"ownerReferences\":[{\"uid\":\"o\",\"blockOwnerDeletion\":true}]},\"spec\":{\"x\":1}}"),
                ObjectSummary.class);
        assertThat(summary.metadata().name()).isEqualTo("a");
        assertThat(summary.metadata().namespace()).isEmpty();
        assertThat(summary.metadata().ownerReferences().get(0).getBlockOwnerDeletion())
                .isTrue();
    }

    @Test
    void reportsWhatDoesNotFit() {
        assertThatThrownBy(() -> ObjectCodec.read(bytes("{\"spec\":[]}"), Pod.class))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> ObjectCodec.tree(bytes("[1"))).isInstanceOf(ApiException.class);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
