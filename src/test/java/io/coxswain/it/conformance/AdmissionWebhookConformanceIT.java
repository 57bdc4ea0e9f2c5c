package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The objects that ask for webhooks; none of them is called here. */
class AdmissionWebhookConformanceIT extends ConformanceSuite {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final String API = "/apis/" + GROUP + "/v1";

    @Test
    @DisplayName("api-machinery | Admission webhook | include webhook resources in discovery documents")
    void discovery() {
        JsonObject group = read("/apis").getJsonArray("groups").getValuesAs(JsonObject.class).stream()
                .filter(each -> text(each, "name").equals(GROUP))
                .findFirst()
                .orElseThrow();
        for (JsonObject document : new JsonObject[] {group, read("/apis/" + GROUP)}) {
            assertThat(document.getJsonArray("versions").getValuesAs(JsonObject.class))
                    .extracting(version -> text(version, "groupVersion"))
                    .contains(GROUP + "/v1");
        }
        assertThat(read(API).getJsonArray("resources").getValuesAs(JsonObject.class))
                .extracting(resource -> text(resource, "name") + " " + text(resource, "kind"))
                .contains(
                        "mutatingwebhookconfigurations MutatingWebhookConfiguration",
                        "validatingwebhookconfigurations ValidatingWebhookConfiguration");
    }

    @Test
    @DisplayName("api-machinery | Admission webhook | create and update validating webhook match conditions")
    void validating() {
        matchConditions("ValidatingWebhookConfiguration");
    }

    @Test
    @DisplayName("api-machinery | Admission webhook | create and update mutating webhook match conditions")
    void mutating() {
        matchConditions("MutatingWebhookConfiguration");
    }

    private void matchConditions(String kind) {
        String collection = API + "/" + kind.toLowerCase(java.util.Locale.ROOT) + "s";
        String initial = "[{\"name\":\"expression-1\",\"expression\":\"object.metadata.namespace == 'production'\"}]";
        // It is about a label that no object has.
        JsonObject created = create(collection, """
                {"apiVersion":"%s/v1","kind":"%s","metadata":{"generateName":"conformance-"},"webhooks":[{
                  "name":"deny-unwanted.conformance.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                  "clientConfig":{"service":{"namespace":"conformance-none","name":"none","path":"/always-deny"}},
                  "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"]}],
                  "objectSelector":{"matchLabels":{"conformance-webhook":"never"}},
                  "matchConditions":%s}]}""".formatted(GROUP, kind, initial));
        String path = collection + "/" + text(created, "metadata", "name");
        afterwards(path);
        assertThat(conditions(read(path))).isEqualTo(json(initial));
        String updated = "[{\"name\":\"expression-1\",\"expression\":\"object.metadata.namespace == 'production'\"},"
                + "{\"name\":\"expression-2\",\"expression\":\"object.metadata.namespace == 'staging'\"}]";
        update(path, now -> with(now, withConditions(now, updated), "webhooks"));
        assertThat(conditions(read(path))).isEqualTo(json(updated));
    }

    private static JsonValue conditions(JsonObject configuration) {
        return configuration.getJsonArray("webhooks").getJsonObject(0).getJsonArray("matchConditions");
    }

    private static JsonValue withConditions(JsonObject configuration, String conditions) {
        return jakarta.json.Json.createArrayBuilder()
                .add(with(configuration.getJsonArray("webhooks").getJsonObject(0), json(conditions), "matchConditions"))
                .build();
    }
}
