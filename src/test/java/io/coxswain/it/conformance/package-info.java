/**
 * The behaviours of the Kubernetes conformance list that need no real node and no extension API
 * ({@code src/test/resources/conformance-1.34.psv}, classes A, C, F and S): one test each, displayed under the row's own text, which
 * does what upstream's end-to-end test of that name does. All of them are clients of the server that
 * {@link io.coxswain.it.ServerExtension} starts; where pods have to run, {@code SimulatedPool} adds nodes.
 * {@code ConformanceRowsTest} fails when a row has no test.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.it.conformance;
