package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.bench.Asked.Thing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * One client of the fault test: it makes, changes and deletes objects of all sorts in a namespace of its own, by the choices of a
 * seed, and remembers what the server acknowledged. An answer that was lost is asked for again. Answers that no server should give
 * are {@link #complaints}. Runs in one thread.
 */
final class FaultWorkload implements Runnable {
    private static final int MOST_OF_A_KIND = 4;
    private static final int LEAST_PAUSE_MILLIS = 40;
    private static final int MOST_PAUSE_MILLIS = 400;
    private static final String[] PROPAGATION = {"Background", "Foreground", "Orphan"};

    private final PatientClient client;
    private final Random random;
    private final String namespace;
    private final Asked asked = new Asked();
    private final Map<String, Integer> steps = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();
    private volatile boolean stopped;
    private int number;

    FaultWorkload(Target target, long seed, int index) {
        client = new PatientClient(target);
        random = new Random(seed * 1_000 + index);
        namespace = StateCheck.PREFIX + index;
    }

    /** Ends it after its present step. */
    void stop() {
        stopped = true;
    }

    Asked asked() {
        return asked;
    }

    /** What was done, and how often. */
    Map<String, Integer> steps() {
        return steps;
    }

    List<String> complaints() {
        return complaints;
    }

    @Override
    public void run() {
        try (client) {
            while (!stopped) {
                step();
                Thread.sleep(LEAST_PAUSE_MILLIS + random.nextInt(MOST_PAUSE_MILLIS - LEAST_PAUSE_MILLIS));
            }
            rest();
        } catch (IOException | RuntimeException e) {
            complaints.add(namespace + ": the client gave up: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws IOException, InterruptedException {
        if (!asked.namespaces().containsKey(namespace)) {
            openNamespace();
            return;
        }
        if (random.nextInt(300) == 0) {
            closeNamespace();
            return;
        }
        int choice = random.nextInt(99);
        if (choice < 22) {
            deployment();
        } else if (choice < 38) {
            statefulSet();
        } else if (choice < 46) {
            daemonSet();
        } else if (choice < 62) {
            job();
        } else if (choice < 65) {
            cronJob();
        } else if (choice < 75) {
            service();
        } else if (choice < 80) {
            budget();
        } else if (choice < 92) {
            configMap();
        } else {
            pod();
        }
    }

    /** Everything that goes on by itself is told to stop. */
    private void rest() throws IOException, InterruptedException {
        for (Thing cron : asked.all("cronjobs", namespace)) {
            patch(cron, "{\"spec\": {\"suspend\": true}}", cron.with("suspend", "true"));
        }
        for (Thing job : asked.all("jobs", namespace)) {
            if (job.fact("suspend").equals("true")) {
                patch(job, "{\"spec\": {\"suspend\": false}}", job.with("suspend", "false"));
            }
        }
    }

    private void openNamespace() throws IOException, InterruptedException {
        PatientClient.Reply there = client.get("/api/v1/namespaces/" + namespace);
        if (there.done()) {
            count("namespaces wait");
            return; // the one before has not gone yet
        }
        PatientClient.Reply made = client.post("/api/v1/namespaces", FaultObjects.namespace(namespace));
        if (made.status() == 409 && made.repeated()) {
            made = client.get("/api/v1/namespaces/" + namespace);
        }
        if (!made.done()) {
            complain("create namespace " + namespace, made);
            return;
        }
        count("namespaces create");
        asked.namespaces().put(namespace, ClusterView.uid(made.body()));
        create("resourcequotas", "all", FaultObjects.quota(), Map.of());
    }

    private void closeNamespace() throws IOException, InterruptedException {
        PatientClient.Reply reply = client.delete("/api/v1/namespaces/" + namespace, "");
        if (!reply.done() && !(reply.repeated() && (reply.status() == 404 || reply.status() == 409))) {
            complain("delete namespace " + namespace, reply);
            return;
        }
        count("namespaces delete");
        asked.removeNamespace(namespace);
    }

    private void deployment() throws IOException, InterruptedException {
        List<Thing> there = asked.all("deployments", namespace);
        int choice = random.nextInt(10);
        if (there.isEmpty() || (choice < 3 && there.size() < MOST_OF_A_KIND)) {
            // Few names, so that ReplicaSets that were left behind find a Deployment again.
            String name = "web-" + random.nextInt(6);
            int replicas = random.nextInt(6);
            int version = ++number;
            if (!asked.has("deployments", namespace, name)) {
                create(
                        "deployments",
                        name,
                        FaultObjects.deployment(name, replicas, version, random.nextInt(4) == 0),
                        facts(replicas, version));
            }
            return;
        }
        Thing one = any(there);
        if (choice < 6) {
            scale(one, random.nextInt(6));
        } else if (choice < 9) {
            roll(one);
        } else {
            deleteSet(one);
        }
    }

    private void statefulSet() throws IOException, InterruptedException {
        List<Thing> there = asked.all("statefulsets", namespace);
        int choice = random.nextInt(10);
        if (there.isEmpty() || (choice < 2 && there.size() < 2)) {
            int kind = random.nextInt(3);
            String name = "db-" + kind;
            String retention = List.of("", "Retain", "Delete").get(kind);
            int replicas = random.nextInt(4);
            int version = ++number;
            Map<String, String> facts = new TreeMap<>(facts(replicas, version));
            facts.put("retention", retention);
            if (!asked.has("statefulsets", namespace, name)) {
                create(
                        "statefulsets",
                        name,
                        FaultObjects.statefulSet(name, replicas, version, random.nextBoolean(), retention),
                        facts);
            }
            return;
        }
        Thing one = any(there);
        if (choice < 5) {
            scale(one, random.nextInt(4));
        } else if (choice < 8) {
            roll(one);
        } else {
            deleteSet(one);
        }
    }

    private void daemonSet() throws IOException, InterruptedException {
        List<Thing> there = asked.all("daemonsets", namespace);
        if (there.isEmpty()) {
            String name = "agent-" + ++number;
            create("daemonsets", name, FaultObjects.daemonSet(name, 1), Map.of("version", "1"));
        } else if (random.nextInt(3) > 0) {
            roll(there.get(0));
        } else {
            delete(there.get(0), PROPAGATION[random.nextInt(2)]);
        }
    }

    private void job() throws IOException, InterruptedException {
        List<Thing> there = asked.all("jobs", namespace);
        int choice = random.nextInt(10);
        if (there.isEmpty() || (choice < 6 && there.size() < 2 * MOST_OF_A_KIND)) {
            makeJob();
            return;
        }
        Thing one = any(there);
        if (choice < 8) {
            String suspend = one.fact("suspend").equals("true") ? "false" : "true";
            patch(one, "{\"spec\": {\"suspend\": " + suspend + "}}", one.with("suspend", suspend));
        } else {
            delete(one, PROPAGATION[random.nextInt(2)]);
        }
    }

    private void makeJob() throws IOException, InterruptedException {
        String name = "work-" + ++number;
        int completions = 1 + random.nextInt(4);
        int millis = random.nextInt(3_000);
        Map<String, String> facts = new TreeMap<>();
        facts.put("completions", Integer.toString(completions));
        facts.put("suspend", "false");
        facts.put("ends", "Complete");
        String spec;
        switch (random.nextInt(4)) {
            case 0 ->
                spec = FaultObjects.jobSpec(
                        name, completions, "\"completionMode\": \"Indexed\", \"backoffLimit\": 50,", "0", millis);
            case 1 -> // its first pod fails
                spec = FaultObjects.jobSpec(name, completions, "\"backoffLimit\": 50,", "1,0", millis);
            case 2 -> {
                facts.put("ends", "Failed");
                spec = FaultObjects.jobSpec(name, completions, "\"backoffLimit\": 0,", "1", millis);
            }
            default -> {
                facts.put("may-go", "true");
                spec = FaultObjects.jobSpec(
                        name,
                        completions,
                        "\"backoffLimit\": 50, \"ttlSecondsAfterFinished\": " + random.nextInt(20) + ",",
                        "0",
                        millis);
            }
        }
        create("jobs", name, FaultObjects.job(name, spec), facts);
    }

    private void cronJob() throws IOException, InterruptedException {
        List<Thing> there = asked.all("cronjobs", namespace);
        if (there.isEmpty()) {
            String name = "tick-" + ++number;
            String spec = FaultObjects.jobSpec(name, 1, "\"backoffLimit\": 50,", "0", random.nextInt(2_000));
            create("cronjobs", name, FaultObjects.cronJob(name, spec), Map.of("suspend", "false"));
        } else if (random.nextInt(3) == 0) {
            delete(there.get(0), PROPAGATION[random.nextInt(2)]);
        }
    }

    private void service() throws IOException, InterruptedException {
        List<Thing> there = asked.all("services", namespace);
        if (there.isEmpty() || (random.nextInt(3) > 0 && there.size() < 2 * MOST_OF_A_KIND)) {
            String app = random.nextInt(3) == 0 ? "db-" + random.nextInt(3) : "web-" + random.nextInt(6);
            String name = "to-" + app + "-" + ++number;
            create("services", name, FaultObjects.service(name, app, random.nextInt(3) == 0), Map.of());
        } else {
            delete(any(there), "Background");
        }
    }

    private void budget() throws IOException, InterruptedException {
        List<Thing> there = asked.all("poddisruptionbudgets", namespace);
        if (there.size() < MOST_OF_A_KIND / 2) {
            String app = "web-" + random.nextInt(6);
            String name = "keep-" + app; // a pod with two budgets cannot be evicted
            if (!asked.has("poddisruptionbudgets", namespace, name)) {
                create("poddisruptionbudgets", name, FaultObjects.budget(name, app), Map.of());
            }
        } else {
            delete(any(there), "Background");
        }
    }

    /** Families of three generations, whose first is deleted in each of the three ways. */
    private void configMap() throws IOException, InterruptedException {
        List<Thing> there = asked.all("configmaps", namespace);
        int choice = random.nextInt(10);
        if (there.size() < 4 || (choice < 3 && there.size() < 30)) {
            family();
            return;
        }
        Thing one = any(there);
        if (choice < 7) {
            String value = Integer.toString(++number);
            patch(one, "{\"data\": {\"value\": \"" + value + "\"}}", one.with("data", value));
            return;
        }
        String how = PROPAGATION[random.nextInt(3)];
        if (delete(one, how)) {
            forgetDependents(one, how);
        }
    }

    private void family() throws IOException, InterruptedException {
        String ownerName = "";
        String ownerUid = "";
        int generations = 1 + random.nextInt(3);
        for (int i = 0; i < generations; i++) {
            String name = "map-" + ++number;
            Map<String, String> facts = Map.of("data", name, "owner", ownerUid.isEmpty() ? "none" : ownerUid);
            if (!create("configmaps", name, FaultObjects.configMap(name, name, ownerName, ownerUid), facts)) {
                return;
            }
            for (Thing made : asked.all("configmaps", namespace)) {
                if (made.name().equals(name)) {
                    ownerName = name;
                    ownerUid = made.uid();
                }
            }
        }
    }

    private void forgetDependents(Thing owner, String how) {
        for (Thing thing : asked.all("configmaps", namespace)) {
            if (!thing.fact("owner").equals(owner.uid())) {
                continue;
            }
            if (how.equals("Orphan")) {
                asked.put(thing.with("owner", "none"));
            } else {
                asked.remove(thing);
                forgetDependents(thing, how);
            }
        }
    }

    /** Somebody deletes or evicts a pod that a controller has made. */
    private void pod() throws IOException, InterruptedException {
        PatientClient.Reply list = client.get(ClusterView.path("pods", namespace) + "?labelSelector=app");
        List<JsonNode> pods = new ArrayList<>();
        list.body().path("items").forEach(pod -> {
            // A finished pod is a Job's record, and a pod that was left behind would not come back.
            if (WorkloadCheck.active(pod) && !ClusterView.controller(pod).isEmpty()) {
                pods.add(pod);
            }
        });
        if (pods.isEmpty()) {
            return;
        }
        String name = ClusterView.name(pods.get(random.nextInt(pods.size())));
        String path = ClusterView.path("pods", namespace, name);
        PatientClient.Reply reply;
        if (random.nextBoolean()) {
            count("pods delete");
            reply = client.delete(path, random.nextInt(3) == 0 ? "{\"gracePeriodSeconds\": 0}" : "");
        } else {
            count("pods evict");
            reply = client.post(
                    path + "/eviction",
                    "{\"apiVersion\": \"policy/v1\", \"kind\": \"Eviction\", \"metadata\": {\"name\": \"" + name
                            + "\"}}");
        }
        boolean expected = reply.status() == 404 || reply.status() == 429; // gone meanwhile; a budget
        if (!reply.done() && !expected) {
            complain("remove pod " + name, reply);
        }
    }

    private void scale(Thing thing, int replicas) throws IOException, InterruptedException {
        patch(
                thing,
                "{\"spec\": {\"replicas\": " + replicas + "}}",
                thing.with("replicas", Integer.toString(replicas)));
    }

    private void roll(Thing thing) throws IOException, InterruptedException {
        int version = ++number;
        patch(thing, FaultObjects.versionPatch(version), thing.with("version", Integer.toString(version)));
    }

    private void deleteSet(Thing thing) throws IOException, InterruptedException {
        // A claim that outlives its set by this is nobody's to delete any more.
        boolean claims = !thing.fact("retention").isEmpty();
        String how = PROPAGATION[random.nextInt(claims ? 2 : 3)];
        if (delete(thing, how) && how.equals("Orphan")) {
            asked.orphan(thing);
        }
    }

    private boolean create(String resource, String name, String body, Map<String, String> facts)
            throws IOException, InterruptedException {
        PatientClient.Reply reply = client.post(ClusterView.path(resource, namespace), body);
        if (reply.status() == 409 && reply.reason().equals("AlreadyExists")) {
            PatientClient.Reply there = client.get(ClusterView.path(resource, namespace, name));
            boolean leaves =
                    there.status() == 404 || there.body().path("metadata").has("deletionTimestamp");
            if (leaves) {
                count(resource + " wait");
                return false; // the one before of this name has not gone yet
            }
            if (reply.repeated()) {
                reply = there; // the first try was carried out, but its answer got lost
            }
        }
        if (!reply.done()) {
            complain("create " + resource + " " + name, reply);
            return false;
        }
        count(resource + " create");
        asked.put(new Thing(resource, namespace, name, ClusterView.uid(reply.body()), facts));
        return true;
    }

    private void patch(Thing thing, String patch, Thing after) throws IOException, InterruptedException {
        PatientClient.Reply reply = client.merge(thing.path(), patch);
        boolean mayGo = thing.fact("may-go").equals("true") && reply.status() == 404;
        if (mayGo) {
            asked.remove(thing);
        } else if (!reply.done()) {
            complain("patch " + thing, reply);
        } else {
            count(thing.resource() + " change");
            asked.put(after);
        }
    }

    private boolean delete(Thing thing, String how) throws IOException, InterruptedException {
        PatientClient.Reply reply = client.delete(
                thing.path(),
                "{\"kind\": \"DeleteOptions\", \"apiVersion\": \"v1\", \"propagationPolicy\": \"" + how
                        + "\", \"preconditions\": {\"uid\": \"" + thing.uid() + "\"}}");
        boolean gone = reply.status() == 404
                && (reply.repeated() || thing.fact("may-go").equals("true"));
        if (!reply.done() && !gone) {
            complain("delete " + thing, reply);
            return false;
        }
        count(thing.resource() + " delete " + how);
        asked.remove(thing);
        return true;
    }

    private Thing any(List<Thing> things) {
        return things.get(random.nextInt(things.size()));
    }

    private static Map<String, String> facts(int replicas, int version) {
        return Map.of("replicas", Integer.toString(replicas), "version", Integer.toString(version));
    }

    private void count(String step) {
        steps.merge(step, 1, Integer::sum);
    }

    private void complain(String what, PatientClient.Reply reply) {
        complaints.add(namespace + ": " + what + " was answered with " + reply.message());
    }
}
