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

/** {@code admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration}. */
@ApplicationScoped
public class ValidatingWebhookConfigurationKind extends ClusterKind implements NotYetEffective {
    public ValidatingWebhookConfigurationKind() {
        super(ResourceNames.of(
                        "admissionregistration.k8s.io",
                        "v1",
                        "ValidatingWebhookConfiguration",
                        "validatingwebhookconfigurations")
                .categories("api-extensions"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject configuration) {
        return WebhookRules.defaults(configuration, false);
    }

    @Override
    public List<FieldError> validate(ObjectView configuration) {
        return WebhookRules.check(configuration, false);
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
