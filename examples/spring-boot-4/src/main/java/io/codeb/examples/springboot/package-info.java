/** A Spring Boot application that backs its database up each night, and on request. */
@NullMarked
package io.codeb.examples.springboot;

import org.jspecify.annotations.NullMarked;
