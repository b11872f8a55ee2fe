/** Dumps, restores, inspects and queries PostgreSQL with the server's own programs, or over JDBC where it is in reach. */
@NullMarked
package io.codeb.internal.postgresql;

import org.jspecify.annotations.NullMarked;
