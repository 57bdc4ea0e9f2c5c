package io.coxswain.meta.managedfields;

import io.coxswain.meta.JsonTrees;

/**
 * Who owns fields. One client may be several owners: by applying and by updating, and through each subresource.
 *
 * @param manager the client's name for itself
 * @param apiVersion of the fields; {@code ""} for an applier, which stays the same owner in every version
 * @param subresource {@code ""} for the main resource
 */
record Owner(String manager, Operation operation, String apiVersion, String subresource) {

    /** How fields were taken. In the order in which entries are listed. */
    enum Operation {
        APPLY("Apply"),
        UPDATE("Update");

        private final String text;

        Operation(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static Owner applier(String manager, String subresource) {
        return new Owner(manager, Operation.APPLY, "", subresource);
    }

    static Owner updater(String manager, String apiVersion, String subresource) {
        return new Owner(manager, Operation.UPDATE, apiVersion, subresource);
    }

    /** The owner as conflicts name it. @param usingVersion the version in which the conflicting field was seen */
    String describe(String usingVersion) {
        String text = JsonTrees.text(manager).toString();
        if (!subresource.isEmpty()) {
            text += " with subresource " + JsonTrees.text(subresource);
        }
        return operation == Operation.UPDATE ? text + " using " + usingVersion : text;
    }
}
