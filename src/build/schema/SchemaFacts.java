import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the table of Kubernetes' built-in types that {@code io.coxswain.meta.schema.SchemaCatalog} reads, and compares
 * a table with the OpenAPI document: field names, types, required fields, enums, defaults, list and map types, patch
 * strategies. Facts only, no sentences. Runs straight from this file, by hand, when the release changes:
 *
 * <pre>
 * java src/build/schema/SchemaFacts.java SWAGGER_JSON MODULES TABLE
 * java src/build/schema/SchemaFacts.java --check SWAGGER_JSON TABLE
 * </pre>
 *
 * <p>Which types there are, what is required and the list markers come from {@code api/openapi-spec/swagger.json} of
 * the release; what JSON does not show (type names for error messages, pointers, omitempty, enums, defaults, the order
 * of fields, and the types that no operation of the document carries) from the sources of the API modules. MODULES
 * holds {@code api@v0.34.0}, {@code apimachinery@v0.34.0}, {@code apiextensions-apiserver@v0.34.0} and
 * {@code kube-aggregator@v0.34.0}, unpacked from the archives that the module proxy serves; CONTRIBUTING.md says how.
 *
 * <p>{@code --check} prints every difference between the table and the document, and ends with 1 if one of them is not
 * explained in docs/adr/0012-schema-table.md.
 */
public final class SchemaFacts {
    private static final Pattern GENERALLY_AVAILABLE = Pattern.compile("v\\d+");
    private static final String APIMACHINERY = "io.k8s.apimachinery.";

    /**
     * Types that no operation of the document carries in its body, by their kinds, and those that only they refer to:
     * options that travel as parameters, what webhooks are asked, discovery, and three that protobuf knows.
     */
    private static final Map<String, Kind> BEYOND_THE_DOCUMENT = beyondTheDocument();

    private static Map<String, Kind> beyondTheDocument() {
        Map<String, Kind> types = new TreeMap<>();
        String meta = APIMACHINERY + "pkg.apis.meta.v1.";
        for (String kind : List.of("CreateOptions", "GetOptions", "List", "ListOptions", "PatchOptions", "UpdateOptions")) {
            types.put(meta + kind, new Kind("", "v1", kind));
        }
        for (String part : List.of("GroupVersionKind", "GroupVersionResource")) {
            types.put(meta + part, null);
        }
        for (String kind : List.of(
                "NodeProxyOptions",
                "PodAttachOptions",
                "PodExecOptions",
                "PodLogOptions",
                "PodPortForwardOptions",
                "PodProxyOptions",
                "PodStatusResult",
                "RangeAllocation",
                "SerializedReference",
                "ServiceProxyOptions")) {
            types.put("io.k8s.api.core.v1." + kind, new Kind("", "v1", kind));
        }
        types.put("io.k8s.api.admission.v1.AdmissionReview", new Kind("admission.k8s.io", "v1", "AdmissionReview"));
        for (String part : List.of("AdmissionRequest", "AdmissionResponse")) {
            types.put("io.k8s.api.admission.v1." + part, null);
        }
        for (String kind : List.of("APIGroupDiscovery", "APIGroupDiscoveryList")) {
            types.put("io.k8s.api.apidiscovery.v2." + kind, new Kind("apidiscovery.k8s.io", "v2", kind));
        }
        for (String part : List.of("APIResourceDiscovery", "APISubresourceDiscovery", "APIVersionDiscovery")) {
            types.put("io.k8s.api.apidiscovery.v2." + part, null);
        }
        return types;
    }

    private final Map<String, Definition> definitions;
    private final GoSources go;

