package io.coxswain.controller.endpointslice;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Services;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One endpoint as a value, so that what is and what should be can be compared. */
record Target(
        String uid,
        String podNamespace,
        String podName,
        String address,
        boolean ready,
        boolean serving,
        boolean terminating,
        @Nullable String nodeName,
        @Nullable String zone,
        @Nullable String hostname) {

    static Target of(Service service, Pod pod, String address, Optional<String> zone) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = Pods.isBeingDeleted(pod);
        return new Target(
                pod.getMetadata().getUid(),
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                address,
                Services.publishesNotReady(service) || (serving && !terminating),
                serving,
                terminating,
                Pods.nodeName(pod).isEmpty() ? null : Pods.nodeName(pod),
                zone.orElse(null),
                Services.hostname(service, pod).orElse(null));
    }

    /** Reads an endpoint back; empty if it cannot be one of ours. */
    static Optional<Target> of(Endpoint endpoint) {
        ObjectReference pod = endpoint.getTargetRef();
        EndpointConditions conditions = endpoint.getConditions();
        if (pod == null
                || pod.getUid() == null
                || pod.getName() == null
                || pod.getNamespace() == null
                || conditions == null
                || endpoint.getAddresses().size() != 1) {
            return Optional.empty();
        }
        return Optional.of(new Target(
                pod.getUid(),
                pod.getNamespace(),
                pod.getName(),
                endpoint.getAddresses().get(0),
                Boolean.TRUE.equals(conditions.getReady()),
                Boolean.TRUE.equals(conditions.getServing()),
                Boolean.TRUE.equals(conditions.getTerminating()),
                endpoint.getNodeName(),
                endpoint.getZone(),
                endpoint.getHostname()));
    }

    Endpoint model() {
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions()
                .withReady(ready)
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .withHostname(hostname)
                .withNodeName(nodeName)
                .withZone(zone)
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(podNamespace)
                .withName(podName)
                .withUid(uid)
                .endTargetRef()
                .build();
    }
}
