package io.coxswain.console.apply;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.Parsed;
import io.coxswain.codec.YamlCodec;
import io.coxswain.console.shell.Texts;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a manifest as kubectl does: documents between lines of {@code ---}, Lists taken apart. A document that cannot be
 * read does not keep the others from being read. Immutable.
 */
final class ManifestReader {
    /** Largest manifest, in characters. */
    static final int LARGEST = 1 << 20;

    private static final int MOST_DOCUMENTS = 500;

    private final Texts texts;

    ManifestReader(Texts texts) {
        this.texts = texts;
    }

    List<Document> read(String manifest) {
        List<Document> documents = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int begin = 1;
        int line = 0;
        for (String each : manifest.split("\\R", -1)) {
            line++;
            if (each.startsWith("---")) {
                add(documents, begin, text.toString());
                text.setLength(0);
                begin = line + 1;
            } else {
                text.append(each).append('\n');
            }
        }
        add(documents, begin, text.toString());
        return List.copyOf(documents);
    }

    private void add(List<Document> documents, int line, String text) {
        int index = documents.size() + 1;
        if (text.isBlank() || index > MOST_DOCUMENTS + 1) {
            return;
        }
        if (index > MOST_DOCUMENTS) {
            documents.add(Document.broken(index, line, texts.of("apply.toomany", MOST_DOCUMENTS)));
            return;
        }
        try {
            Parsed parsed = YamlCodec.parse(text.getBytes(StandardCharsets.UTF_8));
            if (parsed.value().getValueType() == JsonValue.ValueType.NULL) {
                return; // comments only
            }
            if (!(parsed.value() instanceof JsonObject object)) {
                documents.add(Document.broken(index, line, texts.of("apply.notobject")));
            } else if (!parsed.notes().isEmpty() || !parsed.duplicates().isEmpty()) {
                documents.add(Document.broken(index, line, duplicates(parsed)));
            } else {
                addObject(documents, line, object);
            }
        } catch (CodecException broken) {
            documents.add(Document.broken(index, line, String.valueOf(broken.getMessage())));
        }
    }

    private static String duplicates(Parsed parsed) {
        return parsed.notes().isEmpty() ? String.join(", ", parsed.duplicates()) : parsed.notes();
    }

    private void addObject(List<Document> documents, int line, JsonObject object) {
        ObjectView view = new ObjectView(object);
        int index = documents.size() + 1;
        if (view.apiVersion().isEmpty() || view.kind().isEmpty()) {
            documents.add(Document.broken(index, line, texts.of("apply.missing.apiversion")));
        } else if (view.kind().equals("List") && view.apiVersion().equals("v1")) {
            view.items("items").forEach(item -> addObject(documents, line, item.json()));
        } else if (view.name().isEmpty()) {
            documents.add(Document.broken(index, line, texts.of("apply.missing.name")));
        } else {
            documents.add(new Document(index, line, object, ""));
        }
    }
}
