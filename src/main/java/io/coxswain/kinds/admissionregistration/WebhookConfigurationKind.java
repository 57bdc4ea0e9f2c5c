package io.coxswain.kinds.admissionregistration;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** A list of webhooks that are asked about requests; whether they may change them is all that tells the two kinds apart. */
public abstract class WebhookConfigurationKind extends ClusterKind implements NotYetEffective {
    private final boolean mutating;

    protected WebhookConfigurationKind(String kind, String plural, boolean mutating) {
        super(ResourceNames.of("admissionregistration.k8s.io", "v1", kind, plural)
                .categories("api-extensions"));
        this.mutating = mutating;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject configuration) {
        return WebhookRules.defaults(configuration, mutating);
    }

    @Override
    public List<FieldError> validate(ObjectView configuration) {
        return WebhookRules.check(configuration, mutating);
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.number("Webhooks"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView configuration, Instant now) {
        return Cells.named(configuration, now)
                .number(configuration.array("webhooks").size())
                .age()
                .list();
    }
}
