package io.coxswain.console.apply;

import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.meta.ApiException;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a manifest. Nothing is written but what was shown before: the differences are worked out anew when the user
 * applies, and if they are not those that were shown, they are shown instead of applied.
 */
@Named("apply")
@ViewScoped
@ConsolePage(path = "apply", icon = "pi-upload", group = ConsolePage.Group.CHANGE, order = 10)
public class ApplyPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String MANIFEST_FIELD = "manifest:text";

    private final ConsoleSession session;
    private final NamespaceChoice choice;
    private String manifest = "";
    private String namespace = "default";
    private String reviewed = "";
    private String reviewedNamespace = "";
    private List<Difference> differences = List.of();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ApplyPage() {
        this(null, null);
    }

    @Inject
    public ApplyPage(ConsoleSession session, NamespaceChoice choice) {
        this.session = session;
        this.choice = choice;
    }

    public void load() {
        String chosen = choice.from(session);
        List<String> visible = session.namespaces();
        namespace = !chosen.isEmpty()
                ? chosen
                : visible.isEmpty() || visible.contains("default") ? "default" : visible.get(0);
    }

    /** Takes a file's text over into the field; it is not read further before the user asks. */
    public void upload(@Nullable Part file) throws IOException {
        if (file == null || file.getSize() == 0) {
            session.notices().failed(MANIFEST_FIELD, session.text("apply.empty"));
            return;
        }
        try (InputStream in = file.getInputStream()) {
            byte[] bytes = in.readNBytes(ManifestReader.LARGEST + 1);
            if (bytes.length > ManifestReader.LARGEST) {
                session.notices().failed(MANIFEST_FIELD, session.text("apply.toolarge", ManifestReader.LARGEST / 1024));
                return;
            }
            manifest = new String(bytes, StandardCharsets.UTF_8);
        }
        forget();
    }

    /** Shows what would change. */
    public void review() {
        forget();
        if (manifest.isBlank()) {
            session.notices().failed(MANIFEST_FIELD, session.text("apply.empty"));
        } else if (manifest.length() > ManifestReader.LARGEST) {
            session.notices().failed(MANIFEST_FIELD, session.text("apply.toolarge", ManifestReader.LARGEST / 1024));
        } else {
            differences = compare(documents());
            reviewed = manifest;
            reviewedNamespace = namespace;
        }
    }

    /** Writes what was shown. */
    public void apply() {
        if (differences.isEmpty() || !manifest.equals(reviewed) || !namespace.equals(reviewedNamespace)) {
            review();
            session.notices().failed("", session.text("apply.edited"));
            return;
        }
        List<Document> documents = documents();
        List<Difference> now = compare(documents);
        if (!now.equals(differences)) {
            differences = now;
            session.notices().failed("", session.text("apply.moved"));
            return;
        }
        if (!isReady()) {
            session.notices().failed("", session.text(isRefused() ? "apply.refused" : "apply.nothing"));
            return;
        }
        Applier applier = applier();
        for (int i = 0; i < documents.size(); i++) {
            if (!now.get(i).change().writes()) {
                continue;
            }
            try {
                Difference.Change done = applier.apply(documents.get(i));
                session.notices()
                        .done(session.text(
                                done == Difference.Change.CREATE ? "apply.done.create" : "apply.done.update",
                                now.get(i).object()));
            } catch (ApiException refusal) {
                session.notices().failed(refusal);
                session.notices()
                        .failed("", session.text("apply.stopped", now.get(i).object()));
                break;
            }
        }
        differences = compare(documents);
    }

    private void forget() {
        differences = List.of();
        reviewed = "";
        reviewedNamespace = "";
    }

    private List<Document> documents() {
        return new ManifestReader(session.texts()).read(manifest);
    }

    private List<Difference> compare(List<Document> documents) {
        return applier().compare(documents);
    }

    private Applier applier() {
        return new Applier(session.client(), session.texts(), namespace);
    }

    private long count(Difference.Change change) {
        return differences.stream().filter(each -> each.change() == change).count();
    }

    /** Counts in words. */
    public String getSummary() {
        return session.text(
                "apply.summary",
                count(Difference.Change.CREATE) + count(Difference.Change.UNCHECKED),
                count(Difference.Change.UPDATE),
                count(Difference.Change.SAME),
                count(Difference.Change.FAILED));
    }

    public boolean isRefused() {
        return count(Difference.Change.FAILED) > 0;
    }

    /** Whether everything shown can be applied and something is to be. */
    public boolean isReady() {
        return !isRefused()
                && differences.stream().anyMatch(each -> each.change().writes());
    }

    public List<Difference> getDifferences() {
        return differences;
    }

    public String getManifest() {
        return manifest;
    }

    public void setManifest(@Nullable String manifest) {
        this.manifest = manifest == null ? "" : manifest.replace("\r\n", "\n");
    }

    public String getNamespace() {
        return namespace;
    }

    public void setNamespace(String namespace) {
        this.namespace = namespace.trim();
    }
}
