package io.coxswain.kinds.admissionregistration;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code admissionregistration.k8s.io/v1 MutatingWebhookConfiguration}. */
@ApplicationScoped
public class MutatingWebhookConfigurationKind extends ClusterKind implements NotYetEffective {
    public MutatingWebhookConfigurationKind() {
        super(ResourceNames.of(
                        "admissionregistration.k8s.io",
                        "v1",
                        "MutatingWebhookConfiguration",
                        "mutatingwebhookconfigurations")
                .categories("api-extensions"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject configuration) {
        return WebhookRules.defaults(configuration, true);
    }

    @Override
    public List<FieldError> validate(ObjectView configuration) {
        return WebhookRules.check(configuration, true);
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
