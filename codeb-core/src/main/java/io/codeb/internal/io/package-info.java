/** Sinks and sources that every stage of the pipeline is made of. */
@NullMarked
package io.codeb.internal.io;

import org.jspecify.annotations.NullMarked;
