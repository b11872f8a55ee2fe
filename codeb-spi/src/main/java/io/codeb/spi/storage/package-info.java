/** Where bytes rest: the contract a storage implements. */
@NullMarked
package io.codeb.spi.storage;

import org.jspecify.annotations.NullMarked;
