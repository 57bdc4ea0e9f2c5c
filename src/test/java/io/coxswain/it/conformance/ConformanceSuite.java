package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What upstream's harness does around every test: namespaces of its own, furnished by the controllers, and removed. */
@ExtendWith(ArquillianExtension.class)
abstract class ConformanceSuite {
    private final List<String> cleanup = new ArrayList<>();

    /** The name of a new namespace that has its service account and the cluster's certificate. */
    final String namespace() {
        String name = furnishedNamespace();
        afterwards("/api/v1/namespaces/" + name);
        return name;
    }

    /** The same, of which the caller disposes. */
    static String furnishedNamespace() {
        String name = text(create("/api/v1/namespaces", """
                        apiVersion: v1
                        kind: Namespace
                        metadata:
                          generateName: conformance-
                          labels: {e2e-framework: conformance}
                        """), "metadata", "name");
        String path = "/api/v1/namespaces/" + name;
        await(name + " is furnished")
                .atMost(Requests.SOON)
                .until(() -> api().get(path + "/serviceaccounts/default").status() == 200
                        && api().get(path + "/configmaps/kube-root-ca.crt").status() == 200);
        return name;
    }

    /** The path of a collection in a new namespace, {@code apiVersion} as in manifests. */
    final String collection(String apiVersion, String plural) {
        return collection(apiVersion, namespace(), plural);
    }

    static String collection(String apiVersion, String namespace, String plural) {
        return (apiVersion.equals("v1") ? "/api/" : "/apis/") + apiVersion + "/namespaces/" + namespace + "/" + plural;
    }

    /** Deletes it after the test if it is still there. */
    final void afterwards(String path) {
        cleanup.add(path);
    }

    @AfterEach
    final void removeWhatIsLeft() {
        for (String path : cleanup) {
            if (api().get(path).status() == 200) {
                delete(path);
            }
        }
    }
}
