/** When something is due: cron lines in a time zone. Computes only, and touches nothing. */
@NullMarked
package io.codeb.schedule;

import org.jspecify.annotations.NullMarked;
