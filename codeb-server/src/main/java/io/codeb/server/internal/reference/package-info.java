/** What can be asked of a server, as people read it. */
@NullMarked
package io.codeb.server.internal.reference;

import org.jspecify.annotations.NullMarked;
