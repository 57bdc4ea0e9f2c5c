/**
 * The API as our own loops see it: typed and untyped resources, informers with listers, workqueue, event recorder and
 * leader lease, over {@code ApiService} in this process or over HTTPS from a node. Every call runs as a user, through
 * authorization, admission and audit, like kubectl's. Typed objects are fabric8 model classes: never change one that came
 * from a lister, edit a copy.
 *
 * <p>Imports {@code meta}, {@code apiserver.ApiService} and {@code apiserver.request}; never the store. Entry:
 * {@link io.coxswain.client.ApiClient}, {@link io.coxswain.client.Informers}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.client;
