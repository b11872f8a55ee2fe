/** What goes wrong is told: to whom, how often, and what stands. */
@NullMarked
package io.codeb.alert;

import org.jspecify.annotations.NullMarked;
