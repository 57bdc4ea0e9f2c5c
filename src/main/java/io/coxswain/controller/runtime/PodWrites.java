package io.coxswain.controller.runtime;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Optional;

/** Makes and deletes the pods of controller objects, with expectations and with events about the object. Thread-safe. */
public final class PodWrites {
    private final ResourceClient<Pod> pods;
    private final EventRecorder events;
    private final Expectations expectations;

    public PodWrites(ResourceClient<Pod> pods, EventRecorder events, Expectations expectations) {
        this.pods = pods;
        this.events = events;
        this.expectations = expectations;
    }

    /** How many pods were made or deleted, and why not all were. */
    public record Outcome(int done, Optional<ApiException> failure) {}

    /** A pod from a template, controlled by the owner. */
    public static Pod podOf(HasMetadata owner, PodTemplateSpec template) {
        ObjectMeta meta = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(owner.getMetadata().getNamespace())
                .withGenerateName(owner.getMetadata().getName() + "-")
                .withLabels(meta.getLabels())
                .withAnnotations(meta.getAnnotations())
                .withFinalizers(meta.getFinalizers())
                .withOwnerReferences(Owners.controllerReference(owner))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    /**
     * Makes the pods in batches of 1, 2, 4, ...: a quota or a broken template is found out with few refused requests. In a
     * namespace that is going away nothing can be made and nothing needs to be: that is no failure.
     */
    public Outcome create(Key key, HasMetadata owner, List<Pod> wanted) {
        expectations.expectCreations(key, wanted.size());
        int tried = 0;
        int made = 0;
        Optional<ApiException> failure = Optional.empty();
        for (int batch = 1; tried < wanted.size() && failure.isEmpty(); batch *= 2) {
            int end = Math.min(wanted.size(), tried + batch);
            for (; tried < end; tried++) {
                Optional<ApiException> refused = createOne(key, owner, wanted.get(tried));
                made += refused.isPresent() ? 0 : 1;
                failure = refused.isPresent() ? refused : failure;
            }
        }
        for (; tried < wanted.size(); tried++) {
            expectations.created(key);
        }
        return new Outcome(made, failure.filter(e -> !isNamespaceTerminating(e)));
    }

    private Optional<ApiException> createOne(Key key, HasMetadata owner, Pod pod) {
        try {
            Pod created = pods.create(pod);
            events.event(
                    owner,
                    "Normal",
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName());
            return Optional.empty();
        } catch (ApiException e) {
            expectations.created(key);
            if (!isNamespaceTerminating(e)) {
                events.event(owner, "Warning", "FailedCreate", "Error creating: " + e.getMessage());
            }
            return Optional.of(e);
        }
    }

    /** Deletes the pods; one that is gone already counts as done. */
    public Outcome delete(Key key, HasMetadata owner, List<Pod> victims) {
        expectations.expectDeletions(
                key, victims.stream().map(pod -> pod.getMetadata().getUid()).toList());
        int done = 0;
        Optional<ApiException> failure = Optional.empty();
        for (Pod victim : victims) {
            String name = victim.getMetadata().getName();
            String uid = victim.getMetadata().getUid();
            try {
                pods.delete(key.namespace(), name, DeleteOptions.uid(uid));
                events.event(owner, "Normal", "SuccessfulDelete", "Deleted pod: " + name);
                done++;
            } catch (ApiException e) {
                expectations.deleted(key, uid);
                if (e.isNotFound() || e.isConflict()) {
                    done++;
                } else {
                    events.event(owner, "Warning", "FailedDelete", "Error deleting: " + e.getMessage());
                    failure = Optional.of(e);
                }
            }
        }
        return new Outcome(done, failure);
    }

    /** Whether a creation was refused because its namespace is going away. */
    public static boolean isNamespaceTerminating(ApiException e) {
        var details = e.status().details();
        boolean caused = details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
        return caused || (e.code() == 403 && String.valueOf(e.getMessage()).endsWith("because it is being terminated"));
    }
}
