/**
 * Integration tests of the real WAR in a real Open Liberty: {@link io.coxswain.it.ServerExtension} has Arquillian start one server
 * for all of them and deploy {@code target/coxswain.war}; they speak to it over TLS, as any client does. They know the wire only:
 * nothing of the server's classes is imported.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.it;
