/**
 * The behaviours of the Kubernetes conformance list ({@code src/test/resources/conformance-1.34.psv}) that need nothing but the API
 * server (class A) or, on simulated nodes, its controllers and pods that look as if they ran (C, F and S): one test each, displayed
 * under the row's own text, which does what upstream's end-to-end test of that name does. All of them are clients of the server that
 * {@link io.coxswain.it.ServerExtension} starts. {@code ConformanceRowsTest} fails when a row has no test.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.it.conformance;
