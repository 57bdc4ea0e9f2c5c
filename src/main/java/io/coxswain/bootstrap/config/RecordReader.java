package io.coxswain.bootstrap.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes one settings record from a source. */
final class RecordReader {
    private RecordReader() {}

    /** One key of a record, as {@code docs/configuration.md} shows it. */
    record Key(String name, Class<?> type, String defaultValue, String about) {}

    static List<Key> keys(Class<? extends Record> type) {
        SettingsGroup group = type.getAnnotation(SettingsGroup.class);
        if (group == null) {
            throw new IllegalArgumentException(type + " has no @SettingsGroup");
        }
        List<Key> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalArgumentException(component + " of " + type + " has no @Setting");
            }
            String name = group.value() + "." + kebabCase(component.getName());
            keys.add(new Key(name, component.getType(), setting.value(), setting.about()));
        }
        return List.copyOf(keys);
    }

    static <T extends Record> T read(Class<T> type, SettingsSource source) {
        List<Key> keys = keys(type);
        Object[] values = new Object[keys.size()];
        for (int i = 0; i < values.length; i++) {
            Key key = keys.get(i);
            values[i] = convert(key, source.value(key.name()).orElse(key.defaultValue()));
        }
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException(type + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    private static Object convert(Key key, String text) {
        Class<?> type = key.type();
        if (type == String.class) {
            return text;
        } else if (type == List.class) {
            return Arrays.stream(text.split(","))
                    .map(String::trim)
                    .filter(part -> !part.isEmpty())
                    .toList();
        } else if (type == Secret.class) {
            return new Secret(text);
        } else if (type == boolean.class) {
            return flag(key, text);
        } else if (type == int.class) {
            return (int) number(key, text, Integer.MAX_VALUE);
        } else if (type == long.class) {
            return number(key, text, Long.MAX_VALUE);
        } else if (type == Duration.class) {
            return duration(key, text);
        } else if (type == Path.class) {
            return path(key, text);
        }
        return parsed(key, text, type);
    }

    private static Object parsed(Key key, String text, Class<?> type) {
        try {
            if (type == DataSize.class) {
                return DataSize.parse(text);
            } else if (type == Cidr.class) {
                return Cidr.parse(text);
            } else if (type == PortRange.class) {
                return PortRange.parse(text);
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    key.name(), text, Optional.ofNullable(e.getMessage()).orElse("of another form"));
        }
        throw new IllegalArgumentException(key.name() + " has the type " + type + ", which no setting can have");
    }

    private static boolean flag(Key key, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSettingException(key.name(), text, "true or false");
        };
    }

    private static long number(Key key, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (Math.abs(number) <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new InvalidSettingException(key.name(), text, "a whole number");
        }
        throw new InvalidSettingException(key.name(), text, "a whole number up to " + most);
    }

    /** Durations in ISO 8601, or a number with one of the units ms, s, m, h, d. */
    private static Duration duration(Key key, String text) {
        try {
            if (text.matches("\\d{1,12}(ms|s|m|h|d)")) {
                String unit = text.replaceAll("\\d", "");
                long number = Long.parseLong(text.substring(0, text.length() - unit.length()));
                return switch (unit) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
            }
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new InvalidSettingException(key.name(), text, "a duration such as 500ms, 30s, 5m, 12h or PT1H30M");
        }
    }

    private static Path path(Key key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidSettingException(key.name(), text, "a path");
        }
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
