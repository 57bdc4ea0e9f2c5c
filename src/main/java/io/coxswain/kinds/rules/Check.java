package io.coxswain.kinds.rules;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks single fields and collects what is wrong. One instance goes through a whole validation; each check adds at most
 * a few errors under the path it is given.
 */
public final class Check {
    public static final String IMMUTABLE = "field is immutable";
    public static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private static final long MAX_ID = Integer.MAX_VALUE;

    private final List<FieldError> errors = new ArrayList<>();

    public List<FieldError> errors() {
        return errors;
    }

    public void add(FieldError error) {
        errors.add(error);
    }

    public void invalid(FieldPath path, Object value, String why) {
        errors.add(FieldError.invalid(path, value, why));
    }

    /** One error for each fault. */
    public void invalid(FieldPath path, String value, List<String> faults) {
        faults.forEach(fault -> invalid(path, value, fault));
    }

    public void required(FieldPath path, String why) {
        errors.add(FieldError.required(path, why));
    }

    public void required(FieldPath path) {
        required(path, "");
    }

    public void forbidden(FieldPath path, String why) {
        errors.add(FieldError.forbidden(path, why));
    }

    public void duplicate(FieldPath path, Object value) {
        errors.add(FieldError.duplicate(path, value));
    }

    /** Calls the action with each object of an array and its path. */
    public void each(ObjectView object, FieldPath path, String field, Item action) {
        int i = 0;
        for (JsonValue value : object.array(field)) {
            FieldPath at = path.child(field).index(i++);
            if (value instanceof jakarta.json.JsonObject item) {
                action.check(new ObjectView(item), at);
            }
        }
    }

    /** Calls the action with the object in a field, if there is one. */
    public void in(ObjectView object, FieldPath path, String field, Item action) {
        object.at(field)
                .filter(jakarta.json.JsonObject.class::isInstance)
                .ifPresent(value -> action.check(new ObjectView(value.asJsonObject()), path.child(field)));
    }

    /** A text that must not be empty; the further check runs on it if it is not. */
    public void nonEmpty(ObjectView object, FieldPath path, String field, @Nullable Consumer<String> further) {
        String text = object.text(field);
        if (text.isEmpty()) {
            required(path.child(field));
        } else if (further != null) {
            further.accept(text);
        }
    }

    /** A text that must be one of a few. Empty is reported as missing. */
    public void oneOf(ObjectView object, FieldPath path, String field, List<String> supported) {
        nonEmpty(object, path, field, text -> supported(path.child(field), text, supported));
    }

    /** A text that may be absent, and otherwise must be one of a few. */
    public void oneOfOrAbsent(ObjectView object, FieldPath path, String field, List<String> supported) {
        if (object.at(field).isPresent()) {
            supported(path.child(field), object.text(field), supported);
        }
    }

    public void supported(FieldPath path, String text, List<String> supported) {
        if (!supported.contains(text)) {
            errors.add(FieldError.notSupported(path, text, supported));
        }
    }

    public void label(FieldPath path, String text) {
        invalid(path, text, Names.dns1123Label(text));
    }

    public void subdomain(FieldPath path, String text) {
        invalid(path, text, Names.dns1123Subdomain(text));
    }

    public void qualifiedName(FieldPath path, String text) {
        LabelRules.checkKey(text, path, errors);
    }

    public void nonNegative(ObjectView object, FieldPath path, String field) {
        object.number(field)
                .filter(number -> number < 0)
                .ifPresent(number -> invalid(path.child(field), number, "must be greater than or equal to 0"));
    }

    public void between(FieldPath path, long value, long low, long high) {
        if (value < low || value > high) {
            invalid(path, value, "must be between " + low + " and " + high + ", inclusive");
        }
    }

    /** A user or group id. */
    public void id(ObjectView object, FieldPath path, String field) {
        object.number(field).ifPresent(number -> between(path.child(field), number, 0, MAX_ID));
    }

    public void portNumber(FieldPath path, long port) {
        between(path, port, 1, 65535);
    }

    /** A port by number or by name. */
    public void port(FieldPath path, Optional<JsonValue> port) {
        JsonValue value = port.orElse(null);
        if (value instanceof JsonString name) {
            invalid(path, name.getString(), Names.portName(name.getString()));
        } else {
            portNumber(path, value instanceof JsonNumber number ? number.longValue() : 0);
        }
    }

    /** A relative path that does not lead upwards. */
    public void descendingPath(FieldPath path, String value) {
        if (value.startsWith("/")) {
            invalid(path, value, "must be a relative path");
        }
        noBacksteps(path, value);
    }

    public void noBacksteps(FieldPath path, String value) {
        if (List.of(value.split("/", -1)).contains("..")) {
            invalid(path, value, "must not contain '..'");
        }
    }

    /** An IP address that a service or endpoint may have. */
    public void ip(FieldPath path, String address) {
        if (!IpAddresses.isValid(address)) {
            invalid(path, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }

    /** What a check does with one object. */
    @FunctionalInterface
    public interface Item {
        void check(ObjectView object, FieldPath path);
    }
}
