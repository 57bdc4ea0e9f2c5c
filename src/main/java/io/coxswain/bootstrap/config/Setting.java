package io.coxswain.bootstrap.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a component of a settings record: the default, in the form in which it would be written, and what the setting does. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** The default; {@code ""} means none, which only texts, lists and secrets can be. */
    String value();

    /** For {@code docs/configuration.md}. */
    String about();
}
