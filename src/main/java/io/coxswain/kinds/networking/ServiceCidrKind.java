package io.coxswain.kinds.networking;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code networking.k8s.io/v1 ServiceCIDR}: a range that services may have addresses of. */
@ApplicationScoped
public class ServiceCidrKind extends ClusterKind {
    private static final FieldPath CIDRS = FieldPath.of("spec", "cidrs");

    public ServiceCidrKind() {
        super(ResourceNames.of("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject range) {
        return TreeEditor.edit(range, editor -> editor.editOrCreate("status", status -> {}));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject range) {
        return JsonTrees.set(range, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView range) {
        Check check = new Check();
        List<String> cidrs = range.strings("spec", "cidrs");
        if (cidrs.isEmpty()) {
            check.required(CIDRS, "at least one CIDR required");
        } else if (cidrs.size() > 2) {
            check.invalid(CIDRS, range.array("spec", "cidrs"), "may only hold up to 2 values");
        } else if (cidrs.size() == 2 && Cidr.isV4(cidrs.get(0)) == Cidr.isV4(cidrs.get(1))) {
            check.invalid(
                    CIDRS,
                    range.array("spec", "cidrs"),
                    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }
        for (int i = 0; i < cidrs.size(); i++) {
            String cidr = cidrs.get(i);
            if (!Cidr.isValid(cidr)) {
                check.invalid(CIDRS.index(i), cidr, Cidr.RULE);
            } else if (!Cidr.isCanonical(cidr)) {
                check.invalid(CIDRS.index(i), cidr, "must not have bits set beyond the prefix length");
            }
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return now.array("spec", "cidrs").equals(old.array("spec", "cidrs"))
                ? List.of()
                : List.of(FieldError.invalid(CIDRS, now.array("spec", "cidrs"), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("CIDRs"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView range, Instant now) {
        return Cells.named(range, now)
                .text(String.join(",", range.strings("spec", "cidrs")))
                .age()
                .list();
    }
}
