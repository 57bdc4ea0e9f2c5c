/** Tests of the launcher script {@code ./coxswain} that start nothing: its command line and its refusals. */
@NullMarked
package io.coxswain.launcher;

import org.jspecify.annotations.NullMarked;
