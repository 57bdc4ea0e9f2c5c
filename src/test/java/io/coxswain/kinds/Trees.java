package io.coxswain.kinds;

import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** Trees from YAML text, so that tests read like manifests. */
public final class Trees {
    private Trees() {}

    public static JsonObject yaml(String text) {
        return value(new Yaml().load(text)).asJsonObject();
    }

    public static ObjectView view(String text) {
        return new ObjectView(yaml(text));
    }

    private static JsonValue value(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObjectBuilder builder = Json.createObjectBuilder();
            map.forEach((key, each) -> builder.add(String.valueOf(key), value(each)));
            return builder.build();
        }
        if (value instanceof List<?> list) {
            JsonArrayBuilder builder = Json.createArrayBuilder();
            list.forEach(each -> builder.add(value(each)));
            return builder.build();
        }
        if (value instanceof Boolean flag) {
            return flag ? JsonValue.TRUE : JsonValue.FALSE;
        }
        if (value instanceof Number number) {
            return Json.createValue(new BigDecimal(number.toString()));
        }
        return value == null ? JsonValue.NULL : Json.createValue(value.toString());
    }
}
