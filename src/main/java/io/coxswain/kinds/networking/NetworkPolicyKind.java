package io.coxswain.kinds.networking;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code networking.k8s.io/v1 NetworkPolicy}. */
@ApplicationScoped
public class NetworkPolicyKind extends NamespacedKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> TYPES = List.of("Egress", "Ingress");

    public NetworkPolicyKind() {
        super(ResourceNames.of("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies")
                .shortNames("netpol"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject policy) {
        return TreeEditor.edit(
                policy,
                editor -> editor.editField("spec", spec -> {
                    spec.editOrCreate("podSelector", selector -> {});
                    if (spec.array("policyTypes").isEmpty()) {
                        spec.set(
                                "policyTypes",
                                JsonTrees.texts(
                                        spec.array("egress").isEmpty()
                                                ? List.of("Ingress")
                                                : List.of("Ingress", "Egress")));
                    }
                    for (String direction : new String[] {"ingress", "egress"}) {
                        spec.editItems(
                                direction, rule -> rule.editItems("ports", port -> port.setDefault("protocol", "TCP")));
                    }
                }));
    }

    @Override
    public List<FieldError> validate(ObjectView policy) {
        Check check = new Check();
        ObjectView spec = new ObjectView(policy.object("spec"));
        check.in(spec, SPEC, "podSelector", (selector, at) -> LabelRules.checkSelector(selector, at, check.errors()));
        check.each(spec, SPEC, "ingress", (rule, at) -> {
            check.each(rule, at, "ports", (port, one) -> port(check, port, one));
            check.each(rule, at, "from", (peer, one) -> peer(check, peer, one));
        });
        check.each(spec, SPEC, "egress", (rule, at) -> {
            check.each(rule, at, "ports", (port, one) -> port(check, port, one));
            check.each(rule, at, "to", (peer, one) -> peer(check, peer, one));
        });
        List<String> types = spec.strings("policyTypes");
        FieldPath typesPath = SPEC.child("policyTypes");
        if (types.size() > 2) {
            check.invalid(typesPath, spec.array("policyTypes"), "may not specify more than two policyTypes");
        } else {
            for (int i = 0; i < types.size(); i++) {
                check.supported(typesPath.index(i), types.get(i), TYPES);
            }
        }
        return check.errors();
    }

    private static void port(Check check, ObjectView port, FieldPath path) {
        check.oneOfOrAbsent(port, path, "protocol", Check.PROTOCOLS);
        JsonValue number = port.at("port").orElse(null);
        Optional<Long> end = port.number("endPort");
        if (number == null) {
            end.ifPresent(
                    ignored -> check.required(path.child("port"), "may not be specified when `port` is not specified"));
            return;
        }
        check.port(path.child("port"), Optional.of(number));
        end.ifPresent(last -> {
            if (number instanceof JsonNumber first) {
                if (last < first.longValue()) {
                    check.invalid(path.child("endPort"), last, "must be greater than or equal to `port`");
                }
                check.portNumber(path.child("endPort"), last);
            } else {
                check.forbidden(path.child("endPort"), "may not be specified when `port` is non-numeric");
            }
        });
    }

    private static void peer(Check check, ObjectView peer, FieldPath path) {
        int kinds = 0;
        for (String selector : new String[] {"podSelector", "namespaceSelector"}) {
            if (peer.at(selector).isPresent()) {
                kinds++;
                check.in(peer, path, selector, (each, at) -> LabelRules.checkSelector(each, at, check.errors()));
            }
        }
        if (peer.at("ipBlock").isPresent()) {
            check.in(peer, path, "ipBlock", (block, at) -> block(check, block, at));
            if (kinds > 0) {
                check.forbidden(path, "may not specify both ipBlock and another peer");
            }
        } else if (kinds == 0) {
            check.required(path, "must specify a peer");
        }
    }

    private static void block(Check check, ObjectView block, FieldPath path) {
        String range = block.text("cidr");
        if (range.isEmpty()) {
            check.required(path.child("cidr"));
            return;
        }
        if (!Cidr.isValid(range)) {
            check.invalid(path.child("cidr"), range, Cidr.RULE);
            return;
        }
        List<String> exceptions = block.strings("except");
        for (int i = 0; i < exceptions.size(); i++) {
            FieldPath at = path.child("except").index(i);
            if (!Cidr.isValid(exceptions.get(i))) {
                check.invalid(at, exceptions.get(i), Cidr.RULE);
            } else if (!Cidr.isStrictlyWithin(exceptions.get(i), range)) {
                check.invalid(at, exceptions.get(i), "must be a strict subset of `cidr`");
            }
        }
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Pod-Selector"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView policy, Instant now) {
        return Cells.named(policy, now)
                .text(Cells.selector(new ObjectView(policy.object("spec", "podSelector"))))
                .age()
                .list();
    }
}
