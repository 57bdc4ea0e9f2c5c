/**
 * What every page of the console shares: sign-in, the frame with its navigation, the session of the signed-in user
 * ({@link io.coxswain.console.shell.ConsoleSession}, the entry class for pages), texts in the user's language, and what
 * happens when something goes wrong. Knows the client and the user registry; must not import any page.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.shell;
