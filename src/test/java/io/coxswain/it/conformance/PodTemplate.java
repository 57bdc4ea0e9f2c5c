package io.coxswain.it.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * A pod template in YAML's flow style, for the nodes of {@link SimulatedNodeSuite}. The parts are the insides of mappings:
 * {@code app: web}.
 *
 * @param script settings of simulated nodes, without their prefix and with a comma and a space between them: {@code run-time: 1s}
 * @param spec what else the pod's spec has
 * @param container what else its container has
 */
record PodTemplate(String labels, String script, String image, String spec, String container) {
    static PodTemplate of(String labels) {
        return new PodTemplate(labels, "", "web:1", "", "");
    }

    PodTemplate script(String settings) {
        return new PodTemplate(labels, settings, image, spec, container);
    }

    PodTemplate image(String other) {
        return new PodTemplate(labels, script, other, spec, container);
    }

    PodTemplate spec(String more) {
        return new PodTemplate(labels, script, image, more, container);
    }

    PodTemplate container(String more) {
        return new PodTemplate(labels, script, image, spec, more);
    }

    /** A pod of its own in the same style. */
    String pod(String name) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", " + described() + "}, spec: {" + specified()
                + "}}";
    }

    /** The same in JSON, of which patches are made. */
    String json() {
        return Serialization.asJson(Serialization.unmarshal("---\n" + this, JsonNode.class));
    }

    private String described() {
        return "labels: {" + labels + "}, annotations: {"
                + script.replaceAll("(^|, )([a-z.-]+:)", "$1simulated.coxswain.io/$2") + "}";
    }

    private String specified() {
        return "terminationGracePeriodSeconds: 1, nodeSelector: {simulated.coxswain.io/node: \"true\"}, "
                + (spec.isEmpty() ? "" : spec + ", ") + "containers: [{name: main, image: \"" + image + "\""
                + (container.isEmpty() ? "" : ", " + container) + "}]";
    }

    @Override
    public String toString() {
        return "{metadata: {" + described() + "}, spec: {" + specified() + "}}";
    }
}
