package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The nodes that the pods of one test class run on: simulated ones without a taint, there as long as the class is. */
final class SimulatedPool implements BeforeAllCallback, AfterAllCallback {
    static final String NODES = "/api/v1/nodes";

    private final List<String> names;

    /** Nodes called {@code name-1}, {@code name-2} and so on. */
    SimulatedPool(String name, int count) {
        names = IntStream.rangeClosed(1, count).mapToObj(i -> name + "-" + i).toList();
    }

    List<String> names() {
        return names;
    }

    String first() {
        return names.get(0);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        for (String name : names) {
            create(NODES, """
                    apiVersion: v1
                    kind: Node
                    metadata:
                      name: %s
                      labels: {simulated.coxswain.io/node: "true", kubernetes.io/hostname: %s}
                    """.formatted(name, name));
        }
        for (String name : names) {
            eventually(
                    NODES + "/" + name,
                    node -> condition(node, "Ready")
                                    .filter(ready -> text(ready, "status").equals("True"))
                                    .isPresent()
                            && !node.getJsonObject("spec").containsKey("taints"));
        }
    }

    /** The pods end first: nobody would confirm their deletion without their nodes. */
    @Override
    public void afterAll(ExtensionContext context) {
        for (String name : names) {
            await("the pods of " + name + " are gone")
                    .atMost(Requests.SOON)
                    .until(() -> items("/api/v1/pods?fieldSelector=spec.nodeName%3D" + name)
                            .isEmpty());
            api().delete(NODES + "/" + name);
        }
    }
}
