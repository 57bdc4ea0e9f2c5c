package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The volumes of a pod and the mounts of its containers. */
final class VolumeValidation {
    /** Every volume source, in the order in which upstream looks at them. */
    private static final List<String> SOURCES = List.of(
            "emptyDir",
            "hostPath",
            "gitRepo",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "persistentVolumeClaim",
            "rbd",
            "cinder",
            "cephfs",
            "flocker",
            "downwardAPI",
            "fc",
            "azureFile",
            "configMap",
            "vsphereVolume",
            "quobyte",
            "azureDisk",
            "storageos",
            "projected",
            "portworxVolume",
            "scaleIO",
            "csi",
            "ephemeral",
            "image");

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
    private static final List<String> PROJECTIONS = List.of(
            "secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate");
    private static final List<String> PROPAGATIONS = List.of("Bidirectional", "HostToContainer", "None");
    private static final String MODE_RULE = "must be a number between 0 and 0777 (octal), both inclusive";
    private static final long MIN_TOKEN_SECONDS = 600;
    private static final long MAX_TOKEN_SECONDS = 1L << 32;

    private final Check check;
    private final EnvironmentValidation references;
    private final Set<String> names = new HashSet<>();

    VolumeValidation(Check check) {
        this.check = check;
        this.references = new EnvironmentValidation(check);
    }

    /** Checks the volumes, and remembers the names of the sound ones for {@link #mounts}. */
    void volumes(ObjectView spec, FieldPath path) {
        check.each(spec, path, "volumes", (volume, at) -> {
            int before = check.errors().size();
            source(volume, at);
            check.nonEmpty(volume, at, "name", name -> check.label(at.child("name"), name));
            String name = volume.text("name");
            if (names.contains(name)) {
                check.duplicate(at.child("name"), name);
            }
            if (check.errors().size() == before) {
                names.add(name);
            }
        });
    }

    private void source(ObjectView volume, FieldPath path) {
        boolean found = false;
        for (String kind : SOURCES) {
            if (volume.at(kind).isEmpty()) {
                continue;
            }
            if (found) {
                check.forbidden(path.child(kind), "may not specify more than 1 volume type");
            } else {
                found = true;
                check.in(volume, path, kind, (source, at) -> content(kind, source, at));
            }
        }
        if (!found) {
            check.required(path, "must specify a volume type");
        }
    }

