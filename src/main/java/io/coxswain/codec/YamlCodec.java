package io.coxswain.codec;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.representer.Representer;

/**
 * YAML 1.1 to trees and back, with the reading of {@code sigs.k8s.io/yaml}: {@code yes} is true, {@code 0777} is octal,
 * dates stay strings, keys become strings. Depth, aliases and size are bounded. Stateless.
 */
public final class YamlCodec {
    /** Documents in one text; beyond this somebody is playing. */
    private static final int MAX_DOCUMENTS = 10_000;

    private YamlCodec() {}

    /**
     * Reads the first document, as upstream reads a request's body; nothing at all is {@code null}.
     *
     * @throws CodecException with upstream's message, such as {@code yaml: line 3: did not find expected key}
     */
    public static Parsed parse(byte[] yaml) {
        List<Parsed> documents = read(new String(yaml, StandardCharsets.UTF_8), 1);
        return documents.isEmpty() ? new Parsed(JsonValue.NULL, java.util.Set.of(), "") : documents.get(0);
    }

    /**
     * Reads every document of a text such as a user pastes; empty documents are left out.
     *
     * @throws CodecException as kubectl words it: {@code error converting YAML to JSON: yaml: line 3: …}
     */
    public static List<Parsed> parseAll(String yaml) {
        try {
            return read(yaml, MAX_DOCUMENTS).stream()
                    .filter(document -> document.value().getValueType() != JsonValue.ValueType.NULL)
                    .toList();
        } catch (CodecException e) {
            throw new CodecException("error converting YAML to JSON: " + e.getMessage(), e);
        }
    }

    /** The value as YAML, keys sorted, in the layout of {@code kubectl get -o yaml}. */
    public static String write(JsonValue value) {
        return dumper().dump(plain(value));
    }

    private static List<Parsed> read(String text, int most) {
        List<Parsed> documents = new ArrayList<>();
        try {
            LoaderOptions options = options();
            Composer composer = new Composer(
                    new ParserImpl(new StreamReader(new StringReader(text)), options), new YamlScalars(), options);
            while (documents.size() < most && composer.checkNode()) {
                Node node = composer.getNode();
                documents.add(new YamlTreeReader().read(node));
            }
            return documents;
        } catch (YAMLException e) {
            throw YamlErrors.translate(e, text);
        }
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(true);
        options.setNestingDepthLimit(JsonCodec.MAX_DEPTH);
        // What aliases may grow to is bounded when the tree is made; the composer only shares nodes.
        options.setMaxAliasesForCollections(10_000);
        options.setCodePointLimit(64 << 20);
        return options;
    }

    private static Yaml dumper() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setWidth(Integer.MAX_VALUE);
        options.setAllowUnicode(true);
        Representer representer = new Representer(options) {
            @Override
            protected Node representScalar(Tag tag, String value, DumperOptions.@Nullable ScalarStyle style) {
                boolean lines = tag.equals(Tag.STR) && value.indexOf('\n') >= 0;
                return super.representScalar(tag, value, lines ? DumperOptions.ScalarStyle.LITERAL : style);
            }
        };
        LoaderOptions loader = new LoaderOptions();
        return new Yaml(new SafeConstructor(loader), representer, options, loader, new YamlScalars());
    }

    private static @Nullable Object plain(JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, @Nullable Object> map = new TreeMap<>();
            object.forEach((key, member) -> map.put(key, plain(member)));
            return map;
        }
        if (value instanceof JsonArray array) {
            List<@Nullable Object> list = new ArrayList<>();
            array.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (value instanceof JsonString string) {
            return string.getString();
        }
        if (value instanceof JsonNumber number) {
            return number.isIntegral() ? number.bigIntegerValue() : number.doubleValue();
        }
        return switch (value.getValueType()) {
            case TRUE -> Boolean.TRUE;
            case FALSE -> Boolean.FALSE;
            default -> null;
        };
    }
}
