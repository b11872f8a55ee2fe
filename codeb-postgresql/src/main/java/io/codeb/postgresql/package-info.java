/** The engine of PostgreSQL, for {@code ServiceLoader}; everything else of it is its own affair. */
@NullMarked
package io.codeb.postgresql;

import org.jspecify.annotations.NullMarked;
