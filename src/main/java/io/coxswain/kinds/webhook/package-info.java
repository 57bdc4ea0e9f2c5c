/**
 * How the server reaches a webhook: what admission, conversion and aggregation have in common.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.webhook;
