/** Everything that can go wrong, as typed exceptions with a stable code, a hint and whether a retry can help. */
@NullMarked
package io.codeb.error;

import org.jspecify.annotations.NullMarked;
