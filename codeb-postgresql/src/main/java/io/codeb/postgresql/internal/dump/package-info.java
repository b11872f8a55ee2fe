/** Backups: what is asked of pg_dump, and what is proven of its output. */
@NullMarked
package io.codeb.postgresql.internal.dump;

import org.jspecify.annotations.NullMarked;
