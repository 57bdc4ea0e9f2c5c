package io.coxswain.admission;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Companions;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.CachedReads;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceType;
import io.coxswain.client.SharedInformers;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An API in memory for plugins to read, and requests for them to judge. */
public final class AdmissionFixture {
    public final ManualTimers timers = new ManualTimers();
    public final FakeApi api = new FakeApi(timers.clock());
    /** The new states of companions, in the order they were asked for. */
    public final List<JsonObject> companions = new ArrayList<>();

    /** The texts of {@code Warning} headers so far. */
    public final List<String> warnings = new ArrayList<>();

    public final CachedReads reads;
    private final SharedInformers informers = new SharedInformers(api.client(timers), timers);

    public AdmissionFixture() {
        reads = new CachedReads(() -> informers, () -> api.clients(timers));
    }

    /** Stores an object and lets the caches hear of it. */
    public void given(GroupVersionResource resource, String manifest) {
        givenUnheard(resource, manifest);
        timers.runDue();
    }

    /** Stores an object; the caches that know the resource stay behind. */
    public void givenUnheard(GroupVersionResource resource, String manifest) {
        JsonObject object = Trees.yaml(manifest);
        ObjectView view = new ObjectView(object);
        api.put(new ResourceType<>(resource, view.kind(), !view.namespace().isEmpty(), JsonObject.class), object);
    }

    public static GroupVersionResource core(String plural) {
        return new GroupVersionResource("", "v1", plural);
    }

    public AdmissionAttributes create(GroupVersionResource resource, String manifest) {
        return request(Operation.CREATE, resource, Trees.yaml(manifest), JsonValue.EMPTY_JSON_OBJECT);
    }

    public AdmissionAttributes update(GroupVersionResource resource, String before, String after) {
        return request(Operation.UPDATE, resource, Trees.yaml(after), Trees.yaml(before));
    }

    public AdmissionAttributes delete(GroupVersionResource resource, String manifest) {
        return request(Operation.DELETE, resource, JsonValue.EMPTY_JSON_OBJECT, Trees.yaml(manifest));
    }

    private AdmissionAttributes request(
            Operation operation, GroupVersionResource resource, JsonObject object, JsonObject old) {
        ObjectView view = new ObjectView(object.isEmpty() ? old : object);
        return new AdmissionAttributes(
                operation,
                new GroupVersionKind(resource.group(), resource.version(), view.kind()),
                resource,
                view.namespace(),
                view.name(),
                "",
                object,
                old,
                JsonValue.EMPTY_JSON_OBJECT,
                UserInfo.of("ann"),
                false,
                warnings::add,
                recording(companions::add));
    }

    /** Companions that are updates only; a test of others fails. */
    public static Companions recording(Consumer<JsonObject> updates) {
        return new Companions() {
            @Override
            public void create(GroupVersionResource resource, JsonObject object) {
                throw new AssertionError("unexpected " + object);
            }

            @Override
            public void update(GroupVersionResource resource, JsonObject newState) {
                updates.accept(newState);
            }

            @Override
            public void delete(GroupVersionResource resource, JsonObject state) {
                throw new AssertionError("unexpected deletion of " + state);
            }
        };
    }

    /** The request as another user's, and to a subresource. */
    public static AdmissionAttributes by(UserInfo user, String subresource, AdmissionAttributes request) {
        return new AdmissionAttributes(
                request.operation(),
                request.kind(),
                request.resource(),
                request.namespace(),
                request.name(),
                subresource,
                request.object(),
                request.oldObject(),
                request.options(),
                user,
                request.dryRun(),
                request.warnings(),
                request.companions());
    }

    /** What the action is refused with. */
    public static ApiException refusal(Runnable action) {
        ApiException refused = catchThrowableOfType(ApiException.class, action::run);
        if (refused == null) {
            throw new AssertionError("was not refused");
        }
        return refused;
    }
}
