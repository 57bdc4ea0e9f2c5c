/** A WAR of its own beside Coxswain's while {@code ./coxswain bench} runs. Imports nothing of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.bench.constant;
