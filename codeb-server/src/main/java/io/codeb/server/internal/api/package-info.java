/** The endpoints. */
@NullMarked
package io.codeb.server.internal.api;

import org.jspecify.annotations.NullMarked;
