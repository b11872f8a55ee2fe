/** How implementations are made, whatever they implement. */
@NullMarked
package io.codeb.spi.provider;

import org.jspecify.annotations.NullMarked;
