/**
 * SQL scripts as text: their tokens, statements and COPY data, and what may be run of them. Knows nothing of servers.
 */
@NullMarked
package io.codeb.postgresql.internal.script;

import org.jspecify.annotations.NullMarked;
