package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** {@code storage.k8s.io/v1 VolumeAttachment}: a volume is, or is to be, attached to a node. */
@ApplicationScoped
public class VolumeAttachmentKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MAX_METADATA_BYTES = 256 * 1024;
    private static final int MAX_MESSAGE_BYTES = 1024;

    public VolumeAttachmentKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject attachment) {
        return TreeEditor.edit(
                attachment, editor -> editor.editOrCreate("status", status -> status.setDefault("attached", false)));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject attachment) {
        return JsonTrees.set(
                attachment, TreeEditor.create().set("attached", false).build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView attachment) {
        Check check = new Check();
        ObjectView spec = new ObjectView(attachment.object("spec"));
        StorageRules.driver(check, spec.text("attacher"), SPEC.child("attacher"));
        ObjectView source = new ObjectView(spec.object("source"));
        FieldPath path = SPEC.child("source");
        boolean named = source.at("persistentVolumeName").isPresent();
        boolean inline = source.at("inlineVolumeSpec").isPresent();
        if (!named && !inline) {
            check.required(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        } else if (named && inline) {
            check.forbidden(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        } else if (named && source.text("persistentVolumeName").isEmpty()) {
            check.required(path.child("persistentVolumeName"), "must specify non empty persistentVolumeName");
        } else if (named) {
            check.subdomain(path.child("persistentVolumeName"), source.text("persistentVolumeName"));
        }
        String node = spec.text("nodeName");
        check.invalid(SPEC.child("nodeName"), node, Names.dns1123Subdomain(node));
        status(check, new ObjectView(attachment.object("status")));
        return check.errors();
    }

    private static void status(Check check, ObjectView status) {
        long size = status.texts("attachmentMetadata").entrySet().stream()
                .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
        if (size > MAX_METADATA_BYTES) {
            check.add(FieldError.tooLong(STATUS.child("attachmentMetadata"), MAX_METADATA_BYTES));
        }
        for (String field : new String[] {"attachError", "detachError"}) {
            if (bytes(status.text(field, "message")) > MAX_MESSAGE_BYTES) {
                check.add(FieldError.tooLong(STATUS.child(field).child("message"), MAX_MESSAGE_BYTES));
            }
            status.number(field, "errorCode")
                    .ifPresent(
                            code -> check.between(STATUS.child(field).child("errorCode"), code, 0, Integer.MAX_VALUE));
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return TreeDifference.isNone(old.object("spec"), now.object("spec"))
                ? List.of()
                : List.of(FieldError.invalid(SPEC, now.object("spec"), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Attacher"),
                TableColumn.text("PV"),
                TableColumn.text("Node"),
                new TableColumn("Attached", "boolean", "", "", 0),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView attachment, Instant now) {
        return Cells.named(attachment, now)
                .text(attachment.text("spec", "attacher"))
                .text(attachment.text("spec", "source", "persistentVolumeName"))
                .text(attachment.text("spec", "nodeName"))
                .flag(attachment.flag("status", "attached").orElse(false))
                .age()
                .list();
    }
}
