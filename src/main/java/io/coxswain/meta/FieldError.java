package io.coxswain.meta;

import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with one field, worded as upstream's {@code field.Error}.
 *
 * @param type what kind of fault it is
 * @param field the path, as {@link FieldPath} prints it
 * @param badValue the value, already in the form to print (strings in double quotes); {@code null} if it is not shown
 * @param detail the explanation; {@code ""} if the type says it all
 */
public record FieldError(Type type, String field, @Nullable String badValue, String detail) {

    /** Kinds of faults, with upstream's words and cause reasons. */
    public enum Type {
        NOT_FOUND("FieldValueNotFound", "Not found"),
        REQUIRED("FieldValueRequired", "Required value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_MANY("FieldValueTooMany", "Too many"),
        INTERNAL("InternalError", "Internal error"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value");

        private final String reason;
        private final String words;

        Type(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        public String reason() {
            return reason;
        }
    }

    public static FieldError required(FieldPath field, String detail) {
        return new FieldError(Type.REQUIRED, field.toString(), null, detail);
    }

    public static FieldError invalid(FieldPath field, Object value, String detail) {
        return new FieldError(Type.INVALID, field.toString(), print(value), detail);
    }

    public static FieldError duplicate(FieldPath field, Object value) {
        return new FieldError(Type.DUPLICATE, field.toString(), print(value), "");
    }

    public static FieldError notFound(FieldPath field, Object value) {
        return new FieldError(Type.NOT_FOUND, field.toString(), print(value), "");
    }

    /** The value is none of {@code supported}, which are listed in the order given. */
    public static FieldError notSupported(FieldPath field, Object value, java.util.List<String> supported) {
        String detail = supported.isEmpty()
                ? ""
                : "supported values: "
                        + String.join(
                                ", ", supported.stream().map(FieldError::quote).toList());
        return new FieldError(Type.NOT_SUPPORTED, field.toString(), print(value), detail);
    }

    public static FieldError forbidden(FieldPath field, String detail) {
        return new FieldError(Type.FORBIDDEN, field.toString(), null, detail);
    }

    /** Longer than {@code maxBytes} bytes. */
    public static FieldError tooLong(FieldPath field, int maxBytes) {
        return new FieldError(Type.TOO_LONG, field.toString(), null, "may not be more than " + maxBytes + " bytes");
    }

    public static FieldError tooMany(FieldPath field, int actual, int max) {
        return new FieldError(
                Type.TOO_MANY, field.toString(), Integer.toString(actual), "must have at most " + max + " items");
    }

    /** The cause for {@code status.details.causes}. */
    public Status.Cause toCause() {
        return new Status.Cause(type.reason, body(), field);
    }

    @Override
    public String toString() {
        return field + ": " + body();
    }

    private String body() {
        StringBuilder text = new StringBuilder(type.words);
        if (badValue != null) {
            text.append(": ").append(badValue);
        }
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        return text.toString();
    }

    private static String print(Object value) {
        if (value instanceof jakarta.json.JsonValue json) {
            return json.toString();
        }
        return value instanceof CharSequence text ? quote(text.toString()) : String.valueOf(value);
    }

    private static String quote(String text) {
        return jakarta.json.Json.createValue(text).toString();
    }
}