    private void content(String kind, ObjectView source, FieldPath path) {
        switch (kind) {
            case "emptyDir" ->
                ResourceRules.parse(source.text("sizeLimit"))
                        .filter(limit -> limit.signum() < 0)
                        .ifPresent(limit -> check.forbidden(
                                path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity"));
            case "hostPath" -> {
                check.nonEmpty(source, path, "path", value -> check.noBacksteps(path.child("path"), value));
                check.oneOfOrAbsent(source, path, "type", HOST_PATH_TYPES);
            }
            case "secret" -> {
                check.nonEmpty(source, path, "secretName", null);
                files(source, path);
            }
            case "configMap" -> {
                check.nonEmpty(source, path, "name", null);
                files(source, path);
            }
            case "downwardAPI" -> {
                mode(source, path, "defaultMode");
                check.each(source, path, "items", this::downwardFile);
            }
            case "projected" -> projected(source, path);
            case "persistentVolumeClaim" -> check.nonEmpty(source, path, "claimName", null);
            case "nfs" -> {
                check.nonEmpty(source, path, "server", null);
                check.nonEmpty(source, path, "path", value -> {
                    if (!value.startsWith("/")) {
                        check.invalid(path.child("path"), value, "must be an absolute path");
                    }
                });
            }
            case "csi" -> check.nonEmpty(source, path, "driver", null);
            case "image" -> check.nonEmpty(source, path, "reference", null);
            case "ephemeral" -> {
                if (source.at("volumeClaimTemplate").isEmpty()) {
                    check.required(path.child("volumeClaimTemplate"));
                }
            }
            default -> {
                // kinds of network disks: their drivers check them
            }
        }
    }

    private void files(ObjectView source, FieldPath path) {
        mode(source, path, "defaultMode");
        keysToPaths(source, path);
    }

    private void keysToPaths(ObjectView source, FieldPath path) {
        check.each(source, path, "items", (item, at) -> {
            check.nonEmpty(item, at, "key", null);
            check.nonEmpty(item, at, "path", value -> filePath(at.child("path"), value));
            mode(item, at, "mode");
        });
    }

    private void filePath(FieldPath path, String value) {
        check.descendingPath(path, value);
        if (value.startsWith("..") && !value.startsWith("../") && !value.equals("..")) {
            check.invalid(path, value, "must not start with '..'");
        }
    }

    private void mode(ObjectView object, FieldPath path, String field) {
        object.number(field)
                .filter(mode -> mode < 0 || mode > 0777)
                .ifPresent(mode -> check.invalid(path.child(field), mode, MODE_RULE));
    }

    private void downwardFile(ObjectView file, FieldPath path) {
        check.nonEmpty(file, path, "path", value -> filePath(path.child("path"), value));
        boolean field = file.at("fieldRef").isPresent();
        boolean resource = file.at("resourceFieldRef").isPresent();
        if (field) {
            check.in(
                    file,
                    path,
                    "fieldRef",
                    (reference, at) -> references.fieldReference(reference, at, EnvironmentValidation.FILE_FIELDS));
            if (resource) {
                check.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (resource) {
            check.in(
                    file,
                    path,
                    "resourceFieldRef",
                    (reference, at) -> references.resourceReference(reference, at, true));
        } else {
            check.required(path, "one of fieldRef and resourceFieldRef is required");
        }
        mode(file, path, "mode");
    }

    private void projected(ObjectView projected, FieldPath path) {
        mode(projected, path, "defaultMode");
        Map<String, Boolean> paths = new HashMap<>();
        check.each(projected, path, "sources", (source, at) -> {
            boolean found = false;
            for (String kind : PROJECTIONS) {
                if (source.at(kind).isEmpty()) {
                    continue;
                }
                if (found) {
                    check.forbidden(at.child(kind), "may not specify more than 1 volume type per source");
                    continue;
                }
                found = true;
                check.in(source, at, kind, (content, contentPath) -> projection(kind, content, contentPath));
                for (ObjectView item : source.items(kind, "items")) {
                    String file = item.text("path");
                    if (!file.isEmpty() && paths.put(file, true) != null) {
                        check.invalid(path, source.text(kind, "name"), "conflicting duplicate paths");
                    }
                }
            }
        });
    }

    private void projection(String kind, ObjectView source, FieldPath path) {
        switch (kind) {
            case "secret", "configMap" -> {
                check.nonEmpty(source, path, "name", null);
                keysToPaths(source, path);
            }
            case "downwardAPI" -> check.each(source, path, "items", this::downwardFile);
            case "serviceAccountToken" -> {
                source.number("expirationSeconds").ifPresent(seconds -> {
                    if (seconds < MIN_TOKEN_SECONDS) {
                        check.invalid(
                                path.child("expirationSeconds"),
                                seconds,
                                "may not specify a duration less than 10 minutes");
                    } else if (seconds > MAX_TOKEN_SECONDS) {
                        check.invalid(
                                path.child("expirationSeconds"),
                                seconds,
                                "may not specify a duration larger than 2^32 seconds");
                    }
                });
                check.nonEmpty(source, path, "path", value -> filePath(path.child("path"), value));
            }
            default -> check.nonEmpty(source, path, "path", null);
        }
    }

    /** Checks a container's mounts against the pod's volumes. */
    void mounts(ObjectView container, FieldPath path) {
        Set<String> points = new HashSet<>();
        Set<String> devices = new HashSet<>();
        Set<String> devicePaths = new HashSet<>();
        for (ObjectView device : container.items("volumeDevices")) {
            devices.add(device.text("name"));
            devicePaths.add(device.text("devicePath"));
        }
        FieldPath list = path.child("volumeMounts");
        check.each(container, path, "volumeMounts", (mount, at) -> {
            String name = mount.text("name");
            check.nonEmpty(mount, at, "name", null);
            if (!names.contains(name)) {
                check.add(io.coxswain.meta.FieldError.notFound(at.child("name"), name));
            }
            String point = mount.text("mountPath");
            check.nonEmpty(mount, at, "mountPath", null);
            if (!points.add(point)) {
                check.invalid(at.child("mountPath"), point, "must be unique");
            }
            if (devices.contains(name)) {
                check.invalid(at.child("name"), name, "must not already exist in volumeDevices");
            }
            if (devicePaths.contains(point)) {
                check.invalid(at.child("mountPath"), point, "must not already exist as a path in volumeDevices");
            }
            subPaths(mount, at, list);
            check.oneOfOrAbsent(mount, list, "mountPropagation", PROPAGATIONS);
        });
    }

    private void subPaths(ObjectView mount, FieldPath path, FieldPath list) {
        String subPath = mount.text("subPath");
        String expression = mount.text("subPathExpr");
        if (!subPath.isEmpty()) {
            check.descendingPath(list.child("subPath"), subPath);
        }
        if (!expression.isEmpty()) {
            if (!subPath.isEmpty()) {
                check.invalid(path.child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive");
            }
            check.descendingPath(list.child("subPathExpr"), expression);
        }
    }
}
