package io.coxswain.kinds.storage;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** What the kinds of this group have in common: names of drivers, and parameters for them. */
final class StorageRules {
    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_PARAMETERS_BYTES = 256 * 1024;
    private static final int MAX_DRIVER_NAME = 63;
    private static final int MAX_NODE_ID = 192;

    private StorageRules() {}

    static void provisioner(Check check, String name, FieldPath path) {
        if (name.isEmpty()) {
            check.required(path, name);
        } else {
            check.qualifiedName(path, name.toLowerCase(Locale.ROOT));
        }
    }

    static void parameters(Check check, ObjectView object, FieldPath path, boolean required) {
        Map<String, String> parameters = object.texts("parameters");
        if (parameters.isEmpty() && required) {
            check.required(path, "must contain at least one key/value pair");
        }
        if (parameters.size() > MAX_PARAMETERS) {
            check.add(new FieldError(
                    FieldError.Type.TOO_LONG,
                    path.toString(),
                    null,
                    "Provisioner Parameters may not be more than " + MAX_PARAMETERS + " bytes"));
            return;
        }
        long size = 0;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (parameter.getKey().isEmpty()) {
                check.invalid(path, parameter.getKey(), "field can not be empty.");
            }
            size += parameter.getKey().getBytes(StandardCharsets.UTF_8).length
                    + parameter.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_PARAMETERS_BYTES) {
            check.add(FieldError.tooLong(path, MAX_PARAMETERS_BYTES));
        }
    }

    /** The name of a CSI driver. */
    static void driver(Check check, String name, FieldPath path) {
        if (name.isEmpty()) {
            check.required(path);
        } else if (name.length() > MAX_DRIVER_NAME) {
            check.add(FieldError.tooLong(path, MAX_DRIVER_NAME));
        } else {
            check.subdomain(path, name.toLowerCase(Locale.ROOT));
        }
    }

    static void nodeId(Check check, String id, FieldPath path) {
        if (id.isEmpty()) {
            check.required(path, id);
        } else if (id.length() > MAX_NODE_ID) {
            check.invalid(path, id, "must be " + MAX_NODE_ID + " characters or less");
        }
    }
}
