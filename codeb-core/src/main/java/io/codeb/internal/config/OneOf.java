package io.codeb.internal.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A record of which exactly one component is said. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OneOf {}
