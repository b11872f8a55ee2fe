/** The contract of {@link io.codeb.spi.storage.StorageBackend} as tests to inherit, and a storage in memory. */
@NullMarked
package io.codeb.tck.storage;

import org.jspecify.annotations.NullMarked;
