/** What a run reports while it goes on, and who listens. */
@NullMarked
package io.codeb.event;

import org.jspecify.annotations.NullMarked;
