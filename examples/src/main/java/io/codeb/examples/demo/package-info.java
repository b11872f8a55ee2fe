/** A whole life of a backup, told while it happens: what {@code dev/demo} runs. */
@NullMarked
package io.codeb.examples.demo;

import org.jspecify.annotations.NullMarked;
