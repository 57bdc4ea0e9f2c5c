package io.coxswain.bench;

import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.fieldset.FieldSet;
import io.coxswain.meta.managedfields.FieldOwnership;
import io.coxswain.meta.managedfields.FieldVersions;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntFunction;

/** What keeping managed fields costs a write, in microseconds: run {@code main}. Objects are fresh trees, as from a request. */
public final class FieldTrackingCost {
    private static final String LEASE = "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'n',"
            + "'namespace':'kube-node-lease'},'spec':{'holderIdentity':'n','leaseDurationSeconds':40,"
            + "'renewTime':'2026-01-01T00:00:00.00%04dZ'}}";
    private static final String POD = "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','labels':{'app':'x',"
            + "'n':'%04d'}},'spec':{'containers':[" + container("a") + "," + container("b")
            + "],'restartPolicy':'Always',"
            + "'dnsPolicy':'ClusterFirst','schedulerName':'default-scheduler','terminationGracePeriodSeconds':30}}";

    private FieldTrackingCost() {}

    private static String container(String name) {
        return "{'name':'" + name + "','image':'i','imagePullPolicy':'Always','env':[{'name':'A','value':'1'},"
                + "{'name':'B','value':'2'}],'ports':[{'containerPort':80,'protocol':'TCP'}],'resources':{'limits':"
                + "{'cpu':'1','memory':'1Gi'}},'terminationMessagePath':'/dev/termination-log'}";
    }

    public static void main(String[] args) {
        run("lease renewed by its owner", "coordination.k8s.io/v1", "Lease", LEASE);
        run("pod", "v1", "Pod", POD);
    }

    private static void run(String title, String apiVersion, String kind, String template) {
        TypeSchema type = SchemaCatalog.builtIn()
                .byKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow();
        FieldOwnership ownership = new FieldOwnership(
                apiVersion,
                type,
                "",
                FieldSet.EMPTY,
                (object, from, to) -> Optional.of(new FieldVersions.Versioned(object, type)),
                "2026-01-01T00:00:00Z");
        JsonObject created = ownership.update(JsonValue.EMPTY_JSON_OBJECT, parse(template, 0), null, "a");
        JsonObject shared = JsonTrees.set(
                parse(template, 1),
                created.getJsonObject("metadata").get("managedFields"),
                "metadata",
                "managedFields");
        measure(
                title + ": create",
                i -> ownership.update(JsonValue.EMPTY_JSON_OBJECT, parse(template, i), null, "a"),
                template);
        measure(
                title + ": update by the owner",
                i -> ownership.update(created, parse(template, i), null, "a"),
                template);
        measure(title + ": update by another", i -> ownership.update(shared, parse(template, i), null, "b"), template);
        measure(title + ": no change", i -> ownership.update(created, parse(template, 0), null, "a"), template);
        JsonObject config = parse(template, 3);
        measure(title + ": apply", i -> ownership.apply(created, config, "a", true, ""), template);
    }

    private static JsonObject parse(String template, int i) {
        return JsonCodec.parseObject(
                template.formatted(i % 10000).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static void measure(String title, IntFunction<JsonObject> work, String template) {
        int rounds = 5_000;
        double base = time(i -> parse(template, i), rounds);
        double all = time(work, rounds);
        System.out.printf("%-45s %6.1f us (and %.1f us for making the object)%n", title, all - base, base);
    }

    private static double time(IntFunction<JsonObject> work, int rounds) {
        int sum = 0;
        long start = 0;
        for (int i = -rounds; i < rounds; i++) {
            if (i == 0) {
                start = System.nanoTime();
            }
            sum += work.apply(Math.abs(i)).size();
        }
        if (sum == 0) {
            throw new IllegalStateException("nothing was made");
        }
        return (System.nanoTime() - start) / 1000.0 / rounds;
    }
}
