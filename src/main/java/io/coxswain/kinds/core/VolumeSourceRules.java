package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The place a PersistentVolume stands for: exactly one, with what its driver needs to find it. */
final class VolumeSourceRules {
    /** Every source, in the order in which upstream looks at them. */
    static final List<String> SOURCES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");

    /** What must not be empty, by source. */
    private static final Map<String, List<String>> NEEDED = Map.ofEntries(
            Map.entry("hostPath", List.of("path")),
            Map.entry("gcePersistentDisk", List.of("pdName")),
            Map.entry("awsElasticBlockStore", List.of("volumeID")),
            Map.entry("glusterfs", List.of("endpoints", "path")),
            Map.entry("nfs", List.of("server", "path")),
            Map.entry("rbd", List.of("monitors", "image")),
            Map.entry("quobyte", List.of("registry", "volume")),
            Map.entry("cephfs", List.of("monitors")),
            Map.entry("iscsi", List.of("targetPortal", "iqn")),
            Map.entry("cinder", List.of("volumeID")),
            Map.entry("flexVolume", List.of("driver")),
            Map.entry("azureFile", List.of("secretName", "shareName")),
            Map.entry("vsphereVolume", List.of("volumePath")),
            Map.entry("photonPersistentDisk", List.of("pdID")),
            Map.entry("portworxVolume", List.of("volumeID")),
            Map.entry("azureDisk", List.of("diskURI", "diskName")),
            Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
            Map.entry("local", List.of("path")),
            Map.entry("csi", List.of("driver", "volumeHandle")));

    private VolumeSourceRules() {}

    static void check(Check check, ObjectView spec, FieldPath path) {
        boolean found = false;
        for (String kind : SOURCES) {
            if (spec.at(kind).isEmpty()) {
                continue;
            }
            if (found) {
                check.forbidden(path.child(kind), "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            check.in(spec, path, kind, (source, at) -> content(check, kind, source, at));
        }
        if (!found) {
            check.required(path, "must specify a volume type");
        }
    }

    private static void content(Check check, String kind, ObjectView source, FieldPath path) {
        for (String field : NEEDED.getOrDefault(kind, List.of())) {
            boolean missing =
                    source.text(field).isEmpty() && source.array(field).isEmpty();
            if (missing) {
                check.required(path.child(field));
            }
        }
        switch (kind) {
            case "hostPath" -> check.noBacksteps(path.child("path"), source.text("path"));
            case "local" -> check.noBacksteps(path.child("path"), source.text("path"));
            case "nfs" -> {
                String directory = source.text("path");
                if (!directory.isEmpty() && !directory.startsWith("/")) {
                    check.invalid(path.child("path"), directory, "must be an absolute path");
                }
            }
            case "csi" -> {
                String driver = source.text("driver");
                if (!driver.isEmpty()) {
                    check.subdomain(path.child("driver"), driver.toLowerCase(Locale.ROOT));
                }
            }
            default -> {
                // its driver checks the rest
            }
        }
    }
}
