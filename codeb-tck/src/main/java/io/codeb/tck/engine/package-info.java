/** The contract of {@link io.codeb.spi.engine.DatabaseEngine} as tests to inherit. */
@NullMarked
package io.codeb.tck.engine;

import org.jspecify.annotations.NullMarked;
