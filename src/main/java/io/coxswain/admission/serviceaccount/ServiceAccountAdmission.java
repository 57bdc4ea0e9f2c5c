package io.coxswain.admission.serviceaccount;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.Informer;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;

/**
 * Gives every pod a service account, the account's token as a volume, and the account's image pull secrets. A pod whose
 * account does not exist is refused; for the default account of a namespace just made, the plugin waits a moment.
 */
@ApplicationScoped
public class ServiceAccountAdmission implements MutatingAdmission {
    private static final String DEFAULT_ACCOUNT = "default";
    private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.namespaced("", "v1", "serviceaccounts", "ServiceAccount", JsonObject.class);

    private final ReadThrough<JsonObject> accounts;
    private final Duration patience;
    private final TokenVolume tokens;
    private final Object news = new Object();
    private final AtomicBoolean listening = new AtomicBoolean();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ServiceAccountAdmission() {
        this.accounts = null;
        this.patience = PATIENCE;
        this.tokens = null;
    }

    @Inject
    public ServiceAccountAdmission(CachedReads reads) {
        this(reads, PATIENCE, numbers(new SplittableRandom()));
    }

    /** @param patience how long a creation waits for the namespace's default account to be made */
    ServiceAccountAdmission(CachedReads reads, Duration patience, IntUnaryOperator random) {
        this.accounts = reads.of(TYPE);
        this.patience = patience;
        this.tokens = new TokenVolume(random);
    }

    /** Requests run side by side, and the generator is no matter for several threads. */
    private static IntUnaryOperator numbers(SplittableRandom random) {
        return bound -> {
            synchronized (random) {
                return random.nextInt(bound);
            }
        };
    }

    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && attributes.resource().group().isEmpty()
                && attributes.resource().resource().equals("pods");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        ObjectView pod = new ObjectView(attributes.object());
        if (pod.annotations().containsKey(MIRROR_ANNOTATION)) {
            refuseReferences(attributes, pod);
            return attributes.object(); // a node shows what it runs by itself: it must stay as it is
        }
        String given = pod.text("spec", "serviceAccountName");
        String name = given.isEmpty() ? DEFAULT_ACCOUNT : given;
        ObjectView account = new ObjectView(find(attributes.namespace(), name)
                .orElseThrow(() -> attributes.forbidden("error looking up service account " + attributes.namespace()
                        + "/" + name + ": serviceaccount \"" + name + "\" not found")));
        JsonObject changed = TreeEditor.edit(
                attributes.object(),
                editor -> editor.editField("spec", spec -> {
                    spec.set("serviceAccountName", name).set("serviceAccount", name);
                    JsonArray secrets = pullSecrets(account);
                    if (spec.array("imagePullSecrets").isEmpty() && !secrets.isEmpty()) {
                        spec.set("imagePullSecrets", secrets);
                    }
                }));
        return mountsToken(pod, account) ? tokens.mount(changed) : changed;
    }

    private static JsonArray pullSecrets(ObjectView account) {
        return JsonTrees.array(account.items("imagePullSecrets").stream()
                .map(secret ->
                        TreeEditor.create().set("name", secret.text("name")).build())
                .toList());
    }

    private static boolean mountsToken(ObjectView pod, ObjectView account) {
        return pod.flag("spec", "automountServiceAccountToken")
                .or(() -> account.flag("automountServiceAccountToken"))
                .orElse(true);
    }

    private Optional<JsonObject> find(String namespace, String name) {
        Optional<JsonObject> found = accounts.get(namespace, name);
        if (found.isPresent() || !name.equals(DEFAULT_ACCOUNT)) {
            return found;
        }
        return awaitDefault(namespace);
    }

    /** The account is made by a loop as soon as its namespace is there. */
    private Optional<JsonObject> awaitDefault(String namespace) {
        listen();
        long start = System.nanoTime(); // a wait is measured by the monotonic clock
        synchronized (news) {
            for (long left = patience.toMillis(); left > 0; left = patience.toMillis() - elapsedMillis(start)) {
                Optional<JsonObject> found = accounts.informer().lister().get(namespace, DEFAULT_ACCOUNT);
                if (found.isPresent()) {
                    return found;
                }
                try {
                    news.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw ApiException.unavailable("the server is shutting down");
                }
            }
        }
        return accounts.live(namespace, DEFAULT_ACCOUNT);
    }

    private static long elapsedMillis(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void listen() {
        if (listening.compareAndSet(false, true)) {
            accounts.informer().addHandler(new Announcer());
        }
    }

    /** Wakes the requests that wait for an account. */
    private final class Announcer implements Informer.Handler<JsonObject> {
        @Override
        public void onAdd(JsonObject object) {
            synchronized (news) {
                news.notifyAll();
            }
        }

        @Override
        public void onUpdate(JsonObject old, JsonObject now) {
            // nobody waits for a change
        }

        @Override
        public void onDelete(JsonObject last) {
            // nobody waits for an end
        }
    }

    private static void refuseReferences(AdmissionAttributes attributes, ObjectView pod) {
        if (!pod.text("spec", "serviceAccountName").isEmpty()) {
            throw attributes.forbidden("a mirror pod may not reference service accounts");
        }
        for (ObjectView volume : pod.items("spec", "volumes")) {
            if (volume.at("secret").isPresent()) {
                throw attributes.forbidden("a mirror pod may not reference secrets");
            }
            if (volume.at("configMap").isPresent()) {
                throw attributes.forbidden("a mirror pod may not reference configmaps");
            }
            if (volume.at("persistentVolumeClaim").isPresent()) {
                throw attributes.forbidden("a mirror pod may not reference persistentvolumeclaims");
            }
            for (ObjectView source : volume.items("projected", "sources")) {
                if (source.at("serviceAccountToken").isPresent()) {
                    throw attributes.forbidden("a mirror pod may not use ServiceAccountToken volume projections");
                }
            }
        }
    }
}
