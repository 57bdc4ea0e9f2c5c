package io.coxswain.codec;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Makes a tree of one document's nodes. Used once. */
final class YamlTreeReader {
    /** More values than an object within the size limit of a body can hold without aliases. */
    private static final int MAX_VALUES = 2_000_000;

    /** Nodes that an alias may name again: their values, and how many values those are. */
    private final Map<Node, JsonValue> known = new IdentityHashMap<>();

    private final Map<Node, Integer> sizes = new IdentityHashMap<>();
    private final Map<Node, Boolean> open = new IdentityHashMap<>();
    private final List<String> duplicates = new ArrayList<>();
    private long values;

    Parsed read(Node document) {
        JsonValue value = value(document);
        String notes = duplicates.isEmpty() ? "" : "yaml: unmarshal errors:\n  " + String.join("\n  ", duplicates);
        return new Parsed(value, Set.of(), notes);
    }

    private JsonValue value(Node node) {
        JsonValue shared = known.get(node);
        if (shared != null) {
            count(sizes.getOrDefault(node, 1));
            return shared;
        }
        if (node instanceof ScalarNode scalar) {
            count(1);
            return scalar(scalar);
        }
        if (open.put(node, true) != null) {
            String anchor = node.getAnchor() == null ? "" : node.getAnchor();
            throw new CodecException("yaml: anchor '" + anchor + "' value contains itself");
        }
        long before = values;
        count(1);
        JsonValue value = node instanceof SequenceNode sequence ? array(sequence) : object((MappingNode) node);
        open.remove(node);
        known.put(node, value);
        sizes.put(node, (int) (values - before));
        return value;
    }

    private void count(int more) {
        values += more;
        if (values > MAX_VALUES) {
            throw new CodecException("yaml: document contains excessive aliasing");
        }
    }

    private JsonValue array(SequenceNode sequence) {
        JsonArrayBuilder array = JsonTrees.array();
        sequence.getValue().forEach(item -> array.add(value(item)));
        return array.build();
    }

    private JsonObject object(MappingNode mapping) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (key.getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
                continue;
            }
            String name = key(key);
            if (members.put(name, value(tuple.getValueNode())) != null && duplicates.size() < 100) {
                duplicates.add("line " + (key.getStartMark().getLine() + 1) + ": key " + JsonTrees.text(name)
                        + " already set in map");
            }
        }
        for (Node source : merged) {
            merge(members, source);
        }
        return JsonTrees.of(members);
    }

    /** {@code <<}: members of other mappings that the mapping does not have itself. */
    private void merge(Map<String, JsonValue> members, Node source) {
        if (source instanceof MappingNode && value(source) instanceof JsonObject object) {
            object.forEach(members::putIfAbsent);
        } else if (source instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                if (!(item instanceof MappingNode) || !(value(item) instanceof JsonObject object)) {
                    throw new CodecException("yaml: map merge requires map or sequence of maps as the value");
                }
                object.forEach(members::putIfAbsent);
            }
        } else {
            throw new CodecException("yaml: map merge requires map or sequence of maps as the value");
        }
    }

    private String key(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw new CodecException("yaml: invalid map key");
        }
        JsonValue key = scalar(scalar);
        return switch (key.getValueType()) {
            case STRING -> ((jakarta.json.JsonString) key).getString();
            case NULL ->
                throw new CodecException("unsupported map key of type: null, line "
                        + (scalar.getStartMark().getLine() + 1));
            default -> key.toString();
        };
    }

    private static JsonValue scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return JsonValue.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return JsonTrees.flag(YamlScalars.flag(text));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            if (text.toLowerCase(java.util.Locale.ROOT).endsWith(".nan")) {
                throw new CodecException("json: unsupported value: NaN");
            }
            if (text.toLowerCase(java.util.Locale.ROOT).endsWith(".inf")) {
                throw new CodecException("json: unsupported value: " + (text.startsWith("-") ? "-Inf" : "+Inf"));
            }
            JsonValue number = YamlScalars.number(text);
            if (number == null) {
                throw new CodecException(
                        "yaml: cannot decode !!str `" + text + "` as a " + (tag.equals(Tag.INT) ? "!!int" : "!!float"));
            }
            return number;
        }
        if (tag.equals(Tag.BINARY)) {
            try {
                return JsonTrees.text(new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new CodecException("yaml: !!binary value contains invalid base64 data", e);
            }
        }
        return JsonTrees.text(text);
    }
}
