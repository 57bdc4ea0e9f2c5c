package io.coxswain.controller.attachdetach;

import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.Optional;

/**
 * What a VolumeAttachment says.
 *
 * @param uid {@code ""} while it is being created
 * @param volumeName its PersistentVolume; {@code ""} for an inline one
 */
record Attachment(
        String name,
        String uid,
        String driver,
        String node,
        String volumeName,
        boolean attached,
        boolean deleting,
        Optional<Failure> attachError,
        Optional<Failure> detachError) {

    /** What the attacher reported. */
    record Failure(String time, String message) {}

    static Attachment of(JsonObject object) {
        ObjectView view = new ObjectView(object);
        return new Attachment(
                view.name(),
                view.uid(),
                view.text("spec", "attacher"),
                view.text("spec", "nodeName"),
                view.text("spec", "source", "persistentVolumeName"),
                view.flag("status", "attached").orElse(false),
                view.isBeingDeleted(),
                failure(view, "attachError"),
                failure(view, "detachError"));
    }

    /** One that is to be made. */
    static Attachment wanted(DriverVolume volume, String volumeName, String node) {
        return new Attachment(
                volume.attachmentName(node),
                "",
                volume.driver(),
                node,
                volumeName,
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<Failure> failure(ObjectView view, String field) {
        return view.at("status", field)
                .map(error -> new Failure(view.text("status", field, "time"), view.text("status", field, "message")));
    }

    boolean isFor(DriverVolume volume) {
        return driver.equals(volume.driver()) && name.equals(volume.attachmentName(node));
    }

    Attachment beingDeleted() {
        return new Attachment(name, uid, driver, node, volumeName, attached, true, attachError, detachError);
    }

    /** The object to create. */
    JsonObject object() {
        return Json.createObjectBuilder()
                .add("apiVersion", "storage.k8s.io/v1")
                .add("kind", "VolumeAttachment")
                .add("metadata", Json.createObjectBuilder().add("name", name))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("attacher", driver)
                                .add("nodeName", node)
                                .add("source", Json.createObjectBuilder().add("persistentVolumeName", volumeName)))
                .build();
    }
}
