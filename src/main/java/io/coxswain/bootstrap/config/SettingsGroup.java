package io.coxswain.bootstrap.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a settings record: the prefix of its keys and what it is about. A component {@code podCidr} has the key {@code <prefix>.pod-cidr}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SettingsGroup {
    /** Such as {@code coxswain.api}, without a dot at the end. */
    String value();

    /** For {@code docs/configuration.md}. */
    String about();
}
