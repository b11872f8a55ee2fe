/** Queries and their rows, over JDBC where the server is in reach, and through psql where it is not. */
@NullMarked
package io.codeb.postgresql.internal.sql;

import org.jspecify.annotations.NullMarked;
