/** Hands events to listeners that cannot hold a run up. */
@NullMarked
package io.codeb.internal.event;

import org.jspecify.annotations.NullMarked;
