/** What a kind of database must be able to do: dump, restore, inspect, query. */
@NullMarked
package io.codeb.spi.engine;

import org.jspecify.annotations.NullMarked;
