/** Scheduled jobs of several nodes of an application, by a table in its own database. */
@NullMarked
package io.codeb.schedule.jdbc;

import org.jspecify.annotations.NullMarked;
