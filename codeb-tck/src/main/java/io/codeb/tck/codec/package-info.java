/** The contract of {@link io.codeb.spi.codec.Codec} as tests to inherit. */
@NullMarked
package io.codeb.tck.codec;

import org.jspecify.annotations.NullMarked;
