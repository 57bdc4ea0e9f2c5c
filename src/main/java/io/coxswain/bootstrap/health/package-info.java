/** MicroProfile Health under {@code /health}: the same {@link io.coxswain.apiserver.health.ServerCheck}s that {@code /livez} and {@code /readyz} show, and how far the start is. */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.health;
