package io.coxswain.controller.namespace;

import io.coxswain.client.ApiClient;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceStatus;
import io.fabric8.kubernetes.api.model.NamespaceStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The namespace loop. */
@Dependent
public class NamespaceReconciler implements Reconciler {
    private static final String FINALIZER = "kubernetes";
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Namespace> namespaces;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Namespace> namespaceClient;

    @SuppressWarnings("NullAway.Init")
    private ApiClient client;

    @Inject
    public NamespaceReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public String queueName() {
        return "namespace";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client();
        namespaceClient = client.resource(ResourceTypes.NAMESPACES);
        namespaces = watches.primary(ResourceTypes.NAMESPACES).lister();
        // The last pod's end is what the rest of the content waits for.
        watches.changes(
                ResourceTypes.PODS,
                (old, now) -> old != null && now == null
                        ? namespaces
                                .get("", old.getMetadata().getNamespace())
                                .filter(NamespaceReconciler::isTerminating)
                                .map(namespace -> List.of(
                                        new Key("", namespace.getMetadata().getName())))
                                .orElse(List.of())
                        : List.of());
    }

    private static boolean isTerminating(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() != null;
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Namespace> cached = namespaces.get("", key.name()).filter(NamespaceReconciler::isTerminating);
        if (cached.isEmpty()) {
            return Result.done();
        }
        Optional<Namespace> live = namespaceClient.find("", key.name());
        if (live.isEmpty()
                || !isTerminating(live.get())
                || finalizers(live.get()).isEmpty()) {
            return Result.done();
        }
        return empty(live.get());
    }

    private Result empty(Namespace namespace) {
        List<ApiClient.ServedResource> resources;
        try {
            resources = client.resources();
        } catch (ApiException e) {
            writeConditions(namespace, DeletionConditions.DISCOVERY.in(conditions(namespace), e.getMessage(), now()));
            throw e;
        }
        NamespaceContent.Rest rest =
                new NamespaceContent(client).delete(namespace.getMetadata().getName(), resources);
        List<NamespaceCondition> conditions = DeletionConditions.DISCOVERY.in(conditions(namespace), "", now());
        conditions = DeletionConditions.PARSING.in(conditions, "", now());
        conditions = DeletionConditions.CONTENT.in(conditions, rest.failureText(), now());
        conditions = DeletionConditions.REMAINING.in(conditions, rest.remainingText(), now());
        conditions = DeletionConditions.FINALIZERS.in(conditions, rest.finalizerText(), now());
        if (rest.isEmpty()) {
            finish(namespace);
            return Result.done();
        }
        writeConditions(namespace, conditions);
        return Result.after(rest.estimateSeconds() > 0 ? Duration.ofSeconds(rest.estimateSeconds() / 2 + 1) : RETRY);
    }

    private void writeConditions(Namespace namespace, List<NamespaceCondition> conditions) {
        NamespaceStatus status = new NamespaceStatusBuilder(
                        namespace.getStatus() == null ? new NamespaceStatus() : namespace.getStatus())
                .withPhase("Terminating")
                .withConditions(conditions)
                .build();
        if (!status.equals(namespace.getStatus())) {
            namespaceClient.updateStatus(
                    new NamespaceBuilder(namespace).withStatus(status).build());
        }
    }

    private void finish(Namespace namespace) {
        String name = namespace.getMetadata().getName();
        List<String> others = finalizers(namespace).stream()
                .filter(finalizer -> !finalizer.equals(FINALIZER))
                .toList();
        Namespace finalized = new NamespaceBuilder(namespace)
                .editOrNewSpec()
                .withFinalizers(others)
                .endSpec()
                .build();
        try {
            namespaceClient.updateSubresource("", name, "finalize", ObjectCodec.tree(finalized));
            if (others.isEmpty() && namespace.getMetadata().getFinalizers().isEmpty()) {
                // A server that does not remove it with the last finalizer does so when asked again.
                namespaceClient.delete(
                        "", name, DeleteOptions.uid(namespace.getMetadata().getUid()));
            }
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private static List<String> finalizers(Namespace namespace) {
        return namespace.getSpec() == null ? List.of() : namespace.getSpec().getFinalizers();
    }

    private static List<NamespaceCondition> conditions(Namespace namespace) {
        return namespace.getStatus() == null ? List.of() : namespace.getStatus().getConditions();
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
