/** How commands and files reach a database: the contract a container runtime implements. */
@NullMarked
package io.codeb.spi.runtime;

import org.jspecify.annotations.NullMarked;
