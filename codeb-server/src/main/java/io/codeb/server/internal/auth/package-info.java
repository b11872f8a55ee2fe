/** Who may: tokens, sessions, lock-out, and the log of what was done. */
@NullMarked
package io.codeb.server.internal.auth;

import org.jspecify.annotations.NullMarked;
