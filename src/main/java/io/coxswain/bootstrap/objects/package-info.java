/** The objects every cluster starts with beside its policy: namespaces, the services of the API and of DNS, priority classes. Entry: {@link io.coxswain.bootstrap.objects.DefaultObjects}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.objects;
