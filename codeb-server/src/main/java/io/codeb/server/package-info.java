/** The HTTP API of CodeB, on its public API. */
@NullMarked
package io.codeb.server;

import org.jspecify.annotations.NullMarked;
