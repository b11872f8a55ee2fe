/** Work that goes on when its request has been answered. */
@NullMarked
package io.codeb.server.internal.operations;

import org.jspecify.annotations.NullMarked;
