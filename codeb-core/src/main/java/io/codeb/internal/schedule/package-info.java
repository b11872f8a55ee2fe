/** Does jobs when they are due, once, whichever process does it. */
@NullMarked
package io.codeb.internal.schedule;

import org.jspecify.annotations.NullMarked;
