package io.coxswain.controller.flowschema;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps the condition Dangling of FlowSchemas; acts as the API server, where upstream has it. */
@Dependent
public class FlowSchemaReconciler implements Reconciler {
    static final ResourceType<JsonObject> SCHEMAS =
            ResourceType.cluster("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema", JsonObject.class);
    static final ResourceType<JsonObject> LEVELS = ResourceType.cluster(
            "flowcontrol.apiserver.k8s.io",
            "v1",
            "prioritylevelconfigurations",
            "PriorityLevelConfiguration",
            JsonObject.class);
    private static final String DANGLING = "Dangling";

    private final Clock clock;
    private final ResourceClient<JsonObject> schemaClient;
    private final ResourceClient<JsonObject> levelClient;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<JsonObject> schemas;

    @Inject
    public FlowSchemaReconciler(ApiClients clients, Clock clock) {
        this.clock = clock;
        var self = clients.as(UserInfo.API_SERVER, "api-priority-and-fairness-config-consumer-v1");
        schemaClient = self.resource(SCHEMAS);
        levelClient = self.resource(LEVELS);
    }

    @Override
    public String name() {
        return "priority-and-fairness-config-consumer";
    }

    @Override
    public String queueName() {
        return "priority_and_fairness_config_queue";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        schemas = watches.primary(SCHEMAS).lister();
        watches.changes(
                LEVELS,
                (old, now) -> old == null
                        ? naming(new ObjectView(now).name())
                        : now == null ? naming(new ObjectView(old).name()) : List.of());
    }

    private Collection<Key> naming(String level) {
        return schemas == null
                ? List.of()
                : schemas.list("").stream()
                        .map(ObjectView::new)
                        .filter(schema -> level(schema).equals(level))
                        .map(schema -> new Key("", schema.name()))
                        .toList();
    }

    private static String level(ObjectView schema) {
        return schema.text("spec", "priorityLevelConfiguration", "name");
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ObjectView> found = schemaClient.find("", key.name()).map(ObjectView::new);
        if (found.isEmpty()) {
            return Result.done();
        }
        ObjectView schema = found.get();
        String level = level(schema);
        boolean dangling = levelClient.find("", level).isEmpty();
        String reason = dangling ? "NotFound" : "Found";
        String message = "This FlowSchema references the PriorityLevelConfiguration object named \"" + level + "\" "
                + (dangling ? "but there is no such object" : "and it exists");
        String status = dangling ? "True" : "False";
        boolean said = schema.items("status", "conditions").stream()
                .anyMatch(known -> known.text("type").equals(DANGLING)
                        && known.text("status").equals(status)
                        && known.text("reason").equals(reason)
                        && known.text("message").equals(message));
        if (!said) {
            schemaClient.updateStatus(with(
                    schema,
                    JsonTrees.object()
                            .add("type", DANGLING)
                            .add("status", status)
                            .add("lastTransitionTime", Timestamps.of(clock.instant()))
                            .add("reason", reason)
                            .add("message", message)
                            .build()));
        }
        return Result.done();
    }

    private static JsonObject with(ObjectView schema, JsonObject condition) {
        List<JsonValue> all = new ArrayList<>();
        schema.items("status", "conditions").stream()
                .filter(known -> !known.text("type").equals(DANGLING))
                .forEach(known -> all.add(known.json()));
        all.add(condition);
        return JsonTrees.set(schema.json(), JsonTrees.array(all), "status", "conditions");
    }
}
