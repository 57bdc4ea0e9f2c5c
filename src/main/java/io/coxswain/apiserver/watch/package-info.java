/**
 * Watches of any resource: selectors with their edges, bookmarks, initial events, time limits. No thread waits for a
 * watch: the store calls, one timer ticks, and whoever writes the stream drains it.
 *
 * <p>Knows the registry's resources and selections and the store's events; no kind by name, no HTTP. Entry:
 * {@link io.coxswain.apiserver.watch.WatchOpener}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.watch;
