/** The contract of {@link io.codeb.spi.alert.AlertChannel} as tests to inherit. */
@NullMarked
package io.codeb.tck.alert;

import org.jspecify.annotations.NullMarked;
