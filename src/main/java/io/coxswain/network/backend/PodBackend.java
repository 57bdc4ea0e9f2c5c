package io.coxswain.network.backend;

import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.Dependent;

/** {@code pods/proxy}: the pod's address, and its first port if none is named. */
@Dependent
public class PodBackend extends Backend {
    public PodBackend() {
        super("pods", "Pod");
    }

    @Override
    ProxyTarget target(ObjectView pod, String requested, BackendName name) {
        String port = name.port();
        if (port.isEmpty()) {
            port = pod.items("spec", "containers").stream()
                    .flatMap(container -> container.items("ports").stream())
                    .map(each -> each.number("containerPort").orElse(0L).toString())
                    .findFirst()
                    .orElse("");
        }
        return new ProxyTarget(name.scheme(), requireProxyable(pod.text("status", "podIP")), name.portNumber(port));
    }
}
