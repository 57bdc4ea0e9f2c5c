/**
 * The first page: how the nodes and workloads are, and what went wrong lately. Entry: {@link io.coxswain.console.overview.OverviewPage}.
 * Knows the shell and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.overview;
