package io.coxswain.client;

/**
 * What to list or watch.
 *
 * @param labelSelector in query syntax; {@code ""} for all
 * @param fieldSelector in query syntax; {@code ""} for all
 * @param resourceVersion {@code ""} for the newest state
 * @param limit at most so many; 0 for all
 * @param continueToken {@code ""} for the first page
 */
public record ListOptions(
        String labelSelector, String fieldSelector, String resourceVersion, int limit, String continueToken) {
    public static final ListOptions ALL = new ListOptions("", "", "", 0, "");

    public static ListOptions labels(String selector) {
        return new ListOptions(selector, "", "", 0, "");
    }

    public static ListOptions fields(String selector) {
        return new ListOptions("", selector, "", 0, "");
    }
}
