package io.codeb.model;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who drops what is answered has done nothing: {@code request.replacing();} changes no request. Error Prone, SpotBugs
 * and IDEs know any annotation of this name and say so where it happens.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface CheckReturnValue {}
