package io.codeb.internal.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of the configuration means, and what can stand there beside what its type says. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
    /** What it means, in Markdown. */
    String value();

    /** Its name, where that is not the component's. */
    String name() default "";

    /** What holds without it, in words; empty where nothing does. */
    String otherwise() default "";

    /** What it can look like, as JSON. */
    String example() default "";

    /** Whether it has to be there. */
    boolean needed() default false;

    /** The least that a number can be. */
    long min() default Long.MIN_VALUE;

    /** The most that a number can be. */
    long max() default Long.MAX_VALUE;

    /** What a text must match as a whole. */
    String pattern() default "";

    /** What the pattern means, for people. */
    String form() default "";

    /** What the names of a map must match as a whole. */
    String names() default "";
}
