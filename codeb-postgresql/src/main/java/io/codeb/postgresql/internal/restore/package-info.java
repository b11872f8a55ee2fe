/** Restores: what is loaded, where it goes, and what is proven before it counts. */
@NullMarked
package io.codeb.postgresql.internal.restore;

import org.jspecify.annotations.NullMarked;
