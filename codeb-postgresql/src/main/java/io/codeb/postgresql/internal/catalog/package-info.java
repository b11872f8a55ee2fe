/** What is in a database, and around it: read from its catalogs. */
@NullMarked
package io.codeb.postgresql.internal.catalog;

import org.jspecify.annotations.NullMarked;