    private SchemaFacts(Map<String, Definition> definitions, GoSources go) {
        this.definitions = definitions;
        this.go = go;
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: SchemaFacts SWAGGER_JSON MODULES TABLE | SchemaFacts --check SWAGGER_JSON TABLE");
            System.exit(2);
        }
        if (args[0].equals("--check")) {
            System.exit(new Check(Definition.readAll(Path.of(args[1])), Path.of(args[2])).run() ? 0 : 1);
        }
        SchemaFacts facts = new SchemaFacts(Definition.readAll(Path.of(args[0])), new GoSources(Path.of(args[1])));
        BEYOND_THE_DOCUMENT.forEach(facts::derive);
        Files.writeString(Path.of(args[2]), facts.table());
    }

    /** The names of the generally available types of the document and of all that they refer to. */
    private static Set<String> generallyAvailable(Map<String, Definition> definitions) {
        Set<String> found = new TreeSet<>();
        definitions.forEach((name, definition) -> {
            boolean root = definition.kinds.stream()
                    .anyMatch(kind -> GENERALLY_AVAILABLE.matcher(kind.version).matches()
                            && GENERALLY_AVAILABLE.matcher(lastPart(packageOf(name))).matches());
            if (root || name.startsWith(APIMACHINERY) || BEYOND_THE_DOCUMENT.containsKey(name)) {
                reach(name, definitions, found);
            }
        });
        return found;
    }

    private static void reach(String name, Map<String, Definition> definitions, Set<String> found) {
        if (found.add(name) && definitions.containsKey(name)) {
            definitions.get(name).properties.values().stream()
                    .flatMap(Property::references)
                    .forEach(reference -> reach(reference, definitions, found));
        }
    }

    /** Derives from the sources what the document would say of a type that it does not hold. */
    private void derive(String name, Kind kind) {
        if (definitions.containsKey(name)) {
            throw new IllegalStateException(name + " is in the document");
        }
        Map<String, Property> properties = new TreeMap<>();
        Set<String> required = new TreeSet<>();
        for (GoField field : go.fields(packageOf(name), lastPart(name))) {
            properties.put(field.name, property(field.owner, field.type).with(field));
            if (!field.omitEmpty && !field.omitZero && field.marker("optional").isEmpty()) {
                required.add(field.name);
            }
        }
        definitions.put(
                name, new Definition("object", "", required, properties, kind == null ? List.of() : List.of(kind)));
    }

    private Property property(GoPackage owner, List<Word> type) {
        if (type.get(0).is("*")) {
            return property(owner, type.subList(1, type.size()));
        }
        if (GoSources.isList(type)) {
            List<Word> item = type.subList(2, type.size());
            return item.get(0).is("byte")
                    ? Property.scalar("string", "byte")
                    : Property.list(property(owner, item));
        }
        if (type.get(0).is("map")) {
            return Property.map(property(owner, type.subList(GoFile.endOfLine(type, 2) + 1, type.size())));
        }
        GoPackage declarer = type.size() == 1 ? owner : go.load(GoSources.importOf(owner, type.get(0).text));
        String name = type.get(type.size() - 1).text;
        GoType declared = declarer.types.get(name);
        if (declared != null) {
            String reference = declarer.openApiName + "." + name;
            return definitions.containsKey(reference) || BEYOND_THE_DOCUMENT.containsKey(reference)
                    ? Property.reference(reference)
                    : property(declarer, declared.words);
        }
        return switch (name) {
            case "string" -> Property.scalar("string", "");
            case "bool" -> Property.scalar("boolean", "");
            case "int32", "int64" -> Property.scalar("integer", name);
            default -> throw new IllegalStateException("no form for the type " + name + " of " + owner.openApiName);
        };
    }

    private String table() {
        StringBuilder out = new StringBuilder();
        out.append("# The types of Kubernetes 1.34 that are generally available. Made by src/build/schema; do not edit.\n");
        out.append("# P package goPackage | T type [kind=group/version/Kind...] [form=...] [map=atomic]"
                + " | F field type [attributes]\n");
        String current = "";
        for (String name : generallyAvailable(definitions)) {
            if (!packageOf(name).equals(current)) {
                current = packageOf(name);
                out.append("P ").append(current).append(' ').append(go.load(current).name).append('\n');
            }
            writeType(out, name, definitions.get(name));
        }
        return out.toString();
    }

    private void writeType(StringBuilder out, String name, Definition definition) {
        out.append("T ").append(lastPart(name));
        kindsOf(name, definition).forEach(kind -> out.append(" kind=").append(kind));
        String form = formOf(name, definition);
        if (!form.equals("object")) {
            out.append(" form=").append(form);
        }
        if (!definition.mapType.isEmpty()) {
            out.append(" map=").append(definition.mapType);
        }
        out.append('\n');
        if (definition.properties.isEmpty()) {
            return;
        }
        Set<String> missing = new TreeSet<>(definition.properties.keySet());
        for (GoField field : go.fields(packageOf(name), lastPart(name))) {
            if (missing.remove(field.name)) {
                writeField(out, packageOf(name), definition, field);
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException(name + " has " + missing + " in swagger.json and not in the sources");
        }
    }

    private void writeField(StringBuilder out, String typePackage, Definition definition, GoField field) {
        Property property = definition.properties.get(field.name);
        List<String> words = new ArrayList<>(List.of("F", field.name, property.type(typePackage)));
        add(words, definition.required.contains(field.name), "required");
        add(words, field.pointer, "pointer");
        add(words, field.omitEmpty, "omitempty");
        add(words, field.omitZero, "omitzero");
        words.addAll(property.attributes());
        add(words, !field.goType.equals(plainGoType(property)), "go=" + field.goType);
        add(words, !field.enumValues.isEmpty(), "enum=" + field.enumValues);
        add(words, !field.defaultValue.isEmpty(), "default=" + field.defaultValue);
        out.append(String.join(" ", words)).append('\n');
    }

    private static void add(List<String> words, boolean on, String word) {
        if (on) {
            words.add(word);
        }
    }

    /** The kinds of a type. DeleteOptions and its like belong to every group version; they are found by kind alone. */
    private static List<String> kindsOf(String name, Definition definition) {
        return definition.kinds.stream()
                .filter(kind -> !name.startsWith(APIMACHINERY) || kind.group.isEmpty() && kind.version.equals("v1"))
                .map(kind -> kind.group + "/" + kind.version + "/" + kind.kind)
                .toList();
    }

    /** The shape of a type whose JSON is not a plain object of its fields. */
    private static String formOf(String name, Definition definition) {
        String form =
                switch (lastPart(name)) {
                    case "Quantity" -> "quantity";
                    case "IntOrString" -> "int-or-string";
                    case "Time" -> "time";
                    case "MicroTime" -> "micro-time";
                    case "RawExtension", "FieldsV1", "Patch", "CustomResourceSubresourceStatus" -> "raw-object";
                    case "JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray" -> "raw";
                    default -> "object";
                };
        if (form.equals("object") && !definition.type.equals("object")) {
            throw new IllegalStateException(name + " has the unknown form " + definition.type);
        }
        return form;
    }

    /** The Go type that the reader of the table assumes where the table names none. */
    private String plainGoType(Property property) {
        if (!property.reference.isEmpty()) {
            return go.load(packageOf(property.reference)).name + "." + lastPart(property.reference);
        }
        return switch (property.type) {
            case "array" -> "[]" + plainGoType(property.items);
            case "object" -> property.values == null ? "object" : "map[string]" + plainGoType(property.values);
            case "integer" -> property.format;
            case "number" -> "float64";
            case "boolean" -> "bool";
            default -> property.format.equals("byte") ? "[]uint8" : property.type;
        };
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    // ---------------------------------------------------------------- the check

    /** Compares a table with the document, field by field, without the help of the sources. */
    private static final class Check {
        private final Map<String, Definition> definitions;
        private final Path table;
        private final List<String> differences = new ArrayList<>();

        Check(Map<String, Definition> definitions, Path table) {
            this.definitions = definitions;
            this.table = table;
        }

        /** Whether the two agree. */
        boolean run() throws IOException {
            Set<String> missing = generallyAvailable(definitions);
            int types = 0;
            int beyond = 0;
            int fields = 0;
            String typePackage = "";
            String name = "";
            Definition definition = null;
            Set<String> missingFields = new TreeSet<>();
            for (String line : Files.readAllLines(table)) {
                List<String> words = List.of(line.split(" "));
                switch (words.get(0)) {
                    case "P" -> typePackage = words.get(1);
                    case "T" -> {
                        lacks(name, missingFields);
                        name = typePackage + "." + words.get(1);
                        definition = definitions.get(name);
                        missingFields = new TreeSet<>(definition == null ? Set.of() : definition.properties.keySet());
                        types++;
                        missing.remove(name);
                        if (definition == null && BEYOND_THE_DOCUMENT.containsKey(name)) {
                            beyond++;
                        } else if (definition == null) {
                            differences.add(name + " is not in the document");
                        } else {
                            compareType(name, definition, words);
                        }
                    }
                    case "F" -> {
                        missingFields.remove(words.get(1));
                        if (definition != null) {
                            fields++;
                            compareField(name, typePackage, definition, words);
                        }
                    }
                    default -> {}
                }
            }
            lacks(name, missingFields);
            missing.forEach(type -> differences.add(type + " is not in the table"));
            differences.forEach(System.out::println);
            System.out.printf(
                    "%d types with %d fields compared, %d differences; %d types are beyond the document; of its %d"
                            + " definitions %d are not generally available%n",
                    types - beyond,
                    fields,
                    differences.size(),
                    beyond,
                    definitions.size(),
                    definitions.size() - generallyAvailable(definitions).size());
            return differences.isEmpty();
        }

        private void lacks(String type, Set<String> fields) {
            fields.forEach(field -> differences.add(type + "." + field + " is not in the table"));
        }

        private void compareType(String name, Definition definition, List<String> words) {
            List<String> expected = new ArrayList<>(kindsOf(name, definition).stream()
                    .map(kind -> "kind=" + kind)
                    .toList());
            add(expected, !formOf(name, definition).equals("object"), "form=" + formOf(name, definition));
            add(expected, !definition.mapType.isEmpty(), "map=" + definition.mapType);
            same(name, expected, words.subList(2, words.size()));
        }

        private void compareField(String type, String typePackage, Definition definition, List<String> words) {
            String name = type + "." + words.get(1);
            Property property = definition.properties.get(words.get(1));
            if (property == null) {
                differences.add(name + " is not in the document");
                return;
            }
            List<String> expected = new ArrayList<>(List.of(property.type(typePackage)));
            add(expected, definition.required.contains(words.get(1)), "required");
            expected.addAll(property.attributes());
            // What the document does not know.
            List<String> found = words.subList(2, words.size()).stream()
                    .filter(word -> !word.matches("pointer|omitempty|omitzero|(go|enum|default)=.*"))
                    .toList();
            same(name, expected, found);
        }

        private void same(String name, List<String> expected, List<String> found) {
            if (!expected.equals(found)) {
                differences.add(name + ": the document says " + expected + ", the table " + found);
            }
        }
    }

    // ---------------------------------------------------------------- the OpenAPI document

    private record Kind(String group, String version, String kind) {}

    /** A definition of the document. */
    private record Definition(
            String type, String mapType, Set<String> required, Map<String, Property> properties, List<Kind> kinds) {

        static Map<String, Definition> readAll(Path swagger) throws IOException {
            Map<String, Definition> all = new TreeMap<>();
            Map<String, Object> document = Json.object(new Json(Files.readString(swagger)).read());
            Json.object(document.get("definitions"))
                    .forEach((name, definition) -> all.put(name, of(Json.object(definition))));
            return all;
        }

        private static Definition of(Map<String, Object> json) {
            Map<String, Property> properties = new TreeMap<>();
            Json.object(json.get("properties"))
                    .forEach((name, property) -> properties.put(name, Property.of(Json.object(property))));
            List<Kind> kinds = Json.array(json.get("x-kubernetes-group-version-kind")).stream()
                    .map(Json::object)
                    .map(kind -> new Kind(
                            Json.text(kind.get("group")), Json.text(kind.get("version")), Json.text(kind.get("kind"))))
                    .toList();
            return new Definition(
                    Json.text(json.get("type")),
                    Json.text(json.get("x-kubernetes-map-type")),
                    new TreeSet<>(Json.texts(json.get("required"))),
                    properties,
                    kinds);
        }
    }

    /** A property of a definition, or the items of one. {@code items} and {@code values} may be null. */
    private record Property(
            String reference,
            String type,
            String format,
            Property items,
            Property values,
            String listType,
            String mapType,
            List<String> keys,
            String patch,
            String mergeKey) {

        static Property reference(String name) {
            return new Property(name, "", "", null, null, "", "", List.of(), "", "");
        }

        static Property scalar(String type, String format) {
            return new Property("", type, format, null, null, "", "", List.of(), "", "");
        }

        static Property list(Property items) {
            return new Property("", "array", "", items, null, "", "", List.of(), "", "");
        }

        static Property map(Property values) {
            return new Property("", "object", "", null, values, "", "", List.of(), "", "");
        }

        /** This property with the markers and tags of a field. */
        Property with(GoField field) {
            return new Property(
                    reference,
                    type,
                    format,
                    items,
                    values,
                    String.join("", field.marker("listType=")),
                    String.join("", field.marker("mapType=")),
                    field.marker("listMapKey="),
                    field.tag("patchStrategy"),
                    field.tag("patchMergeKey"));
        }

        static Property of(Map<String, Object> json) {
            return new Property(
                    Json.text(json.get("$ref")).replace("#/definitions/", ""),
                    Json.text(json.get("type")),
                    Json.text(json.get("format")),
                    json.containsKey("items") ? of(Json.object(json.get("items"))) : null,
                    json.containsKey("additionalProperties")
                            ? of(Json.object(json.get("additionalProperties")))
                            : null,
                    Json.text(json.get("x-kubernetes-list-type")),
                    Json.text(json.get("x-kubernetes-map-type")),
                    Json.texts(json.get("x-kubernetes-list-map-keys")),
                    Json.text(json.get("x-kubernetes-patch-strategy")),
                    Json.text(json.get("x-kubernetes-patch-merge-key")));
        }

        Stream<String> references() {
            return Stream.of(
                            reference.isEmpty() ? Stream.<String>empty() : Stream.of(reference),
                            items == null ? Stream.<String>empty() : items.references(),
                            values == null ? Stream.<String>empty() : values.references())
                    .flatMap(each -> each);
        }

        /** The type as the table writes it: a type of the same package without the package's name. */
        String type(String typePackage) {
            if (!reference.isEmpty()) {
                return packageOf(reference).equals(typePackage) ? "." + lastPart(reference) : reference;
            }
            return switch (type) {
                case "array" -> "[]" + items.type(typePackage);
                case "object" -> values == null ? "raw-object" : "{}" + values.type(typePackage);
                case "integer" -> format;
                case "number" -> "double";
                case "boolean" -> "boolean";
                case "string" -> format.equals("byte") ? "bytes" : "string";
                default -> throw new IllegalStateException("a property of the unknown type '" + type + "'");
            };
        }

        List<String> attributes() {
            List<String> words = new ArrayList<>();
            add(words, !listType.isEmpty(), "list=" + listType);
            add(words, !keys.isEmpty(), "keys=" + String.join(",", keys));
            add(words, !mapType.isEmpty(), "map=" + mapType);
            add(words, !patch.isEmpty(), "patch=" + patch);
            add(words, !mergeKey.isEmpty(), "mergekey=" + mergeKey);
            return words;
        }
    }

    /** A reader of JSON: objects are maps, arrays are lists, texts are strings, anything else its own text. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        /** The one value of the text. @throws IllegalArgumentException if the text is anything else */
        Object read() {
            Object value = value();
            space();
            if (at != text.length()) {
                throw broken();
            }
            return value;
        }

        static boolean isValid(String text) {
            try {
                new Json(text).read();
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> object(Object value) {
            return value == null ? Map.of() : (Map<String, Object>) value;
        }

        static List<?> array(Object value) {
            return value == null ? List.of() : (List<?>) value;
        }

        static String text(Object value) {
            return value == null ? "" : (String) value;
        }

        static List<String> texts(Object value) {
            return array(value).stream().map(Json::text).toList();
        }

        private Object value() {
            space();
            switch (peek()) {
                case '{':
                    Map<String, Object> object = new LinkedHashMap<>();
                    list('}', () -> {
                        space();
                        String key = string();
                        space();
                        expect(':');
                        object.put(key, value());
                    });
                    return object;
                case '[':
                    List<Object> array = new ArrayList<>();
                    list(']', () -> array.add(value()));
                    return array;
                case '"':
                    return string();
                default:
                    Matcher word = WORD.matcher(text).region(at, text.length());
                    if (!word.lookingAt()) {
                        throw broken();
                    }
                    at = word.end();
                    return word.group();
            }
        }

        private static final Pattern WORD = Pattern.compile("true|false|null|-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

        private void list(char end, Runnable element) {
            at++;
            space();
            if (peek() == end) {
                at++;
                return;
            }
            while (true) {
                element.run();
                space();
                if (peek() == end) {
                    at++;
                    return;
                }
                expect(',');
            }
        }

        private String string() {
            expect('"');
            StringBuilder out = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                if (c != '\\') {
                    out.append(c);
                    continue;
                }
                char escaped = peek();
                at++;
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case 'r' -> out.append('\r');
                    case 'b' -> out.append('\b');
                    case 'f' -> out.append('\f');
                    case 'u' -> {
                        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    default -> out.append(escaped);
                }
            }
            at++;
            return out.toString();
        }

        private void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char peek() {
            if (at >= text.length()) {
                throw broken();
            }
            return text.charAt(at);
        }

        private void expect(char c) {
            if (peek() != c) {
                throw broken();
            }
            at++;
        }

        private IllegalArgumentException broken() {
            return new IllegalArgumentException("no JSON at character " + at);
        }
    }

    // ---------------------------------------------------------------- the sources of the API modules

    /** What the sources say of one JSON field; {@code type} is its type without the pointer, as {@code owner} has it. */
    private record GoField(
            GoPackage owner,
            List<Word> type,
            String comment,
            String tags,
            String name,
            String goType,
            String enumValues,
            String defaultValue,
            boolean pointer,
            boolean omitEmpty,
            boolean omitZero) {

        /** What follows a marker in the comment, for each time it stands there. */
        List<String> marker(String marker) {
            return comment.lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("+" + marker))
                    .map(line -> line.substring(marker.length() + 1))
                    .toList();
        }

        String tag(String key) {
            return tagOf(tags, key);
        }

        static String tagOf(String tags, String key) {
            Matcher tag = Pattern.compile("(?:^| )" + key + ":\"([^\"]*)\"").matcher(tags);
            return tag.find() ? tag.group(1) : "";
        }
    }

    /** A declared type: the words of its definition and the comment above it. */
    private record GoType(List<Word> words, String comment) {}

    /** A word of the language, a text (with its quotes) or {@code "\n"}; with the comment lines right above it. */
    private record Word(String text, String comment) {
        boolean is(String other) {
            return text.equals(other);
        }

        boolean isText() {
            return text.startsWith("\"") || text.startsWith("`");
        }

        String unquoted() {
            String inner = text.substring(1, text.length() - 1);
            return text.startsWith("`") ? inner : Json.text(new Json(text).read());
        }
    }

    private static final class GoPackage {
        private final String openApiName;
        private String name = "";
        private final Map<String, GoType> types = new HashMap<>();
        /** The names by which files of the package call other packages, and the paths of those. */
        private final Map<String, String> imports = new HashMap<>();
        /** The texts of the constants of a type. */
        private final Map<String, List<String>> constants = new HashMap<>();

        GoPackage(String path) {
            openApiName = "io.k8s." + path.substring(path.indexOf('/') + 1).replace('/', '.');
        }
    }

    /** Reads the declarations of types and constants; whatever functions do is skipped. */
    private static final class GoSources {
        private static final Pattern DEFAULT = Pattern.compile("(?m)^\\s*\\+default=(.*?)[ \\t]*$");
        private static final Pattern ENUM = Pattern.compile("(?m)^\\s*\\+enum\\s*$");

        private final Path modules;
        private final Map<String, GoPackage> packages = new HashMap<>();

        GoSources(Path modules) {
            this.modules = modules;
        }

        /** A package by its OpenAPI name ({@code io.k8s.api.core.v1}) or its path ({@code k8s.io/api/core/v1}). */
        GoPackage load(String nameOrPath) {
            String path = nameOrPath.startsWith("io.k8s.")
                    ? "k8s.io/" + nameOrPath.substring("io.k8s.".length()).replace('.', '/')
                    : nameOrPath;
            GoPackage loaded = packages.get(path);
            if (loaded == null) {
                loaded = new GoPackage(path);
                packages.put(path, loaded);
                try {
                    for (Path file : files(path)) {
                        new GoFile(Files.readString(file), loaded).read();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot read the package " + path, e);
                }
            }
            return loaded;
        }

        private List<Path> files(String path) throws IOException {
            String[] parts = path.split("/", 3);
            List<Path> found;
            try (Stream<Path> all = Files.list(modules)) {
                found = all.filter(module -> module.getFileName().toString().startsWith(parts[1] + "@"))
                        .map(module -> module.resolve(parts[2]))
                        .filter(Files::isDirectory)
                        .toList();
            }
            if (found.size() != 1) {
                throw new IllegalStateException(path + " has " + found.size() + " folders in " + modules);
            }
            try (Stream<Path> all = Files.list(found.get(0))) {
                return all.filter(file -> {
                            String name = file.getFileName().toString();
                            return name.endsWith(".go")
                                    && !name.endsWith("_test.go")
                                    && !name.startsWith("zz_generated")
                                    && !name.equals("generated.pb.go");
                        })
                        .sorted()
                        .toList();
            }
        }

        /** The JSON fields of a struct in the order of the source, those of inlined structs included. */
        List<GoField> fields(String typePackage, String typeName) {
            GoPackage owner = load(typePackage);
            GoType type = owner.types.get(typeName);
            if (type == null) {
                throw new IllegalStateException("no type " + typeName + " in the sources of " + typePackage);
            }
            if (!type.words.get(0).is("struct")) {
                return named(owner, typePackage, type.words);
            }
            List<GoField> fields = new ArrayList<>();
            int at = 2;
            while (at < type.words.size()) {
                int end = GoFile.endOfLine(type.words, at);
                if (end > at && type.words.get(end - 1).isText()) {
                    fields.addAll(field(owner, typePackage, type.words.subList(at, end)));
                }
                at = end + 1;
            }
            return fields;
        }

        private List<GoField> named(GoPackage owner, String typePackage, List<Word> words) {
            if (words.size() == 3) {
                return fields(importOf(owner, words.get(0).text), words.get(2).text);
            }
            return fields(typePackage, words.get(0).text);
        }

        private List<GoField> field(GoPackage owner, String typePackage, List<Word> line) {
            String tags = line.get(line.size() - 1).unquoted();
            List<String> options = List.of(GoField.tagOf(tags, "json").split(",", -1));
            List<Word> type = line.subList(0, line.size() - 1);
            boolean embedded = type.get(0).is("*") || isName(type);
            if (!embedded) {
                type = type.subList(1, type.size());
            }
            boolean pointer = type.get(0).is("*");
            if (pointer) {
                type = type.subList(1, type.size());
            }
            String name = options.get(0);
            if (name.equals("-")) {
                return List.of();
            }
            if (name.isEmpty()) {
                return isName(type) ? named(owner, typePackage, type) : List.of();
            }
            Matcher defaultValue = DEFAULT.matcher(line.get(0).comment);
            return List.of(new GoField(
                    owner,
                    type,
                    line.get(0).comment,
                    tags,
                    name,
                    typeName(owner, type),
                    enumOf(owner, type),
                    defaultValue.find() && Json.isValid(defaultValue.group(1)) ? defaultValue.group(1) : "",
                    pointer,
                    options.contains("omitempty"),
                    options.contains("omitzero")));
        }

        /** Whether words are the name of a type, that of another package included. */
        private static boolean isName(List<Word> type) {
            return type.size() == 1 || type.size() == 3 && type.get(1).is(".");
        }

        private static boolean isList(List<Word> type) {
            return type.size() > 2 && type.get(0).is("[") && type.get(1).is("]");
        }

        /** A type as messages about wrong values name it. */
        private String typeName(GoPackage owner, List<Word> type) {
            if (type.size() == 1) {
                String name = type.get(0).text;
                return owner.types.containsKey(name) ? owner.name + "." + name : name.equals("byte") ? "uint8" : name;
            }
            if (isName(type)) {
                return load(importOf(owner, type.get(0).text)).name + "." + type.get(2).text;
            }
            if (isList(type)) {
                return "[]" + typeName(owner, type.subList(2, type.size()));
            }
            if (type.get(0).is("map")) {
                int end = GoFile.endOfLine(type, 2);
                return "map[" + typeName(owner, type.subList(2, end)) + "]"
                        + typeName(owner, type.subList(end + 1, type.size()));
            }
            if (type.get(0).is("*")) {
                return "*" + typeName(owner, type.subList(1, type.size()));
            }
            throw new IllegalStateException("a field of the unknown type " + type);
        }

        /** The constants of a string type that is marked as an enum; for a list, those of its items. */
        private String enumOf(GoPackage owner, List<Word> type) {
            if (isList(type)) {
                return enumOf(owner, type.subList(2, type.size()));
            }
            if (!isName(type)) {
                return "";
            }
            GoPackage declarer = type.size() == 1 ? owner : load(importOf(owner, type.get(0).text));
            String name = type.get(type.size() - 1).text;
            GoType declared = declarer.types.get(name);
            if (declared == null || !ENUM.matcher(declared.comment).find()) {
                return "";
            }
            return declarer.constants.getOrDefault(name, List.of()).stream()
                    .map(value -> value.isEmpty() ? "\"\"" : value)
                    .sorted()
                    .collect(Collectors.joining(","))
                    .replace(" ", "%20");
        }

        private static String importOf(GoPackage owner, String name) {
            String path = owner.imports.get(name);
            if (path == null) {
                throw new IllegalStateException("no import for " + name + " in " + owner.name);
            }
            return path;
        }
    }

    /** One source file: its words, and the declarations among them. */
    private static final class GoFile {
        private static final Pattern WORD = Pattern.compile("[\\p{L}_0-9]+"
                + "|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|`[^`]*`|'[^'\\\\\n]*+(?:\\\\.[^'\\\\\n]*+)*+'"
                + "|//[^\n]*|(?s:/\\*.*?\\*/)|\n|\\S");

        private final GoPackage owner;
        private final List<Word> words = new ArrayList<>();

        GoFile(String text, GoPackage owner) {
            this.owner = owner;
            StringBuilder comment = new StringBuilder();
            Matcher word = WORD.matcher(text);
            boolean lineStart = true;
            boolean commented = false;
            while (word.find()) {
                String found = word.group();
                if (found.startsWith("//")) {
                    // A comment behind a word belongs to no word.
                    commented = lineStart;
                    comment.append(lineStart ? found.substring(2) + "\n" : "");
                } else if (found.startsWith("/*")) {
                    commented = true;
                } else if (found.equals("\n")) {
                    if (lineStart && !commented) {
                        comment.setLength(0);
                    }
                    words.add(new Word(found, ""));
                    lineStart = true;
                    commented = false;
                } else {
                    words.add(new Word(found, lineStart ? comment.toString() : ""));
                    comment.setLength(0);
                    lineStart = false;
                }
            }
        }

        /** Where a line ends, brackets and all: at its line break, or at the bracket that closes what holds it. */
        static int endOfLine(List<Word> words, int start) {
            int depth = 0;
            for (int i = start; i < words.size(); i++) {
                String word = words.get(i).text;
                if (word.equals("(") || word.equals("[") || word.equals("{")) {
                    depth++;
                } else if (word.equals(")") || word.equals("]") || word.equals("}")) {
                    depth--;
                }
                if (depth < 0 || depth == 0 && word.equals("\n")) {
                    return i;
                }
            }
            return words.size();
        }

        void read() {
            int at = 0;
            while (at < words.size()) {
                int end = endOfLine(words, at);
                if (end > at) {
                    declaration(words.subList(at, end));
                }
                at = end + 1;
            }
        }

        private void declaration(List<Word> line) {
            String keyword = line.get(0).text;
            if (keyword.equals("package")) {
                owner.name = line.get(1).text;
            } else if (keyword.equals("import") || keyword.equals("const") || keyword.equals("type")) {
                boolean group = line.get(1).is("(");
                int at = group ? 2 : 1;
                while (at < line.size()) {
                    int end = endOfLine(line, at);
                    if (end > at) {
                        specification(keyword, line.get(0).comment, line.subList(at, end));
                    }
                    at = end + 1;
                }
            }
        }

        private void specification(String keyword, String comment, List<Word> line) {
            switch (keyword) {
                case "import" -> {
                    String path = line.get(line.size() - 1).unquoted();
                    String name = line.size() > 1 ? line.get(0).text : path.substring(path.lastIndexOf('/') + 1);
                    owner.imports.put(name, path);
                }
                case "type" -> {
                    int start = line.get(1).is("=") ? 2 : 1;
                    owner.types.put(
                            line.get(0).text,
                            new GoType(line.subList(start, line.size()), comment + "\n" + line.get(0).comment));
                }
                default -> {
                    if (line.size() == 4 && line.get(2).is("=") && line.get(3).isText()) {
                        owner.constants
                                .computeIfAbsent(line.get(1).text, type -> new ArrayList<>())
                                .add(line.get(3).unquoted());
                    }
                }
            }
        }
    }
}
