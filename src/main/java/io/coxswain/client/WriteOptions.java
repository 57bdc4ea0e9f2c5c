package io.coxswain.client;

/** How to write: {@code dryRun} stores nothing, {@code fieldValidation} is Ignore, Warn or Strict ({@code ""}: the server's default). */
public record WriteOptions(boolean dryRun, String fieldManager, String fieldValidation) {
    public static final WriteOptions DEFAULT = new WriteOptions(false, "", "");
    public static final WriteOptions DRY_RUN = new WriteOptions(true, "", "");
}
