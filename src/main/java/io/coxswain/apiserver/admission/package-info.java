/**
 * Admission: the plugin interfaces, what they are told, and the order in which they run. Concrete plugins live in
 * {@code io.coxswain.admission.<plugin>}, one CDI bean each; this package knows them only by name.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.admission;
