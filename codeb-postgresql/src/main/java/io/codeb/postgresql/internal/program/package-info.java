/** The server's own programs: how they are called, what they say, and psql as a session that is fed. */
@NullMarked
package io.codeb.postgresql.internal.program;

import org.jspecify.annotations.NullMarked;
