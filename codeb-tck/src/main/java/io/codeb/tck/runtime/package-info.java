/** The contract of container runtimes as runnable tests, for every implementation of the SPI. */
@NullMarked
package io.codeb.tck.runtime;

import org.jspecify.annotations.NullMarked;
