/** The contract of what makes implementations, whatever they implement. */
@NullMarked
package io.codeb.tck.provider;

import org.jspecify.annotations.NullMarked;
